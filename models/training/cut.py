"""The part of a model window that holds the breast, so that training computes nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import ViewPosition
from models.geometry import Box
from models.glam.evidence import PATCH_PX
from models.glam.preprocess import ModelFrame, frame_of, place

# One cell of the deepest features: cuts on its corners see the same cells as the whole window.
STRIDE_PX = 64


@dataclass(frozen=True, slots=True, eq=False)
class CutView:
    """A view in the model frame, cut to its breast.

    Attributes
    ----------
    pixels : ndarray, shape (rows, columns), multiples of 64 and at least 512, uint16.
    box : where they lie in the model window, on multiples of 64.
    frame : where the window lies in the stored image.
    mean, std : of the whole window, padding included.
    """

    pixels: NDArray[np.uint16]
    box: Box
    frame: ModelFrame
    mean: float
    std: float


def cut_view(pixels: NDArray[np.uint16], facing_right: bool, position: ViewPosition) -> CutView:
    """Bring a view into the model window as the product does, and cut out the breast.

    Raises
    ------
    NotApplicableError : there is no breast in the image.
    """
    frame = frame_of(pixels, facing_right, position)
    window = place(pixels, facing_right, frame)
    box = breast_box(window)
    cut = cut_to(window, box).astype(np.uint16)
    wide = window.astype(np.float64)
    return CutView(cut, box, frame, float(wide.mean()), float(wide.std()))


def cut_mask(mask: NDArray[np.bool_], facing_right: bool, view: CutView) -> NDArray[np.bool_]:
    """A mask of the stored image where the cut view's pixels lie."""
    window = place(mask.astype(np.uint16), facing_right, view.frame)
    return cut_to(window, view.box) > 0


def cut_to(window: NDArray[np.float32], box: Box) -> NDArray[np.float32]:
    """The part of a window in a box, a view."""
    rows = slice(box.row, box.row + box.height)
    return window[rows, box.column : box.column + box.width]


def breast_box(window: NDArray[np.float32]) -> Box:
    """The smallest box on multiples of 64 around all that is not 0, large enough for a patch."""
    occupied = window != 0
    top, height = _span(np.logical_or.reduce(occupied, axis=1))
    left, width = _span(np.logical_or.reduce(occupied, axis=0))
    return Box(top, left, height, width)


def _span(occupied: NDArray[np.bool_]) -> tuple[int, int]:
    """(start, extent) on multiples of 64."""
    inside = np.flatnonzero(occupied)
    start = int(inside[0]) // STRIDE_PX * STRIDE_PX
    end = -(-(int(inside[-1]) + 1) // STRIDE_PX) * STRIDE_PX
    extent = max(end - start, PATCH_PX)
    return min(start, len(occupied) - extent), extent
