"""Ever smaller copies of an image, so that a screenful costs the same at every zoom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_SMALLEST_PX = 64


@dataclass(frozen=True, slots=True, eq=False)
class ImagePyramid:
    """An image and its successive halvings.

    Attributes
    ----------
    levels : ndarrays, each (rows, columns), uint8, uint16 or int16, read-only
        A pixel of level k covers exactly 2**k × 2**k pixels of level 0 from the upper-left
        corner on and holds their mean. Where a side is odd, the last pixel reaches past the
        image and repeats the image's edge there: the scale of every level stays exact.
    """

    levels: tuple[NDArray[Any], ...]

    @classmethod
    def build(cls, image: NDArray[Any]) -> ImagePyramid:
        """Halve `image` (hung, C-contiguous) until its longer side is at most 64 pixels."""
        levels = [_read_only(image)]
        while max(levels[-1].shape) > _SMALLEST_PX:
            levels.append(_read_only(_halved(levels[-1])))
        return cls(tuple(levels))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the image itself."""
        rows, columns = self.levels[0].shape
        return rows, columns


def _halved(image: NDArray[Any]) -> NDArray[Any]:
    rows, columns = image.shape
    if rows % 2 or columns % 2:
        image = cv2.copyMakeBorder(image, 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE)
    half = ((columns + 1) // 2, (rows + 1) // 2)
    smaller: NDArray[Any] = cv2.resize(image, half, interpolation=cv2.INTER_AREA)
    return smaller


def _read_only(image: NDArray[Any]) -> NDArray[Any]:
    view = np.ascontiguousarray(image).view()
    view.flags.writeable = False
    return view
