"""Where the chest wall lies in an image that does not say: the border along which breast lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.grayscale import Grayscale

# Borders are judged on about this many lines each way, a few lines deep.
_LINES = 96
_DEPTH = 3
_SCRATCH = np.ones((3, 3), np.uint8)
# Tissue is brighter than air by this part of the image's range.
_TISSUE = 0.06
# The chest wall is breast along most of its border, and much more so than the border across.
# An oblique view shows as much of the axilla above, on a border that is shorter.
_LEAST = 0.5
_OVER_OPPOSITE = 2.0
_OVER_BESIDE = 1.3


class Side(Enum):
    """A border of an image."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"


_ACROSS = MappingProxyType(
    {
        Side.LEFT: Side.RIGHT,
        Side.RIGHT: Side.LEFT,
        Side.TOP: Side.BOTTOM,
        Side.BOTTOM: Side.TOP,
    }
)
_STRIPS: Mapping[Side, tuple[slice, slice]] = MappingProxyType(
    {
        Side.LEFT: (slice(None), slice(None, _DEPTH)),
        Side.RIGHT: (slice(None), slice(-_DEPTH, None)),
        Side.TOP: (slice(None, _DEPTH), slice(None)),
        Side.BOTTOM: (slice(-_DEPTH, None), slice(None)),
    }
)


def find_chest_wall(pixels: NDArray[Any], grayscale: Grayscale) -> Side | None:
    """The border along which the breast ends, when one stands out.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), stored values.
    """
    borders = _borders(pixels, grayscale)
    if not borders:
        return None
    side = max(borders, key=lambda side: borders[side].length)
    across = _ACROSS[side]
    longest_beside = max(
        border.length for other, border in borders.items() if other not in (side, across)
    )
    stands_out = (
        borders[side].filled >= _LEAST
        and borders[side].filled >= _OVER_OPPOSITE * borders[across].filled
        and borders[side].length >= _OVER_BESIDE * longest_beside
    )
    return side if stands_out else None


@dataclass(frozen=True, slots=True)
class _Border:
    """A border of the breast's bounding box: the part that is breast, and how many pixels."""

    filled: float
    length: float


def _borders(pixels: NDArray[Any], grayscale: Grayscale) -> dict[Side, _Border]:
    rows, columns = pixels.shape
    row_step, column_step = max(1, rows // _LINES), max(1, columns // _LINES)
    small = pixels[::row_step, ::column_step].astype(np.float32)
    seen = _unpadded(small, grayscale.padding)
    if not seen.any():
        return {}
    if grayscale.dark_is_high:
        small = -small
    # Padding lies where air would be, whatever its value: as dark as the darkest of the rest.
    small[~seen] = small[seen].min()
    low, high = np.percentile(small, (1.0, 99.0))
    # The side of the nipple is air all along, so the darkest border shows what air is.
    air = min(float(np.median(small[strip])) for strip in _STRIPS.values())
    breast = _largest_part(small > air + _TISSUE * (high - low))
    height, width = breast.shape[0] * row_step, breast.shape[1] * column_step
    borders = {}
    for side, strip in _STRIPS.items() if breast.size else ():
        filled = float(breast[strip].mean())
        along = height if side in (Side.LEFT, Side.RIGHT) else width
        borders[side] = _Border(filled, filled * along)
    return borders


def _unpadded(stored: NDArray[np.float32], padding: tuple[int, int] | None) -> NDArray[np.bool_]:
    """Whether each stored value is a sample and no padding; a float32 holds all of 16 bits."""
    if padding is None:
        return np.ones(stored.shape, np.bool_)
    within: NDArray[np.bool_] = (stored >= padding[0]) & (stored <= padding[1])
    return ~within


def _largest_part(tissue: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part in its bounding box, without labels, scratches, empty film."""
    opened = cv2.morphologyEx(tissue.view(np.uint8), cv2.MORPH_OPEN, _SCRATCH)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    stats[0, cv2.CC_STAT_AREA] = 0
    label = int(np.argmax(stats[:, cv2.CC_STAT_AREA]))
    left, top, width, height, area = (int(value) for value in stats[label])
    part: NDArray[np.bool_] = labels[top : top + height, left : left + width] == label
    return part if area else part[:0, :0]
