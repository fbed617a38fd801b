"""DeepMiCa's preprocessing: what lies beside the breast goes black, the rest is cropped, CLAHE.

Written from its description, equal to the reference bit by bit, quirks included. Two deserve to
be known. Where the breast fills the image from its middle to a border, the reference finds no end
of it and blackens nine tenths of that half. And the crop begins where the breast does only up to
one pixel in a hundred, as the first columns are cut whenever a tenth of the outermost ones is
black or white. The reference takes the middle of the image from its annotation; without one this
is the middle of the image.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import NotApplicableError

# The reference compares grey / 255 with 0.01, 0.9 and 0.1; on whole levels these are:
_FAINT = 3
_WHITE, _BLACK = 230, 25
_BLACKENED = 0.9
# Of the width: the columns that are looked at, and those that are cut.
_LOOKED_AT, _CUT = 0.001, 0.01
_CUT_WHEN = 0.1
_BLOB_PX = 23
_CLIP, _TILES = 2.0, (8, 8)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What the U-Net's tiles are cut from.

    Attributes
    ----------
    image : ndarray, shape (h, w), uint8, cropped to the breast, contrast enhanced.
    breast : ndarray, shape (rows, columns) before the crop, bool: the breast without holes.
    annotation : cut like the image, or None where none was given.
    corner : (row, column) of the upper-left pixel of `image` in the image that was given.
    """

    image: NDArray[np.uint8]
    breast: NDArray[np.bool_]
    annotation: NDArray[np.bool_] | None
    corner: tuple[int, int]


def prepare(image: NDArray[np.uint8], annotation: NDArray[np.bool_] | None = None) -> Prepared:
    """Everything between the mirror, where `lies_right` asks for it, and the tiles.

    Parameters
    ----------
    image : ndarray, shape (rows, columns), uint8, bright on dark, head or lateral side up, the
        breast on the left.
    annotation : ndarray of the same shape, bool, around whose middle the reference looks.

    Raises
    ------
    NotApplicableError : nothing that could be a breast is left, or the annotation is empty.
    """
    blackened = blacken(image, annotation)
    cut = columns_to_cut(blackened)
    blackened = blackened[:, cut:]
    breast = largest_blob(blackened)
    blackened = np.where(breast, blackened, np.uint8(0))
    box = box_of_mask(blackened > 0)
    if box is None:
        raise NotApplicableError("No breast was found: the image is black where it should be.")
    rows, columns = slice(box[0], box[1] + 1), slice(box[2], box[3] + 1)
    return Prepared(
        image=enhanced(blackened[rows, columns]),
        breast=breast,
        annotation=None if annotation is None else annotation[:, cut:][rows, columns],
        corner=(box[0], box[2] + cut),
    )


def left_out(image: NDArray[np.uint8], prepared: Prepared) -> float:
    """The part of the breast that the preprocessing took for its surroundings, 0 … 1.

    Where the air of a scanned film is not black, the reference finds no end of the breast and
    may blacken much of it. What was never read must be said, since nothing will be found there.

    Parameters
    ----------
    image : what was given to `prepare`.
    """
    cut = image.shape[1] - prepared.breast.shape[1]
    whole = largest_blob(image)[:, cut:]
    lost = int(np.count_nonzero(whole & ~prepared.breast))
    return lost / max(1, int(np.count_nonzero(whole)))


def lies_right(image: NDArray[np.uint8]) -> bool:
    """Whether the right half is the brighter one, so that the reference mirrors the image."""
    half = round(image.shape[1] / 2)
    return int(image[:, half:].sum(dtype=np.int64)) > int(image[:, :half].sum(dtype=np.int64))


def enhanced(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """CLAHE as the reference sets it, of an image of the same shape, uint8."""
    clahe = cv2.createCLAHE(clipLimit=_CLIP, tileGridSize=_TILES)
    return clahe.apply(np.ascontiguousarray(image)).astype(np.uint8, copy=False)


def blacken(
    image: NDArray[np.uint8], annotation: NDArray[np.bool_] | None = None
) -> NDArray[np.uint8]:
    """Black most of what lies right of the breast, below it and above it; a copy.

    Parameters
    ----------
    image : ndarray, shape (rows, columns), uint8, the breast on the left.
    """
    image = image.copy()
    height, width = image.shape
    row, column = _middle(annotation) if annotation is not None else (height // 2, width // 2)
    right = _beyond(image[:, column:])
    image[:, width - right :] = 0
    down = _beyond(image[row:].T)
    image[height - down :] = 0
    # The reference turns image and annotation upside down, but not the middle of the image.
    if annotation is not None:
        row = _middle(annotation[::-1])[0]
    up = _beyond(image[::-1][row:].T)
    image[:up] = 0
    return image


def columns_to_cut(image: NDArray[np.uint8]) -> int:
    """How many columns the reference cuts on the left: some when the outermost are not tissue."""
    strip = image[:, : round(image.shape[1] * _LOOKED_AT)]
    limit = _CUT_WHEN * strip.size
    white = np.count_nonzero(strip >= _WHITE)
    black = np.count_nonzero(strip <= _BLACK)
    return round(image.shape[1] * _CUT) if white > limit or black > limit else 0


def largest_blob(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The largest bright region after opening and dilation, its holes filled, bool.

    Raises
    ------
    NotApplicableError : there is none.
    """
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (_BLOB_PX, _BLOB_PX))
    bright: cv2.typing.MatLike = (image >= _FAINT).view(np.uint8)
    bright = cv2.dilate(cv2.morphologyEx(bright, cv2.MORPH_OPEN, square), square)
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        raise NotApplicableError(
            f"No breast was found: no bright region is more than {_BLOB_PX} pixels across."
        )
    blob = np.zeros(image.shape, dtype=np.uint8)
    largest = max(outlines, key=lambda outline: float(cv2.contourArea(outline)))
    cv2.drawContours(blob, [largest], -1, color=(1,), thickness=cv2.FILLED)
    return blob.view(np.bool_)


def box_of_mask(mask: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """(first row, last row, first column, last column) of what is set, or None."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def _middle(annotation: NDArray[np.bool_]) -> tuple[int, int]:
    """(row, column) in the middle of what is annotated."""
    box = box_of_mask(annotation)
    if box is None:
        raise NotApplicableError("The annotation is empty.")
    first_row, last_row, first_column, last_column = box
    return (
        int(first_row + (last_row - first_row) / 2),
        int(first_column + (last_column - first_column) / 2),
    )


def _beyond(half: NDArray[np.uint8]) -> int:
    """How many of the last columns the reference blackens, of an image that begins in the breast.

    The breast ends in a row at its first faint pixel; a row without one counts as ending at once.
    """
    ends = np.argmax(half < _FAINT, axis=1)
    beyond: int = round((half.shape[1] - int(ends.max())) * _BLACKENED)
    return beyond
