"""From stored pixels to what the networks see: hung, breast found, cropped, scaled (spec 1, 2).

What lies between the two published networks was not published; docs/mass.md defines it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_multiotsu

from models.errors import NotApplicableError
from models.exam import Laterality, Mammogram
from models.geometry import Affine, Box, resample_nearest
from models.mass.architecture import BREAST_FRAME
from models.mass.results import THRESHOLD
from models.preparation import upright

# No detector gives 16 bits: a file that says so only means that its values fit.
_CONTAINER_BITS = 16
# The published images had 8 bits, fewer are not assumed.
_FEWEST_BITS = 8
# Breast by grey values ends at the steepest contour below these parts of their standard deviation
# and of the lowest split of Otsu's, and above this part of that limit; measured against the labels
# of six film mammograms (docs/mass.md).
_OF_DEVIATION, _OF_SPLIT, _LOWEST, _CONTOURS = 0.48, 0.55, 0.42, 16
_COARSE_CELLS = 4  # contours are compared on a grid so much coarser
# Over grey air it ends no lower than this part of the way from the air to that split, between the
# lowest two of three classes: of two, a bright pectoral muscle alone would be one, and fat would
# count as air.
_CLASSES, _GREY_LEVELS, _PART_ABOVE_AIR = 3, 256, 0.15
_SMOOTHING_CELLS = 3.0
# A region smaller than this part of the image is no breast.
_LEAST_BREAST = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Hung:
    """A mammogram as it hangs: a right breast faces left, a left breast right.

    Attributes
    ----------
    pixels : ndarray, shape (rows, columns), float32, 0 … 1, bright on dark, air as it is.
    to_stored : map from hung to stored pixels.
    """

    pixels: NDArray[np.float32]
    to_stored: Affine

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) as hung."""
        return int(self.pixels.shape[0]), int(self.pixels.shape[1])


def hung(mammogram: Mammogram) -> Hung:
    """Lay a mammogram as it hangs, its values scaled as those of an 8-bit image would have been.

    The published reader divides by 255, which fits 8 bits only: 16-bit files give it values up
    to 257, and colour files, which it divides twice, almost black. Here the brightest value that
    the stored bits allow becomes 1, and nothing is divided twice.

    Raises
    ------
    NotApplicableError : the image is none of the four standard views.
    """
    laid = upright(mammogram, air_as_it_is=True)
    pixels, to_stored = laid.pixels, laid.to_stored
    faces_right = mammogram.view is not None and mammogram.view.laterality is Laterality.LEFT
    if laid.facing_right != faces_right:
        to_stored = Affine(cc=-1.0, c0=float(pixels.shape[1])).then(to_stored)
        pixels = pixels[:, ::-1]
    bits = mammogram.grayscale.bits_stored
    if bits == _CONTAINER_BITS:
        bits = max(_FEWEST_BITS, int(pixels.max(initial=0)).bit_length())
    scaled = pixels.astype(np.float32) / np.float32((1 << bits) - 1)
    return Hung(scaled, to_stored)


def shrink(image: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Resize without keeping the aspect, linearly, smoothed where it gets smaller (spec 2).

    As the published reader's scikit-image does by default; where an image gets larger, the
    outermost row and column take the nearest value.

    Returns
    -------
    ndarray, of `shape`, float32.
    """
    if image.shape == shape:
        return image
    sigmas = [
        max(0.0, (have / want - 1) / 2) for have, want in zip(image.shape, shape, strict=True)
    ]
    sizes = [2 * int(4 * sigma + 0.5) + 1 for sigma in sigmas]
    smooth = cv2.GaussianBlur(
        np.ascontiguousarray(image),
        (sizes[1], sizes[0]),
        sigmaX=sigmas[1] or 1.0,
        sigmaY=sigmas[0] or 1.0,
        borderType=cv2.BORDER_REFLECT_101,
    )
    resized: NDArray[np.float32] = cv2.resize(
        smooth, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR
    ).astype(np.float32, copy=False)
    return resized


def region_of_probability(probability: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The breast where its network marks it: the largest part above the threshold, filled."""
    return _largest_filled(probability >= THRESHOLD)


def region_of_grey(cells: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The breast by grey values alone, where there is no network for it.

    Parameters
    ----------
    cells : ndarray, float32, 0 … 1, the whole image on the grid of the breast network.
    """
    smooth = cv2.GaussianBlur(cells, (0, 0), _SMOOTHING_CELLS).astype(np.float32, copy=False)
    counts, edges = np.histogram(smooth, _GREY_LEVELS)
    if np.count_nonzero(counts) < _CLASSES:
        return np.zeros(cells.shape, np.bool_)
    levels = (edges[1:] + edges[:-1]) / 2
    splits = threshold_multiotsu(classes=_CLASSES, hist=(counts, levels))  # type: ignore[no-untyped-call]
    split = float(splits[0])
    air = float(np.median(smooth[smooth <= split]))
    limit = min(_OF_DEVIATION * float(smooth.std()), _OF_SPLIT * split)
    above = max(_steepest(smooth, limit), air + _PART_ABOVE_AIR * (split - air))
    return _largest_filled(smooth > above)


def _steepest(smooth: NDArray[np.float32], limit: float) -> float:
    """The grey value up to `limit` along whose contour the root of grey, in which dark edges count
    more than in grey itself, changes most."""
    rows, columns = (size // _COARSE_CELLS for size in smooth.shape)
    coarse = cv2.resize(smooth, (columns, rows), interpolation=cv2.INTER_AREA)
    steepness = np.hypot(*np.gradient(np.sqrt(coarse.clip(min=0.0))))

    def along(grey: float) -> float:
        breast = _largest_filled(coarse > grey).view(np.uint8)
        inner = cv2.erode(breast, np.ones((3, 3), np.uint8), borderValue=1)
        line = breast > inner
        return float(steepness[line].mean()) if line.any() else 0.0

    return float(max(np.linspace(_LOWEST * limit, limit, _CONTOURS), key=along))


@dataclass(frozen=True, slots=True)
class MassFrame:
    """The crop around the breast that becomes the input of the network for masses.

    Attributes
    ----------
    crop : in hung pixels, whole.
    to_hung : map from the input's pixels to hung pixels; invertible.
    """

    crop: Box
    to_hung: Affine


def frame_of(
    breast: NDArray[np.bool_], hung_shape: tuple[int, int], frame: tuple[int, int]
) -> MassFrame:
    """Crop the blank borders around the breast.

    Parameters
    ----------
    breast : ndarray, bool, on a grid that tiles the hung image.
    hung_shape : (rows, columns) of that image. frame : of the network's input.

    Raises
    ------
    NotApplicableError : there is no breast, or one too small to be one.
    """
    if np.count_nonzero(breast) < _LEAST_BREAST * breast.size:
        raise NotApplicableError("No breast was found in the image, so no mass can be.")
    (top, bottom), (left, right) = (
        _extent(np.flatnonzero(breast.any(axis=axis)), cells, extent)
        for axis, cells, extent in zip((1, 0), breast.shape, hung_shape, strict=True)
    )
    crop = Box(top, left, bottom - top, right - left)
    scaling = Affine.scaling(crop.height / frame[0], crop.width / frame[1])
    return MassFrame(crop, scaling.then(Affine.shift(crop.row, crop.column)))


def place(
    image: Hung, breast: NDArray[np.bool_], frame: MassFrame, shape: tuple[int, int]
) -> NDArray[np.float32]:
    """The network's input: everything outside the breast 0, cropped, resized to `shape`."""
    mask = resample_nearest(breast, grid_over(image.shape, breast.shape), image.shape)
    rows = slice(frame.crop.row, frame.crop.row + frame.crop.height)
    columns = slice(frame.crop.column, frame.crop.column + frame.crop.width)
    return shrink(image.pixels[rows, columns] * mask[rows, columns], shape)


def grid_over(image: tuple[int, int], cells: tuple[int, ...]) -> Affine:
    """The map from a grid's cells to the image that it tiles."""
    return Affine.scaling(image[0] / cells[0], image[1] / cells[1])


def whole(image: Hung) -> NDArray[np.float32]:
    """The input of the breast network: the whole image, shape (1024, 768), float32, 0 … 1."""
    return shrink(image.pixels, BREAST_FRAME)


def _extent(lines: NDArray[np.intp], cells: int, extent: int) -> tuple[int, int]:
    """First and last pixel (exclusive) under the first and last line of cells."""
    return int(lines[0]) * extent // cells, -(-(int(lines[-1]) + 1) * extent // cells)


def _largest_filled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest 4-connected part without holes; nothing of an empty mask."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    if count < 2:
        return np.zeros_like(mask)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    filled: NDArray[np.bool_] = ndimage.binary_fill_holes(labels == largest)
    return filled
