"""Where GLAM looks: crop to the breast, centre and place the 2944 × 1920 window (spec 2-4).

The reference crops on the image as it lies, facing left or right, and only then mirrors it to
face right; both sides of that mirror are kept here, with their one-pixel differences.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import NotApplicableError
from models.exam import ViewPosition
from models.geometry import Affine, Box

# Spec 2.1 and 2.3: iterations of the 4-neighbour cross. Spec 2.5: rows and columns around it.
ERODE_PX = 100
BUFFER_PX = 50
# Spec 3: the network's input.
WINDOW_ROWS, WINDOW_COLUMNS = 2944, 1920
# Spec 4: the floor of the standard deviation.
_LEAST_STD = 1e-5


@dataclass(frozen=True, slots=True)
class CropFacts:
    """What the crop to the breast found (spec 2).

    All but `window_location` are in the cropped frame mirrored to face right.

    Attributes
    ----------
    window_location : (y0, y1, x0, x1) in the upright image, ends exclusive.
    rightmost_points : ((first row, last row), column) of the outermost tissue below the top third.
    bottommost_points : (row, (first column, last column)) of the lowest tissue.
    distance_from_starting_side : columns between the breast and its chest-wall edge.
    """

    window_location: tuple[int, int, int, int]
    rightmost_points: tuple[tuple[int, int], int]
    bottommost_points: tuple[int, tuple[int, int]]
    distance_from_starting_side: int


@dataclass(frozen=True, slots=True)
class ModelFrame:
    """Where the 2944 × 1920 input window, facing right, lies in the upright image.

    Attributes
    ----------
    best_center : (row, column) of the window in the cropped frame that faces right (spec 3).
    to_upright : map from continuous model-frame pixels to upright image pixels; invertible.
    """

    crop: CropFacts
    best_center: tuple[int, int]
    to_upright: Affine


def frame_of(pixels: NDArray[np.uint16], facing_right: bool, position: ViewPosition) -> ModelFrame:
    """Find the breast and place the window.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), uint16, bright on dark, air exactly 0.
    facing_right : whether the nipple points right in `pixels`.

    Raises
    ------
    NotApplicableError : no tissue is left after the erosion, so nothing can be cropped.
    """
    crop = _crop(pixels, facing_right)
    y0, y1, x0, x1 = crop.window_location
    breast = pixels[y0:y1, x0:x1]
    if not facing_right:
        breast = breast[:, ::-1]
    center = _center_of_mlo if position is ViewPosition.MLO else _center_of_cc
    best_center = center(breast, crop)
    top, left = _window_origin(best_center, breast.shape, position)
    if facing_right:
        to_upright = Affine(r0=float(y0 + top), c0=float(x0 + left))
    else:
        to_upright = Affine(r0=float(y0 + top), cc=-1.0, c0=float(x1 - left))
    return ModelFrame(crop, best_center, to_upright)


def place(
    pixels: NDArray[np.uint16], facing_right: bool, frame: ModelFrame
) -> NDArray[np.float32]:
    """Cut the window, facing right, padded with zeros outside the crop (spec 4).

    Returns
    -------
    ndarray, shape (2944, 1920), float32, stored values.
    """
    window = frame.to_upright.box(Box(0, 0, WINDOW_ROWS, WINDOW_COLUMNS))
    y0, y1, x0, x1 = frame.crop.window_location
    rows = slice(max(y0, window.row), min(y1, window.row + window.height))
    columns = slice(max(x0, window.column), min(x1, window.column + window.width))
    placed = np.zeros((WINDOW_ROWS, WINDOW_COLUMNS), dtype=np.float32)
    as_it_lies = placed if facing_right else placed[:, ::-1]
    as_it_lies[
        rows.start - window.row : rows.stop - window.row,
        columns.start - window.column : columns.stop - window.column,
    ] = pixels[rows, columns]
    return placed


def normalise(window: NDArray[np.float32]) -> NDArray[np.float32]:
    """Zero mean and unit population standard deviation, padding included (spec 4), float32."""
    mean, std = cv2.meanStdDev(window)
    centred: NDArray[np.float32] = window - np.float32(mean[0, 0])
    centred /= np.float32(max(float(std[0, 0]), _LEAST_STD))
    return centred


def _crop(pixels: NDArray[np.uint16], facing_right: bool) -> CropFacts:
    height, width = pixels.shape
    top, left, tissue = _tissue(pixels)
    y0, x0 = top, left
    y1, x1 = top + tissue.shape[0], left + tissue.shape[1]
    bottom_row = y1 - 1
    bottom_columns = left + np.flatnonzero(tissue[-1])

    y0 -= min(y0, BUFFER_PX)
    y1 += min(height - y1, BUFFER_PX)
    distance = x0 if facing_right else width - x1
    if facing_right:
        x1 += min(width - x1, BUFFER_PX)
        first, last = int(bottom_columns[0]) - x0, int(bottom_columns[-1]) - x0
    else:
        x0 -= min(x0, BUFFER_PX)
        first, last = x1 - int(bottom_columns[-1]), x1 - int(bottom_columns[0])

    skipped = int((y1 - y0) / 3)
    lower = tissue[max(0, y0 + skipped - top) :]
    set_columns = np.flatnonzero(lower.any(axis=0))
    outermost = int(set_columns[-1] if facing_right else set_columns[0])
    rows = np.flatnonzero(lower[:, outermost]) + max(y0 + skipped, top) - y0
    column = outermost + left - x0
    return CropFacts(
        window_location=(y0, y1, x0, x1),
        rightmost_points=(
            (int(rows[0]), int(rows[-1])),
            column if facing_right else (x1 - x0) - column,
        ),
        bottommost_points=(bottom_row - y0, (first, last)),
        distance_from_starting_side=distance,
    )


def _tissue(pixels: NDArray[np.uint16]) -> tuple[int, int, NDArray[np.bool_]]:
    """The largest opened component: (top, left, mask of its bounding box), spec 2.1-2.3.

    n erosions by the cross leave what lies further than n from any zero in city-block distance;
    n dilations reach what lies within n.
    """
    inside = cv2.copyMakeBorder(
        (pixels > 0).view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0
    )
    eroded = _city_block_distance(inside)[1:-1, 1:-1] > ERODE_PX
    # Labels come in raster order of the first pixel, so arg-max keeps the lowest label.
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        eroded.view(np.uint8), connectivity=4
    )
    if count < 2:
        raise NotApplicableError(
            "No breast was found: no bright region on a background of 0 is more than "
            f"{2 * ERODE_PX} pixels across."
        )
    label = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    x, y, w, h = (int(value) for value in stats[label, : cv2.CC_STAT_AREA])
    top, left = max(0, y - ERODE_PX), max(0, x - ERODE_PX)
    bottom = min(pixels.shape[0], y + h + ERODE_PX)
    right = min(pixels.shape[1], x + w + ERODE_PX)
    elsewhere = (labels[top:bottom, left:right] != label).view(np.uint8)
    return top, left, _city_block_distance(elsewhere) <= ERODE_PX


def _city_block_distance(mask: cv2.typing.MatLike) -> cv2.typing.MatLike:
    """Distance of each pixel to the nearest zero, exact up to 254 and 255 beyond."""
    return cv2.distanceTransform(mask, cv2.DIST_L1, 3, dstType=cv2.CV_8U)


def _center_of_cc(breast: NDArray[np.uint16], crop: CropFacts) -> tuple[int, int]:
    height, width = breast.shape
    column = crop.rightmost_points[1] - WINDOW_COLUMNS // 2 - 1
    half = WINDOW_ROWS // 2
    if height <= WINDOW_ROWS:
        return height // 2, column
    left = max(0, column - WINDOW_COLUMNS // 2)
    in_row = np.count_nonzero(breast[:, left : min(width, left + WINDOW_COLUMNS)], axis=1)
    total = np.concatenate(([0], np.cumsum(in_row)))
    covered = total[WINDOW_ROWS:] - total[:-WINDOW_ROWS]
    candidates = half + np.flatnonzero(covered == covered.max())
    nearest = int(np.argmin(np.abs(candidates - height // 2)))
    return int(candidates[nearest]), column


def _center_of_mlo(breast: NDArray[np.uint16], crop: CropFacts) -> tuple[int, int]:
    last_row = int(np.flatnonzero(breast[:, -WINDOW_COLUMNS:].any(axis=1))[-1])
    row = min(last_row, crop.bottommost_points[0])
    return row - WINDOW_ROWS // 2 - 1, crop.rightmost_points[1] - WINDOW_COLUMNS // 2 - 1


def _window_origin(
    center: tuple[int, int], shape: tuple[int, ...], position: ViewPosition
) -> tuple[int, int]:
    """Upper-left corner of the window in the cropped frame; negative where padding comes first."""
    top = _inside(center[0] - WINDOW_ROWS // 2, WINDOW_ROWS, shape[0])
    left = _inside(center[1] - WINDOW_COLUMNS // 2, WINDOW_COLUMNS, shape[1])
    if position is ViewPosition.CC and shape[0] < WINDOW_ROWS:
        top = -((WINDOW_ROWS - shape[0]) // 2)
    return top, left


def _inside(start: int, extent: int, available: int) -> int:
    """Shift a window to lie within the image; 0 when the image is the smaller one."""
    return max(0, min(start, available - extent))
