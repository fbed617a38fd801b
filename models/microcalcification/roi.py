"""The region around a finding that DeepMiCa's classifiers read: a square, pushed into the breast.

Written from its description and equal to the reference, slips included: it looks for air in the
square with rows and columns exchanged, and pushes a square that reaches past the skin to the left
or down only. All boxes have their ends excluded, as slices have.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import NotApplicableError
from models.geometry import Box
from models.microcalcification.preprocess import enhanced

LEAST_SIDE_PX = 64
# grey / 255 > 0.07 in the reference.
_TISSUE = 18
_OPEN_PX, _CLOSE_PX = 11, 5


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """An image as regions are cut from it.

    Attributes
    ----------
    image : ndarray, shape (rows, columns), uint8, contrast enhanced.
    tissue : ndarray of the same shape, bool.
    """

    image: NDArray[np.uint8]
    tissue: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Span:
    """Some rows or columns, the end excluded."""

    first: int
    end: int

    @property
    def slice(self) -> slice:
        """To cut with."""
        return slice(self.first, self.end)


def surroundings_of(image: NDArray[np.uint8]) -> Surroundings:
    """Enhance a whole image, shape (rows, columns), uint8, and find its tissue."""
    contrast = enhanced(image)
    tissue = (contrast >= _TISSUE).view(np.uint8)
    tissue = _widened(tissue, cv2.MORPH_OPEN, _OPEN_PX)
    tissue = _widened(tissue, cv2.MORPH_CLOSE, _CLOSE_PX)
    return Surroundings(contrast, tissue.view(np.bool_))


def cut(around: Surroundings, rows: Span, columns: Span) -> tuple[NDArray[np.uint8], Box]:
    """The region of a finding, stretched over all grey levels, and where it lies.

    Parameters
    ----------
    rows, columns : from the first pixel of the finding to its last, which by the reference's
        reckoning is no part of it any more.

    Returns
    -------
    ndarray, shape (h, w), uint8, square but where it would be larger than the image; its box.

    Raises
    ------
    NotApplicableError : the region has no pixels, or a single grey.
    """
    side = side_of(rows, columns)
    if side < min(around.image.shape):
        rows, columns = square(around.tissue, rows, columns)
    region = around.image[rows.slice, columns.slice]
    return stretched(region), Box(rows.first, columns.first, *region.shape)


def side_of(rows: Span, columns: Span) -> int:
    """Of the square: the longer extent, but at least 64."""
    return max(rows.end - rows.first, columns.end - columns.first, LEAST_SIDE_PX)


def centred(found: Span, side: int, available: int) -> Span:
    """A span of length `side` around `found`, within what is available, which is longer."""
    more = side - (found.end - found.first)
    if more / 2 > available - found.end:
        return Span(available - side, available)
    if more / 2 > found.first:
        return Span(0, side)
    first = found.first - round(more / 2)
    return Span(first, first + side)


def square(tissue: NDArray[np.bool_], rows: Span, columns: Span) -> tuple[Span, Span]:
    """Rows and columns of the square around a box, pushed into the breast where it has air.

    Parameters
    ----------
    tissue : ndarray, shape (rows, columns), bool.
    """
    side = side_of(rows, columns)
    down = centred(rows, side, tissue.shape[0])
    across = centred(columns, side, tissue.shape[1])
    if tissue[across.slice, down.slice].all():  # exchanged, as published
        return down, across
    pushed = _pushed_left(tissue, columns, down, across, side)
    air = not tissue[pushed.slice, down.slice].all()  # exchanged, as published
    # Published as `y1 > side & air`, which binds as y1 > (side & air).
    if rows.first > (side & air):
        down = _pushed_down(tissue, rows, down, pushed, side)
    return down, pushed


def stretched(region: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """From darkest to brightest over 0 … 255, in the reference's order of float64 operations.

    Raises
    ------
    NotApplicableError : the region has no pixels, or a single grey.
    """
    if not region.size or region.min() == region.max():
        raise NotApplicableError("The region around the finding shows nothing but one grey.")
    grey = region / 255.0
    lowest, highest = grey.min(), grey.max()
    stretched: NDArray[np.uint8] = np.rint((grey - lowest) / (highest - lowest) * 255.0).astype(
        np.uint8
    )
    return stretched


def _pushed_left(
    tissue: NDArray[np.bool_], found: Span, down: Span, across: Span, side: int
) -> Span:
    """Away from air on the right, until the square ends where the first row does."""
    if found.end <= side:
        return across
    band = tissue[down.slice]
    right = np.count_nonzero(~band[:, found.end : across.end])
    left = np.count_nonzero(~band[:, across.first : found.first])
    if right <= left:
        return across
    end = found.end + _shortest_run(band[:, found.end :])
    return Span(end - side, end)


def _pushed_down(
    tissue: NDArray[np.bool_], found: Span, down: Span, across: Span, side: int
) -> Span:
    """Away from air above, until the square begins where the last column does."""
    band = tissue[:, across.slice]
    above = np.count_nonzero(~band[down.first : found.first])
    below = np.count_nonzero(~band[found.end : down.end])
    if above <= below:
        return down
    first = found.first - _shortest_run(band[: found.first][::-1].T)
    return Span(first, first + side)


def _shortest_run(band: NDArray[np.bool_]) -> int:
    """The fewest tissue pixels before the first air, of the rows that have some."""
    ending = band[~band.all(axis=1)]
    return int(np.argmin(ending, axis=1).min())


def _widened(mask: cv2.typing.MatLike, operation: int, size: int) -> NDArray[np.uint8]:
    square_px = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    worked = cv2.dilate(cv2.morphologyEx(mask, operation, square_px), square_px)
    return worked.astype(np.uint8, copy=False)
