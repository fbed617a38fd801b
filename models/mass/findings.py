"""From a map of probabilities to outlined masses with their sizes, in stored pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import measure

from models.exam import Mammogram
from models.geometry import Affine
from models.mass.architecture import MASS_FRAME
from models.mass.results import THRESHOLD, MassFinding

# Spec 6: predicted objects under 30 were deleted; of pixels of the 640 × 640 map, as we read it.
_LEAST_PX = 30
# So that no weights, however bad, can fill the panel; the largest stay.
MOST_OBJECTS = 12
# The classifiers' input, spec 6.
SCORED_FRAME = (224, 224)


def objects_in(probability: NDArray[np.float32]) -> tuple[NDArray[np.bool_], ...]:
    """Masks of the connected objects above the threshold, the largest first.

    Objects touch across corners too. What is smaller than 30 pixels of a 640 × 640 map is left
    out, and so is what comes after the 12 largest.

    Returns
    -------
    Of the shape of the map, bool.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        (probability >= THRESHOLD).astype(np.uint8), connectivity=8
    )
    areas = stats[1:, cv2.CC_STAT_AREA]
    least = _LEAST_PX * probability.size / (MASS_FRAME[0] * MASS_FRAME[1])
    order = np.argsort(-areas, kind="stable")[:MOST_OBJECTS]
    return tuple(labels == 1 + number for number in order if areas[number] >= least)


def finding_of(
    cells: NDArray[np.bool_],
    probability: NDArray[np.float32],
    to_source: Affine,
    spacing_mm: tuple[float, float] | None,
    score: float | None = None,
) -> MassFinding:
    """Outline and measure one object.

    Parameters
    ----------
    cells : of `objects_in`.
    to_source : map from cells to stored pixels.
    spacing_mm : (row, column) of a stored pixel, or None.
    """
    outline = tuple(to_source.points(polygon) for polygon in _polygons(cells, probability))
    scale = abs(to_source.rr * to_source.cc - to_source.rc * to_source.cr)
    area_px = float(np.count_nonzero(cells)) * scale
    return MassFinding(
        outline=outline,
        area_px=area_px,
        area_mm2=None if spacing_mm is None else area_px * spacing_mm[0] * spacing_mm[1],
        longest_diameter_px=_longest(outline[0]),
        longest_diameter_mm=None if spacing_mm is None else _longest(outline[0] * spacing_mm),
        peak=float(probability[cells].max()),
        score=score,
    )


def spacing_of(mammogram: Mammogram) -> tuple[float, float] | None:
    """(row, column) of a stored pixel in the breast, mm; None where the file is silent."""
    if mammogram.pixel_spacing_mm is None:
        return None
    row, column = mammogram.pixel_spacing_mm
    return row / mammogram.magnification, column / mammogram.magnification


def scored_image(cells: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What a classifier sees of a mask: shape (224, 224), float32, 0 or 1, nearest pixels.

    The published notebooks score pictures of the segmentation's output without its smallest
    objects; that these are the thresholded masks is our reading (docs/mass.md).
    """
    rows, columns = (
        np.floor((np.arange(want) + 0.5) * have / want).astype(np.intp)
        for want, have in zip(SCORED_FRAME, cells.shape, strict=True)
    )
    return cells[np.ix_(rows, columns)].astype(np.float32)


def _polygons(
    cells: NDArray[np.bool_], probability: NDArray[np.float32]
) -> list[NDArray[np.float64]]:
    """The edges of an object where the probability crosses the threshold, the outer one first.

    In continuous cell coordinates, where the centre of cell (i, j) is (i + ½, j + ½).
    """
    # One cell of margin, and nothing of the neighbours that touch by no corner.
    field = np.pad(np.where(cells | (probability < THRESHOLD), probability, 0.0), 1)
    left, top, width, height = cv2.boundingRect(cells.astype(np.uint8))
    around = field[top : top + height + 2, left : left + width + 2]
    found = measure.find_contours(around, np.nextafter(THRESHOLD, 0.0), fully_connected="high")  # type: ignore[no-untyped-call]
    found.sort(key=lambda polygon: -abs(_signed_area(polygon)))
    # From centres of the padded part to corners of the whole map.
    return [polygon + np.array((top - 0.5, left - 0.5)) for polygon in found]


def _signed_area(polygon: NDArray[np.float64]) -> float:
    rows, columns = polygon[:-1, 0], polygon[:-1, 1]
    return 0.5 * float(np.dot(rows, np.roll(columns, -1)) - np.dot(columns, np.roll(rows, -1)))


def _longest(points: NDArray[np.float64]) -> float:
    """The largest distance between two points of an outline."""
    corners = points[cv2.convexHull(points.astype(np.float32), returnPoints=False).ravel()]
    steps = corners[:, None] - corners[None]
    return float(np.sqrt((steps**2).sum(axis=2)).max())
