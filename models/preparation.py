"""From stored values to what the models expect: upright, bright on dark, air exactly 0.

Nothing here looks at windows or VOI lookup tables, so display can never change a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import NotApplicableError
from models.exam import Laterality, Mammogram
from models.geometry import Affine, Orientation

# An image with this part of its rim at exactly 0, strips of padding aside, has its air at 0.
_AIR_OF_RIM = 0.10
# Background reaches this many robust standard deviations above its own median.
_NOISE_REACH = 5.0
_MAD_TO_STD = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """A mammogram as the models read it: head or lateral side up, mirrored at most.

    Attributes
    ----------
    pixels : ndarray, shape (rows, columns), uint16, bright on dark; may be a view. Air is 0
        unless it was asked for as it is.
    facing_right : whether the nipple points right in `pixels`.
    to_stored : map from upright to stored pixels.
    """

    pixels: NDArray[np.uint16]
    facing_right: bool
    to_stored: Affine


def upright(mammogram: Mammogram, *, air_as_it_is: bool = False) -> Upright:
    """Undo the transposition and the vertical mirror, but keep a horizontal one.

    The published crops work on the image as it lies, facing either way (GLAM spec 2).

    Parameters
    ----------
    air_as_it_is : leave the grey of film and scatter behind the breast, for models that learned
        from images with it.

    Raises
    ------
    NotApplicableError : the image is none of the four standard views.
    """
    if mammogram.view is None:
        raise NotApplicableError(f"{mammogram.title} is none of the four standard views.")
    hung = mammogram.orientation
    lying = Orientation(hung.transpose, hung.flip_rows)
    hangs_facing_right = mammogram.view.laterality is Laterality.LEFT
    return Upright(
        pixels=lying.apply(_bright(mammogram) if air_as_it_is else bright_on_dark(mammogram)),
        facing_right=hangs_facing_right != hung.flip_columns,
        to_stored=lying.affine(mammogram.shape).inverse(),
    )


def bright_on_dark(mammogram: Mammogram) -> NDArray[np.uint16]:
    """Stored pixels with dense tissue bright and air exactly 0, in the stored frame.

    Inverted within the range of the bits stored where large values are meant to be dark,
    signed values shifted to start at 0, padding set to 0, and a background that is still not 0
    measured at the rim and taken away. Already exact images come back unchanged.

    Returns
    -------
    ndarray, shape (rows, columns), uint16.
    """
    return _air_to_zero(_bright(mammogram))


def _bright(mammogram: Mammogram) -> NDArray[np.uint16]:
    """Polarity, sign and padding put right, nothing else."""
    stored, grayscale = mammogram.pixels, mammogram.grayscale
    lowest, highest = grayscale.stored_range
    if grayscale.dark_is_high:
        pixels = (highest - np.minimum(stored, highest).astype(np.int32)).astype(np.uint16)
    elif lowest != 0:
        pixels = (np.maximum(stored, lowest).astype(np.int32) - lowest).astype(np.uint16)
    else:
        pixels = stored.astype(np.uint16, copy=False)
    if grayscale.padding is not None:
        first, last = grayscale.padding
        pixels = np.where((stored >= first) & (stored <= last), np.uint16(0), pixels)
    return pixels


def _air_to_zero(pixels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Subtract the background's level and clear the dark region that touches the rim."""
    framed = _without_empty_strips(pixels)
    if framed.size == 0:
        return pixels
    rim = _rim(framed)
    empty = rim == 0
    # Air at 0 is 0 all along; a lone 0 is where noise happens to end.
    if np.count_nonzero(empty[1:] & empty[:-1]) >= _AIR_OF_RIM * rim.size:
        return pixels
    # The split between dark and bright only nominates; air is what clusters at the dark rim.
    split = _split(framed)
    dark = rim[rim <= split]
    if dark.size < _AIR_OF_RIM * rim.size:
        return pixels
    level = int(np.median(dark))
    spread = _MAD_TO_STD * float(np.median(np.abs(dark.astype(np.int32) - level)))
    reach = level + _NOISE_REACH * spread
    if reach > split:  # no cluster of its own: the rim shows tissue
        return pixels
    air = _touching_rim((pixels <= reach).view(np.uint8))
    return np.where(air, np.uint16(0), np.maximum(pixels, level) - np.uint16(level))


def _without_empty_strips(pixels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The image without outer rows and columns of 0: padding, which tells nothing of the air."""
    rows, columns = (np.flatnonzero(pixels.max(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return pixels[:0, :0]
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _split(pixels: NDArray[np.uint16]) -> float:
    """Midway between Otsu's two classes, since Otsu's own threshold may lie anywhere between."""
    threshold, _ = cv2.threshold(pixels, 0, 0, cv2.THRESH_TOZERO | cv2.THRESH_OTSU)
    bright = (pixels > threshold).view(np.uint8)
    return 0.5 * (cv2.mean(pixels, 1 - bright)[0] + cv2.mean(pixels, bright)[0])


def _rim(image: NDArray[Any]) -> NDArray[Any]:
    """The outermost pixels, side by side."""
    return np.concatenate((image[0], image[-1], image[:, 0], image[:, -1]))


def _touching_rim(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The 4-connected parts of a mask that reach the image's rim."""
    count, labels = cv2.connectedComponents(mask, connectivity=4)
    touching = np.zeros(count, dtype=np.bool_)
    touching[_rim(labels)] = True
    touching[0] = False
    reached: NDArray[np.bool_] = touching[labels]
    return reached
