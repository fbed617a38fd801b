"""Tiles that cover all tissue of an image at 1:1 and skip air, in the order they are read."""

from __future__ import annotations

import math

from viewer.display.air import FreeAir
from viewer.display.coverage import CELL_PX
from viewer.display.viewport import Align

OVERLAP_PX = 64  # so that nothing is cut in two by the border of a tile
_MOST = 400  # a pane of a few pixels must not make a million of them

Center = tuple[float, float]
"""The hung (row, column) in the middle of a tile."""


def tiles(
    free: FreeAir, image_shape: tuple[int, int], pane: tuple[int, int], align: Align
) -> tuple[Center, ...]:
    """The centres of tiles of a pane's size, from the top down and to and fro, the first one at
    the chest wall.

    Parameters
    ----------
    pane : (height, width), device pixels; a tile shows as many image pixels.
    align : the side of the chest wall.
    """
    height, width = pane
    some = (free.right > free.left).nonzero()[0]
    if some.size == 0 or height <= OVERLAP_PX or width <= OVERLAP_PX:
        return ((image_shape[0] / 2.0, image_shape[1] / 2.0),)
    top = max(float(some[0]) * free.step - CELL_PX, 0.0)
    bottom = min(float(some[-1] + 1) * free.step + CELL_PX, float(image_shape[0]))
    found: list[Center] = []
    for number, start in enumerate(_starts(top, bottom, height)):
        rows = slice(
            max(int(start // free.step), 0), max(math.ceil((start + height) / free.step), 0)
        )
        left, right = float(free.left[rows].min()), float(free.right[rows].max())
        if right <= left:
            continue
        left = max(left - CELL_PX, 0.0)
        right = min(right + CELL_PX, float(image_shape[1]))
        columns = _from_chest_wall(left, right, width, align)
        if number % 2:
            columns.reverse()
        found += [(start + height / 2.0, column + width / 2.0) for column in columns]
    return tuple(found[:_MOST])


def _starts(first: float, last: float, length: int) -> list[float]:
    """Where windows of a length begin that cover first … last, spread evenly; one is centred."""
    extent = last - first
    if extent <= length:
        return [first + (extent - length) / 2.0]
    count = math.ceil((extent - OVERLAP_PX) / (length - OVERLAP_PX))
    step = (extent - length) / (count - 1)
    return [first + number * step for number in range(count)]


def _from_chest_wall(left: float, right: float, width: int, align: Align) -> list[float]:
    """As `_starts`, the chest wall's first; a single one begins at the chest wall."""
    if right - left <= width:
        if align is Align.CENTER:
            return _starts(left, right, width)
        return [right - width if align is Align.RIGHT else left]
    starts = _starts(left, right, width)
    return starts[::-1] if align is Align.RIGHT else starts
