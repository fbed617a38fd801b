"""Ever smaller copies of an image, so that a screenful costs the same at every zoom."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from viewer.display.background import Backdrop
from viewer.display.lookup import look_up

_SMALLEST_PX = 64


@dataclass(frozen=True, eq=False)  # no slots: `tissue` is made once somebody asks for it
class ImagePyramid:
    """An image and its successive halvings.

    Attributes
    ----------
    levels : ndarrays, each (rows, columns), uint8, uint16 or int16, read-only
        A pixel of level k covers exactly 2**k × 2**k pixels of level 0 from the upper-left
        corner on and holds their mean. Where a side is odd, the last pixel reaches past the
        image and repeats the image's edge there: the scale of every level stays exact.
    image : ndarray, the stored values; level 0 differs only where padding and air have several.
    backdrop : which values are padding or air, and which one the levels hold for all of them.
    """

    levels: tuple[NDArray[Any], ...]
    image: NDArray[Any]
    backdrop: Backdrop | None = field(default=None)

    @classmethod
    def build(cls, image: NDArray[Any], backdrop: Backdrop | None = None) -> ImagePyramid:
        """Halve `image` (hung, C-contiguous) until its longer side is at most 64 pixels."""
        image = _read_only(image)
        flat = image if backdrop is None else _read_only(backdrop.flattened(image))
        return cls(_halvings(flat), image, backdrop)

    @cached_property
    def tissue(self) -> ImagePyramid:
        """How much of each pixel is tissue, uint8, 0 … 255; all of it without a backdrop."""
        first = self.levels[0]
        if self.backdrop is None:
            whole = np.full(first.shape, 255, dtype=np.uint8)
        else:
            whole = ~look_up(first.view(np.uint16), self.backdrop.table)
        return ImagePyramid.build(whole)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the image itself."""
        rows, columns = self.levels[0].shape
        return rows, columns


def _halvings(image: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    levels = [image]
    while max(levels[-1].shape) > _SMALLEST_PX:
        levels.append(_read_only(_halved(levels[-1])))
    return tuple(levels)


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
