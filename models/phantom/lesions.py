"""Masses and clusters of calcifications, added to a drawn breast, with their exact masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull
from skimage import measure

from models.exam import FindingClass
from models.phantom.noise import Image, blurred, cloud, generator, middles
from models.phantom.plan import Lesion, LesionKind
from models.phantom.tissue import TISSUE_MM

# A mass is annotated where it adds more than this part of its contrast.
_VISIBLE = 0.18


@dataclass(frozen=True, slots=True)
class Speck:
    """One calcification, drawn at the detector's resolution.

    Attributes
    ----------
    row_mm, column_mm : its middle, facing right, from the upper-left corner.
    radii_mm : half its length and width.
    angle : of its length, radians.
    brightness : what it adds, in parts of full scale.
    hollow : brighter at its rim than within, as benign ones are.
    """

    row_mm: float
    column_mm: float
    radii_mm: tuple[float, float]
    angle: float
    brightness: float
    hollow: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A lesion in one view.

    Attributes
    ----------
    mask : ndarray, bool, on the tissue's grid: the mass, or the hull of the cluster.
    specks : still to be drawn.
    """

    lesion: Lesion
    mask: NDArray[np.bool_]
    specks: tuple[Speck, ...]


def add_lesion(
    density: Image, lesion: Lesion, place_mm: tuple[float, float], projection: int
) -> Drawn:
    """Add a lesion to `density`, in place, and say where it is.

    Parameters
    ----------
    place_mm : (row, column) of its middle.
    projection : 0 in CC, 1 in MLO; a lesion looks a little different from either side.
    """
    rng = generator(lesion.seed, 5, projection)
    mask = np.zeros(density.shape, dtype=np.bool_)
    specks: tuple[Speck, ...] = ()
    if lesion.kind is not LesionKind.MASS:
        specks = _cluster(rng, lesion, place_mm)
    if lesion.kind is LesionKind.CALCIFICATIONS:
        _mark_hull(mask, specks)
    else:
        _add_mass(rng, density, mask, lesion, place_mm)
    return Drawn(lesion, mask, specks)


def _add_mass(
    rng: np.random.Generator,
    density: Image,
    mask: NDArray[np.bool_],
    lesion: Lesion,
    place_mm: tuple[float, float],
) -> None:
    reach = lesion.radius_mm * (2.6 if lesion.finding is FindingClass.MALIGNANT else 1.5)
    rows, columns = (
        slice(max(0, round((middle - reach) / TISSUE_MM)), round((middle + reach) / TISSUE_MM))
        for middle in place_mm
    )
    patch = density[rows, columns]
    down = middles(patch.shape[0], TISSUE_MM, rows.start)[:, None] - place_mm[0]
    right = middles(patch.shape[1], TISSUE_MM, columns.start) - place_mm[1]
    shape = _spiculated if lesion.finding is FindingClass.MALIGNANT else _smooth
    body, halo = shape(rng, lesion.radius_mm, down, right)
    body *= 0.94 + 0.06 * np.clip(cloud(rng, patch.shape, 6, 60), -2, 2)
    # What lies in a mass gives way to it; what lies over it stays to be seen.
    calm = blurred(patch, 14)
    patch += 0.75 * np.clip(body, 0, 1) * (calm - patch) + lesion.contrast * body - halo
    seen = ndimage.binary_closing(np.pad(body > _VISIBLE, 8), iterations=4)[8:-8, 8:-8]
    labels, count = ndimage.label(seen)
    if count > 1:
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        seen = labels == sizes.argmax()
    mask[rows, columns] = ndimage.binary_fill_holes(seen)


def _smooth(
    rng: np.random.Generator, radius: float, down: Image, right: Image
) -> tuple[Image, Image]:
    """Round or oval, with a sharp edge and a thin dark halo."""
    angle = rng.uniform(0, np.pi)
    flat = rng.uniform(0.74, 0.98)
    along = down * np.sin(angle) + right * np.cos(angle)
    across = (down * np.cos(angle) - right * np.sin(angle)) / flat
    turn = np.arctan2(across, along)
    edge = np.ones_like(turn)
    for waves in (2, 3, 4):
        edge += rng.uniform(0, 0.035) * np.cos(waves * turn + rng.uniform(0, 6))
    distance = np.hypot(along, across) / (radius * edge)
    body = blurred(np.clip(1 - distance**2, 0, 1) ** 0.46, 0.4 / TISSUE_MM)
    halo = 0.03 * np.exp(-(((distance - 1.10) / 0.07) ** 2))
    return body, halo


def _spiculated(
    rng: np.random.Generator, radius: float, down: Image, right: Image
) -> tuple[Image, Image]:
    """An uneven dense core with thin strands that run out of it."""
    distance = np.hypot(down, right)
    turn = np.arctan2(down, right + np.zeros_like(down))
    edge = np.ones_like(turn)
    for waves in range(2, 9):
        edge += rng.uniform(0, 0.20 / waves) * np.cos(waves * turn + rng.uniform(0, 6))
    core = np.clip(1 - (distance / (radius * edge)) ** 2, 0, 1) ** 0.6
    body = blurred(core, 0.6 / TISSUE_MM)
    count = int(rng.integers(16, 27))
    for number in range(count):
        heading = 2 * np.pi * (number + rng.uniform(-0.4, 0.4)) / count
        length = radius * rng.uniform(1.4, 2.5)
        bend = rng.normal(0, 0.16) / radius
        off = np.angle(np.exp(1j * (turn - heading - bend * distance)))
        ahead = np.clip(1 - distance / length, 0, 1) * (np.abs(off) < np.pi / 2)
        width = 0.22 + rng.uniform(0.35, 0.75) * ahead
        strand = np.exp(-((distance * np.sin(off) / width) ** 2)) * ahead**0.7
        body = np.maximum(body, rng.uniform(0.55, 0.9) * strand)
    return body, np.zeros_like(body)


def _cluster(
    rng: np.random.Generator, lesion: Lesion, place_mm: tuple[float, float]
) -> tuple[Speck, ...]:
    malignant = lesion.finding is FindingClass.MALIGNANT
    count = int(rng.integers(14, 30) if malignant else rng.integers(5, 10))
    spread = lesion.radius_mm * (0.42 if malignant else 0.5)
    angle = rng.uniform(0, np.pi)
    specks = []
    for _ in range(count):
        along, across = rng.normal(0, spread, size=2) * (1.25, 0.75)
        row = place_mm[0] + along * np.sin(angle) + across * np.cos(angle)
        column = place_mm[1] + along * np.cos(angle) - across * np.sin(angle)
        if malignant:
            long = rng.uniform(0.14, 0.42)
            radii, bright = (long, long * rng.uniform(0.35, 0.9)), rng.uniform(0.22, 0.45)
        else:
            long = rng.uniform(0.5, 1.25)
            radii, bright = (long, long * rng.uniform(0.85, 1.0)), rng.uniform(0.30, 0.5)
        hollow = not malignant and rng.random() < 0.5
        specks.append(Speck(row, column, radii, rng.uniform(0, np.pi), bright, hollow))
    return tuple(specks)


def _mark_hull(mask: NDArray[np.bool_], specks: tuple[Speck, ...]) -> None:
    points = [
        (
            (speck.row_mm + (speck.radii_mm[0] + 1.2) * np.sin(turn)) / TISSUE_MM,
            (speck.column_mm + (speck.radii_mm[0] + 1.2) * np.cos(turn)) / TISSUE_MM,
        )
        for speck in specks
        for turn in np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ]
    corners = np.array(points)[ConvexHull(points).vertices]
    mask |= measure.grid_points_in_poly(mask.shape, corners - 0.5)  # type: ignore[no-untyped-call]
