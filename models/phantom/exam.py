"""Phantom mammograms as a vendor stores them, and what is truly in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass, Laterality, View, ViewPosition
from models.phantom.detector import FACTOR, PIXEL_SPACING_MM, covered, expose
from models.phantom.lesions import Drawn, Speck, add_lesion
from models.phantom.noise import Image, generator
from models.phantom.plan import ExamPlan, Lesion
from models.phantom.tissue import TISSUE_MM, draw_tissue

STORED_SHAPE = (3328, 2560)
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class LesionMask:
    """Where one lesion is; `mask` has the shape of the image, bool, stored pixels."""

    lesion: Lesion
    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PhantomView:
    """One image For Presentation, bright on dark, and its truth.

    Attributes
    ----------
    pixels : ndarray, shape (3328, 2560), uint16, 12 bits, air 0. The chest wall of a left
        breast lies at column 0, of a right breast at the last column.
    masks : per class that is there, ndarray of the same shape, bool.
    nipple : (row, column) in stored pixels.
    calcifications : ndarray of the same shape, bool: every single one, stray ones too.
    """

    view: View
    pixels: NDArray[np.uint16]
    masks: Mapping[FindingClass, NDArray[np.bool_]]
    lesions: tuple[LesionMask, ...]
    nipple: tuple[float, float]
    calcifications: NDArray[np.bool_]


def draw_view(plan: ExamPlan, view: View) -> PhantomView:
    """Draw one view of a planned exam; the same plan gives the same pixels."""
    tissue = draw_tissue(plan, view)
    projection = int(view.position is ViewPosition.MLO)
    side = "RL".index(view.laterality.value)
    drawn = [
        add_lesion(
            tissue.density,
            lesion,
            tissue.outline.place_mm(lesion.depth_mm, lesion.offset_mm[projection]),
            projection,
        )
        for lesion in plan.lesions
        if lesion.laterality is view.laterality
    ]
    specks = [speck for one in drawn for speck in one.specks]
    specks += stray_specks(generator(plan.seed, 6, side, projection), tissue.depth_mm)
    noise = generator(plan.seed, 7, side, projection, plan.acquisition)
    pixels = expose(noise, tissue.density, tissue.depth_mm, specks)
    lesions = tuple(LesionMask(one.lesion, _stored(_full(one), view)) for one in drawn)
    row, column = (middle / PIXEL_SPACING_MM for middle in tissue.outline.nipple_mm)
    if view.laterality is Laterality.RIGHT:
        column = STORED_SHAPE[1] - column
    masks = {
        finding: np.logical_or.reduce(found)
        for finding in FindingClass
        if (found := [one.mask for one in lesions if one.lesion.finding is finding])
    }
    return PhantomView(
        view,
        _stored(pixels, view),
        MappingProxyType(masks),
        lesions,
        (row, column),
        _stored(covered(specks, pixels.shape), view),
    )


def stray_specks(rng: np.random.Generator, depth_mm: Image) -> list[Speck]:
    """Single calcifications that mean nothing, as every breast may have."""
    rows, columns = np.nonzero(depth_mm > 6)
    specks = []
    for _ in range(int(rng.integers(0, 4)) if rows.size else 0):
        index = int(rng.integers(rows.size))
        size = rng.uniform(0.15, 0.55)
        specks.append(
            Speck(
                (rows[index] + 0.5) * TISSUE_MM,
                (columns[index] + 0.5) * TISSUE_MM,
                (size, size * rng.uniform(0.7, 1.0)),
                rng.uniform(0, np.pi),
                rng.uniform(0.2, 0.4),
            )
        )
    return specks


def _full(drawn: Drawn) -> NDArray[np.bool_]:
    return drawn.mask.repeat(FACTOR, axis=0).repeat(FACTOR, axis=1)


def _stored(image: NDArray[T], view: View) -> NDArray[T]:
    whole = np.zeros(STORED_SHAPE, dtype=image.dtype)
    whole[:, : image.shape[1]] = image[: STORED_SHAPE[0], : STORED_SHAPE[1]]
    return whole if view.laterality is Laterality.LEFT else np.ascontiguousarray(whole[:, ::-1])
