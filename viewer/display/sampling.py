"""From a pyramid to the device pixels of a pane, and from those to grey.

At 1:1 device pixels are image pixels, bit for bit. Below, every image pixel counts: two pyramid
levels are blended, so nothing small vanishes and zooming never pops. Above, linear. Where
padding and air would shine, nothing of them is blended with tissue.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine, Box
from viewer.display.lookup import look_up
from viewer.display.pyramid import ImagePyramid
from viewer.display.viewport import Viewport

_NEGLIGIBLE_BLEND = 0.04


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


def warp(
    pyramid: ImagePyramid, to_pane: Affine, area: Box, *, outside: int | None = None
) -> NDArray[Any]:
    """Resample a pyramid onto the device pixels of `area`.

    Parameters
    ----------
    to_pane : map from level 0 to the pane; axes may be mirrored or exchanged.
    area : the wanted rectangle of pane pixels.
    outside : the value beyond the image; None repeats its edge.

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
    fine = _warp_level(pyramid, level, back, area, outside)
    blend = depth - level
    if blend < _NEGLIGIBLE_BLEND or level + 1 == len(pyramid.levels):
        return fine
    coarse = _warp_level(pyramid, level + 1, back, area, outside)
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


def _warp_level(
    pyramid: ImagePyramid, level: int, back: Affine, area: Box, outside: int | None
) -> NDArray[Any]:
    """Linear interpolation of one level; `back` maps pane to level 0, both continuous."""
    back = back.then(Affine.scaling(0.5**level, 0.5**level))
    # Interpolation counts from pixel centres: index i lies at i + 0.5.
    row, column = back.point(area.row + 0.5, area.column + 0.5)
    matrix = np.array(
        [[back.cc, back.cr, column - 0.5], [back.rc, back.rr, row - 0.5]], dtype=np.float64
    )
    warped: NDArray[Any] = cv2.warpAffine(
        pyramid.levels[level],
        matrix,
        (area.width, area.height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT,
        borderValue=0 if outside is None else outside,
    )
    return warped
