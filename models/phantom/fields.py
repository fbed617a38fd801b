"""Small-field phantoms for training: parts of a breast, each with lesions of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import STANDARD_VIEWS, FindingClass
from models.glam import preprocess
from models.phantom.choose import draw_lesion, plan_exam
from models.phantom.detector import FACTOR, expose
from models.phantom.exam import stray_specks
from models.phantom.lesions import add_lesion
from models.phantom.noise import generator
from models.phantom.tissue import TISSUE_MM, Tissue, draw_tissue

FIELD_PX = 512
_CELLS = FIELD_PX // FACTOR
_FINDINGS = ((), (FindingClass.BENIGN,), (FindingClass.MALIGNANT,), tuple(FindingClass))
_HOW_OFTEN = (0.32, 0.33, 0.33, 0.02)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A part of a breast that faces right, and what is in it.

    Attributes
    ----------
    pixels : ndarray, shape (512, 512), uint16, 12 bits, air 0.
    mean, std : of the whole window that GLAM would see of this breast, padding included.
    """

    pixels: NDArray[np.uint16]
    benign: bool
    malignant: bool
    mean: float
    std: float


def draw_fields(seed: int, count: int = 16) -> tuple[Field, ...]:
    """`count` small fields out of one healthy breast, each with lesions put into it."""
    rng = generator(seed, 10)
    view = STANDARD_VIEWS[int(rng.integers(4))]
    tissue = draw_tissue(plan_exam(seed, lesion="none"), view)
    mean, std = _statistics(tissue)
    return tuple(_field(rng, tissue, mean, std) for _ in range(count))


def _field(rng: np.random.Generator, tissue: Tissue, mean: float, std: float) -> Field:
    top, left = _corner(rng, tissue)
    density = np.zeros((_CELLS, _CELLS))
    depth = np.zeros((_CELLS, _CELLS))
    part = tissue.density[top : top + _CELLS, left : left + _CELLS]
    density[: part.shape[0], : part.shape[1]] = part
    depth[: part.shape[0], : part.shape[1]] = tissue.depth_mm[
        top : top + _CELLS, left : left + _CELLS
    ]
    findings = _FINDINGS[int(rng.choice(4, p=_HOW_OFTEN))]
    specks = stray_specks(rng, depth)
    placed = []
    for finding in findings:
        lesion = draw_lesion(rng, finding)
        place = _place(rng, depth, lesion.radius_mm)
        if place is None:
            continue
        placed.append(finding)
        specks += add_lesion(density, lesion, place, int(rng.integers(2))).specks
    return Field(
        pixels=expose(rng, density, depth, specks),
        benign=FindingClass.BENIGN in placed,
        malignant=FindingClass.MALIGNANT in placed,
        mean=mean,
        std=std,
    )


def _corner(rng: np.random.Generator, tissue: Tissue) -> tuple[int, int]:
    """Where a field begins that is mostly breast."""
    height, width = tissue.inside.shape
    for _ in range(50):
        top = int(rng.integers(0, height - _CELLS))
        left = int(rng.integers(0, max(1, width - _CELLS // 2)))
        if tissue.inside[top : top + _CELLS, left : left + _CELLS].sum() > 0.45 * _CELLS**2:
            break
    return top, left


def _place(
    rng: np.random.Generator, depth_mm: NDArray[np.float64], radius_mm: float
) -> tuple[float, float] | None:
    """Somewhere well inside both breast and field, (row, column) in mm; None if there is none."""
    edge = round((radius_mm * 1.2 + 2) / TISSUE_MM)
    inner = depth_mm[edge:-edge, edge:-edge]
    rows, columns = np.nonzero(inner > radius_mm * 1.2 + 2)
    if not rows.size:
        return None
    index = int(rng.integers(rows.size))
    return (rows[index] + edge + 0.5) * TISSUE_MM, (columns[index] + edge + 0.5) * TISSUE_MM


def _statistics(tissue: Tissue) -> tuple[float, float]:
    """Mean and deviation of a whole window, from the tissue without noise."""
    values = np.where(tissue.inside, 90 + 3900 * tissue.density, 0.0)
    cells = preprocess.WINDOW_ROWS * preprocess.WINDOW_COLUMNS / FACTOR**2
    mean = values.sum() / cells
    return float(mean), float(np.sqrt(max((values**2).sum() / cells - mean**2, 1.0)))
