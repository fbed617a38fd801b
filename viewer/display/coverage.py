"""Which part of an image's tissue was on the screen at full size: cells of 16 × 16 pixels.

An image is covered where it was shown at 1:1 or larger, a stored pixel on a device pixel or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.display.air import FreeAir
from viewer.display.viewport import Viewport

CELL_PX = 16
_FORGIVEN_PX = 1.0  # places at 1:1 are rounded to whole pixels

Rect = tuple[float, float, float, float]
"""(top, left, bottom, right), hung pixels."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was seen of one hung image.

    Attributes
    ----------
    shape : (rows, columns) of cells.
    bits : the cells that were seen, row by row, eight to a byte (`numpy.packbits`).
    """

    shape: tuple[int, int]
    bits: bytes

    @classmethod
    def nothing(cls, image_shape: tuple[int, int]) -> Coverage:
        """Of an image of (rows, columns) pixels nothing was seen yet."""
        rows, columns = (-(-length // CELL_PX) for length in image_shape)
        return cls((rows, columns), bytes(-(-rows * columns // 8)))

    @property
    def cells(self) -> NDArray[np.bool_]:
        """ndarray, shape `shape`, bool, hung: the cells that were seen."""
        count = self.shape[0] * self.shape[1]
        bits = np.unpackbits(np.frombuffer(self.bits, dtype=np.uint8), count=count)
        return bits.view(np.bool_).reshape(self.shape)

    def with_seen(self, rect: Rect, image_shape: tuple[int, int]) -> Coverage:
        """The cells that lie wholly in a part of the image are seen; itself if they were."""
        top, left, bottom, right = rect
        rows = _inside(top, bottom, self.shape[0], image_shape[0])
        columns = _inside(left, right, self.shape[1], image_shape[1])
        cells = self.cells.copy()
        if cells[rows, columns].all():
            return self
        cells[rows, columns] = True
        return Coverage(self.shape, np.packbits(cells).tobytes())


@lru_cache(maxsize=16)
def tissue_cells(free: FreeAir, image_shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The cells that hold tissue: in each row from where it begins to where it ends.

    Returns
    -------
    ndarray, bool, read-only, the shape of the image's `Coverage`, hung.
    """
    rows, columns = Coverage.nothing(image_shape).shape
    starts = np.arange(rows) * CELL_PX
    first = starts // free.step
    last = np.maximum(-(-(starts + CELL_PX) // free.step), first + 1)
    begins = np.array(
        [free.left[a:b].min(initial=np.inf) for a, b in zip(first, last, strict=True)]
    )
    ends = np.array(
        [free.right[a:b].max(initial=-np.inf) for a, b in zip(first, last, strict=True)]
    )
    edges = np.arange(columns) * CELL_PX
    cells = np.asarray((edges < ends[:, None]) & (edges + CELL_PX > begins[:, None]))
    cells.flags.writeable = False
    return cells


def full_size_part(viewport: Viewport, image_shape: tuple[int, int]) -> Rect | None:
    """The part of an image that a pane shows at 1:1 or larger; None below that."""
    if viewport.scale < 1.0:
        return None
    top, left, bottom, right = viewport.visible(image_shape)
    return (top, left, bottom, right) if bottom > top and right > left else None


def common_part(one: Rect | None, other: Rect | None) -> Rect | None:
    """What two parts share; None where they do not meet."""
    if one is None or other is None:
        return None
    top, left = max(one[0], other[0]), max(one[1], other[1])
    bottom, right = min(one[2], other[2]), min(one[3], other[3])
    return (top, left, bottom, right) if bottom > top and right > left else None


def _inside(start: float, end: float, cells: int, length: int) -> slice:
    """The cells along an axis that lie wholly between two points, the last one cut off by the
    image's border."""
    first = int(np.ceil((start - _FORGIVEN_PX) / CELL_PX))
    reaches_border = end >= length - _FORGIVEN_PX
    last = cells if reaches_border else int((end + _FORGIVEN_PX) // CELL_PX)
    return slice(max(first, 0), max(last, 0))
