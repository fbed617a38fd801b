"""From a pyramid to the device pixels of a pane, and from those to grey.

At 1:1 device pixels are image pixels, bit for bit. Below, every image pixel counts: two pyramid
levels are blended, so nothing small vanishes and zooming never pops. Above, linear. Where
padding and air would shine, nothing of them is blended with tissue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine, Box
from viewer.display.lookup import look_up
from viewer.display.pyramid import ImagePyramid
from viewer.display.viewport import Viewport

_NEGLIGIBLE_BLEND = 0.04
# Of a device pixel: no further from its place is anything drawn (`cv2.warpAffine` is as coarse).
_PHASE = 1.0 / 64.0
_MOST_BEFORE = 256  # device pixels made for that and not drawn

_SOLID, _HALF = 255, 128


def sample(
    pyramid: ImagePyramid, viewport: Viewport, *, inverted: bool = False
) -> tuple[NDArray[Any], tuple[int, int]]:
    """The visible part of a hung image at device resolution.

    Parameters
    ----------
    inverted : it is to be shown as the negative, where dark air would shine at the skin.

    Returns
    -------
    buffer : ndarray, shape (h, w), the pyramid's dtype, stored values; at 1:1 a view, no copy.
    (y, x) : the device pixel of the pane that the buffer's upper-left pixel belongs on.
    """
    area = viewport.area(pyramid.shape)
    return warp_beside_black(pyramid, viewport.affine, area, inverted), (area.row, area.column)


def warp_beside_black(
    pyramid: ImagePyramid, to_pane: Affine, area: Box, inverted: bool
) -> NDArray[Any]:
    """`warp` with padding and air kept apart from tissue where blending would brighten the edge.

    There a pixel is tissue or is not, whichever the larger part of it is, and what it holds is
    the mean of its tissue alone.
    """
    buffer = warp(pyramid, to_pane, area)
    backdrop = pyramid.backdrop
    if backdrop is None or (backdrop.is_dark and not inverted):
        return buffer
    if not buffer.size or _whole_pixel_crop(pyramid.image, to_pane, area) is not None:
        return buffer
    share = warp(pyramid.tissue, to_pane, area)
    edge = np.flatnonzero(cv2.inRange(share, _HALF, _SOLID - 1).view(np.bool_))
    stored, parts = buffer.ravel(), share.ravel()[edge].astype(np.float32)
    tissue = backdrop.value + (stored[edge].astype(np.float32) - backdrop.value) * _SOLID / parts
    limits = np.iinfo(buffer.dtype)
    stored[edge] = np.clip(np.rint(tissue), limits.min, limits.max).astype(buffer.dtype)
    np.putmask(stored, share.ravel() < _HALF, backdrop.value)
    return stored.reshape(buffer.shape)


def warp(pyramid: ImagePyramid, to_pane: Affine, area: Box) -> NDArray[Any]:
    """Resample a pyramid onto the device pixels of `area`; beyond the image its edge is repeated.

    Parameters
    ----------
    to_pane : map from level 0 to the pane; axes may be mirrored or exchanged.
    area : the wanted rectangle of pane pixels.

    Returns
    -------
    ndarray, shape (area.height, area.width), the pyramid's dtype.
    """
    image = pyramid.image
    if area.height == 0 or area.width == 0:
        return np.zeros((area.height, area.width), dtype=image.dtype)
    if (crop := _whole_pixel_crop(image, to_pane, area)) is not None:
        return crop
    back = to_pane.inverse()
    depth = min(max(0.5 * math.log2(abs(back.rr * back.cc - back.rc * back.cr)), 0.0), 30.0)
    level = min(int(depth), len(pyramid.levels) - 1)
    fine = _warp_level(pyramid, level, back, area)
    blend = depth - level
    if blend < _NEGLIGIBLE_BLEND or level + 1 == len(pyramid.levels):
        return fine
    coarse = _warp_level(pyramid, level + 1, back, area)
    blended: NDArray[Any] = cv2.addWeighted(fine, 1.0 - blend, coarse, blend, 0.0)
    return blended


def to_gray(buffer: NDArray[Any], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Look stored values up in a table of `compile_table`.

    Parameters
    ----------
    buffer : ndarray, shape (h, w), uint16 or int16.
    table : ndarray, shape (65536,), uint8.
    """
    return look_up(buffer.view(np.uint16), table)


def _whole_pixel_crop(image: NDArray[Any], to_pane: Affine, area: Box) -> NDArray[Any] | None:
    """The image pixels under `area` where the map is a shift by whole pixels, else None."""
    shift = Affine.shift(to_pane.r0, to_pane.c0)
    if to_pane != shift or shift.r0 != round(shift.r0) or shift.c0 != round(shift.c0):
        return None
    top, left = area.row - round(shift.r0), area.column - round(shift.c0)
    crop = image[max(top, 0) : top + area.height, max(left, 0) : left + area.width]
    return crop if crop.shape == (area.height, area.width) else None


def _warp_level(pyramid: ImagePyramid, level: int, back: Affine, area: Box) -> NDArray[Any]:
    """Linear interpolation of one level; `back` maps pane to level 0, both continuous."""
    image = pyramid.levels[level]
    back = back.then(Affine.scaling(0.5**level, 0.5**level))
    if (resized := _resized(image, back, area)) is not None:
        return resized
    # Interpolation counts from pixel centres: index i lies at i + 0.5.
    row, column = back.point(area.row + 0.5, area.column + 0.5)
    matrix = np.array(
        [[back.cc, back.cr, column - 0.5], [back.rc, back.rr, row - 0.5]], dtype=np.float64
    )
    warped: NDArray[Any] = cv2.warpAffine(
        image,
        matrix,
        (area.width, area.height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return warped


def _resized(image: NDArray[Any], back: Affine, area: Box) -> NDArray[Any] | None:
    """What `_warp_level` warps, by `cv2.resize`, which is some six times faster; None where the
    map turns or mirrors, or nothing that begins with a whole pixel lands on `area`."""
    if back.rc != 0.0 or back.cr != 0.0 or back.rr <= 0.0 or back.cc <= 0.0:
        return None
    row, column = back.point(float(area.row), float(area.column))
    rows = _run(row, back.rr, area.height, image.shape[0])
    columns = _run(column, back.cc, area.width, image.shape[1])
    if rows is None or columns is None:
        return None
    part = image[rows.begin : rows.end, columns.begin : columns.end]
    height, width = round(part.shape[0] / back.rr), round(part.shape[1] / back.cc)
    if min(height, width) == 0 or (height, width) == part.shape:
        return None  # what OpenCV refuses to do, and what it takes for a copy
    resized = cv2.resize(
        part,
        None,
        fx=1.0 / back.cc,
        fy=1.0 / back.rr,
        interpolation=cv2.INTER_LINEAR,
    )
    found: NDArray[Any] = resized[
        rows.before : rows.before + area.height, columns.before : columns.before + area.width
    ]
    return found if found.shape == (area.height, area.width) else None


@dataclass(frozen=True, slots=True)
class _Run:
    """Along one axis: the pixels to resize, and how many that come out lie before the wanted."""

    begin: int
    end: int
    before: int


def _run(edge: float, step: float, count: int, size: int) -> _Run | None:
    """The last pixel that `count` pixels `step` wide, the first beginning at `edge`, can be
    counted from, their places kept to `_PHASE`; None where there is none."""
    # The pixel before the first one's centre is needed too.
    last = min(max(math.floor(edge + min(_PHASE * step, (step - 1.0) / 2.0)), 0), size - 1)
    first = max(last - math.floor(_MOST_BEFORE * step), 0)
    begins = np.arange(last, first - 1, -1)
    before = (edge - begins) / step
    whole = np.rint(before)
    fitting = np.flatnonzero((np.abs(before - whole) <= _PHASE) & (whole >= 0))
    if fitting.size == 0:
        return None
    chosen = int(fitting[0])
    end = min(math.ceil(edge + count * step) + 1, size)
    return _Run(int(begins[chosen]), end, int(whole[chosen]))
