"""Where the density models look: a 2600 × 2000 window on the breast, facing right, whitened.

The authors cropped their images to this size before anything of theirs was published (spec 1, 6);
only the size is known. The window here is Fourview's own: it is placed by the breast alone, so
that the same breast in a larger image gives the same input. Nothing is resized.

* The breast faces right. All four images of the authors' sample exam do, and the letters on its
  right views read backwards: they were mirrored.
* The breast is the largest region above air that is at least 41 pixels across everywhere, so that
  neither letters nor a bright rim count.
* Its chest-wall edge is column 0. A breast of more than 2000 columns loses its front.
* Its rows are in the middle. A breast of more than 2600 rows is cut where most of it remains.
  The window never leaves the image above or below while the image has 2600 rows; a smaller image
  lies in it whole.
* What lies outside the image is 0, as air is.
* An image of exactly 2600 × 2000 pixels is read whole: it has been cropped already.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.density.whitening import whitened
from models.errors import NotApplicableError
from models.exam import Mammogram
from models.geometry import Affine, Box
from models.preparation import upright

WINDOW = (2600, 2000)
_THINNEST_PX = 41


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInput:
    """What a network reads of one view.

    Attributes
    ----------
    values : ndarray, shape WINDOW over the reduction, float32, whitened, the breast facing right.
    to_source : map from pixels of `values` to stored pixels; invertible.
    held : the part of the breast that lies in the window, 0 … 1.
    placed : whether the window was placed by Fourview, and is not the image as it came.
    """

    values: NDArray[np.float32]
    to_source: Affine
    held: float
    placed: bool

    @property
    def window(self) -> Box:
        """What was read, in stored pixels; may reach past the image."""
        return self.to_source.box(Box(0, 0, *self.values.shape))


def network_input(mammogram: Mammogram, reduction: int = 1) -> NetworkInput:
    """Prepare one view.

    Parameters
    ----------
    reduction : side of the squares of the window whose mean is one input pixel.

    Raises
    ------
    NotApplicableError : no standard view, nothing that could be a breast, or one even grey.
    """
    laid = upright(mammogram)
    facing_right = laid.pixels if laid.facing_right else laid.pixels[:, ::-1]
    mirror = Affine() if laid.facing_right else Affine(cc=-1.0, c0=float(laid.pixels.shape[1]))
    placed = facing_right.shape != WINDOW
    (row, column), held = _corner(facing_right) if placed else ((0, 0), 1.0)
    window = _cut(facing_right, row, column)
    if reduction > 1:
        window = _means(window, reduction)
    to_window = Affine.scaling(reduction, reduction).then(Affine.shift(row, column))
    return NetworkInput(
        whitened(window), to_window.then(mirror).then(laid.to_stored), held, placed
    )


def _corner(pixels: NDArray[np.uint16]) -> tuple[tuple[int, int], float]:
    """Upper-left (row, column) of the window, and the part of the breast within it."""
    breast = _breast(pixels)
    by_column = breast.sum(axis=0)
    column = int(np.flatnonzero(by_column)[0])
    seen = breast[:, column : column + WINDOW[1]]
    row = _first_row(seen.sum(axis=1))
    held = int(seen[max(0, row) : max(0, row + WINDOW[0])].sum()) / int(by_column.sum())
    return (row, column), held


def _first_row(by_row: NDArray[np.intp]) -> int:
    """Where the window begins; `by_row` counts the breast's pixels in each row of the image."""
    height = WINDOW[0]
    occupied = np.flatnonzero(by_row)
    top, bottom = int(occupied[0]), int(occupied[-1]) + 1
    if bottom - top > height:
        total = np.concatenate(([0], np.cumsum(by_row)))
        first = int(np.argmax(total[height:] - total[:-height]))
    else:
        first = (top + bottom - height) // 2
    spare = by_row.size - height
    return min(max(first, min(0, spare)), max(0, spare))


def _breast(pixels: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """The largest region that is bright over at least 41 × 41 pixels everywhere.

    Raises
    ------
    NotApplicableError : there is none.
    """
    square = np.ones((_THINNEST_PX, _THINNEST_PX), np.uint8)
    bright = cv2.morphologyEx((pixels > 0).view(np.uint8), cv2.MORPH_OPEN, square)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    if count < 2:
        raise NotApplicableError(
            "No breast was found: no bright region on a background of 0 is more than "
            f"{_THINNEST_PX} pixels across."
        )
    largest: NDArray[np.bool_] = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return largest


def _cut(pixels: NDArray[np.uint16], row: int, column: int) -> NDArray[np.float32]:
    """The window at (row, column) as float32, 0 where it leaves the image."""
    window = np.zeros(WINDOW, dtype=np.float32)
    top, left = max(0, row), max(0, column)
    inside = pixels[top : row + WINDOW[0], left : column + WINDOW[1]]
    window[
        top - row : top - row + inside.shape[0], left - column : left - column + inside.shape[1]
    ] = inside
    return window


def _means(window: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    rows, columns = (extent // side for extent in WINDOW)
    means: NDArray[np.float32] = window.reshape(rows, side, columns, side).mean(axis=(1, 3))
    return means
