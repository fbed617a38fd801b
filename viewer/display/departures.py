"""Departures from the look that the vendor gave an image: local contrast, sharpness, gamma.

They change what is drawn, never what is analysed; each is off until the reader asks for it, and
is named on the image and on every export while it is on. Padding and air stay as they are, and
count for nothing: no tissue is brought closer to them, no contrast is spent on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Box
from viewer.display.lookup import look_up
from viewer.display.pyramid import ImagePyramid
from viewer.display.sampling import warp_beside_black
from viewer.display.viewport import Viewport

GAMMAS = (0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0)

_SHARP_SIGMA_PX = 1.5
_SHARP_AMOUNT = 0.8
_SHARP_REACH_PX = 5

_TILES = 8  # along each side, as in Pizer et al. 1987
_BINS = 4096
_EQUALISED = (0.5, 99.5)  # percentiles of tissue; what lies beyond, specks, stays beyond
_CLIP = 2.0  # the steepest slope, as a multiple of no change
_SHARED = 0.2  # of each tile's histogram comes from the whole breast, so that edges stay calm


@dataclass(frozen=True, slots=True)
class Departures:
    """Which departures are on.

    Attributes
    ----------
    clahe : contrast-limited adaptive histogram equalisation, over tissue only.
    sharpened : an unsharp mask over the device pixels on show.
    gamma : of `compile_table`, one of `GAMMAS`; 1 is none.
    """

    clahe: bool = False
    sharpened: bool = False
    gamma: float = 1.0

    def with_gamma(self, steps: int) -> Departures:
        """The same with the gamma that many places further in `GAMMAS`."""
        nearest = min(range(len(GAMMAS)), key=lambda place: abs(GAMMAS[place] - self.gamma))
        return replace(self, gamma=GAMMAS[min(max(nearest + steps, 0), len(GAMMAS) - 1)])


VENDOR_LOOK = Departures()


def sharp_sample(
    pyramid: ImagePyramid,
    viewport: Viewport,
    background: NDArray[np.uint8],
    *,
    inverted: bool = False,
) -> tuple[NDArray[Any], tuple[int, int]]:
    """`sampling.sample` through an unsharp mask of the device pixels, whatever the zoom.

    Parameters
    ----------
    background : `background_table` of the image.
    inverted : as of `sample`.
    """
    area = viewport.area(pyramid.shape)
    reach = _SHARP_REACH_PX
    around = Box(
        area.row - reach, area.column - reach, area.height + 2 * reach, area.width + 2 * reach
    )
    inside = (slice(reach, reach + area.height), slice(reach, reach + area.width))
    if area.height == 0 or area.width == 0:
        buffer = np.zeros((area.height, area.width), dtype=pyramid.levels[0].dtype)
        return buffer, (area.row, area.column)
    buffer = warp_beside_black(pyramid, viewport.affine, around, inverted)
    tissue = (look_up(buffer.view(np.uint16), background) == 0).astype(np.float32)
    # The mean of the tissue around alone: air beyond the skin would give it a bright rim.
    values = buffer.astype(np.float32)
    near = _blurred(values * tissue) / np.maximum(_blurred(tissue), 1e-3)
    sharp = np.rint(values + _SHARP_AMOUNT * (values - near))
    return _kept_apart(buffer, sharp, background)[inside], (area.row, area.column)


def local_contrast(
    pixels: NDArray[Any], background: NDArray[np.uint8]
) -> NDArray[np.uint16] | NDArray[np.int16]:
    """CLAHE of stored values: as many, in the same range, so that every window still fits.

    Each tile's histogram counts tissue only, is clipped, and becomes a curve; a pixel follows
    the curves of the four tiles around it, weighted by nearness.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), uint16 or int16, hung.
    background : `background_table` of the image.

    Returns
    -------
    ndarray, the shape and dtype of `pixels`; padding and air as they were.
    """
    tissue = look_up(pixels.view(np.uint16), background) == 0
    if not tissue.any():
        return pixels.copy()
    low, high = (float(value) for value in np.percentile(pixels[tissue], _EQUALISED))
    scale = (_BINS - 1) / max(high - low, 1.0)
    inside = np.clip(pixels.astype(np.float32), low, high)
    bins = np.rint((inside - low) * scale).astype(np.int32)
    bins[~tissue] = _BINS
    curves = low + (high - low) * _curves(bins)
    equalised = np.empty(pixels.shape, dtype=np.float32)
    rows, columns = (_spans(length) for length in pixels.shape)
    for top, bottom, upper, down in rows:
        for left, right, first, across in columns:
            block = bins[top:bottom, left:right]
            after = min(first + 1, _TILES - 1)
            lower = min(upper + 1, _TILES - 1)
            above = _mixed(curves[upper, first][block], curves[upper, after][block], across)
            below = _mixed(curves[lower, first][block], curves[lower, after][block], across)
            equalised[top:bottom, left:right] = _mixed(above, below, down[:, None])
    beyond = pixels - inside
    return _kept_apart(pixels, np.rint(equalised + beyond), background)


def _curves(bins: NDArray[np.int32]) -> NDArray[np.float32]:
    """Curve of each tile, shape (tiles, tiles, bins + 1), bin → 0 … 1."""
    row_edges, column_edges = (
        np.linspace(0, length, _TILES + 1).astype(int) for length in bins.shape
    )
    counts = np.array(
        [
            [
                np.bincount(bins[top:bottom, left:right].ravel(), minlength=_BINS + 1)[:_BINS]
                for left, right in pairwise(column_edges)
            ]
            for top, bottom in pairwise(row_edges)
        ],
        dtype=np.float64,
    )
    whole = counts.sum(axis=(0, 1))
    tile_px = bins.size / _TILES**2
    counts += whole * (_SHARED * tile_px / whole.sum())
    shares = counts / counts.sum(axis=2, keepdims=True)
    limited = np.minimum(shares, _CLIP / _BINS)
    limited += (1.0 - limited.sum(axis=2, keepdims=True)) / _BINS
    curves = np.cumsum(limited, axis=2) - limited / 2.0
    return np.concatenate([curves, np.zeros((*curves.shape[:2], 1))], axis=2).astype(np.float32)


def _spans(length: int) -> list[tuple[int, int, int, NDArray[np.float32]]]:
    """(start, end, tile before, weight of the tile after) from one tile's centre to the next."""
    places = (np.arange(length, dtype=np.float64) + 0.5) * _TILES / length - 0.5
    before = np.clip(np.floor(places).astype(int), 0, _TILES - 1)
    weights = np.clip(places - before, 0.0, 1.0).astype(np.float32)
    return [
        (int(run[0]), int(run[-1]) + 1, tile, weights[run[0] : run[-1] + 1])
        for tile in range(_TILES)
        if (run := np.flatnonzero(before == tile)).size
    ]


def _mixed(
    first: NDArray[np.float32], second: NDArray[np.float32], weight: NDArray[np.float32]
) -> NDArray[np.float32]:
    return first + (second - first) * weight


def _blurred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    side = 2 * _SHARP_REACH_PX + 1
    return np.asarray(cv2.GaussianBlur(values, (side, side), _SHARP_SIGMA_PX), dtype=np.float32)


def _kept_apart(
    stored: NDArray[Any], changed: NDArray[np.float32], background: NDArray[np.uint8]
) -> NDArray[Any]:
    """`changed` as stored values, but for background, which nothing leaves and nothing enters."""
    limits = np.iinfo(stored.dtype)
    kept: NDArray[Any] = np.clip(changed, limits.min, limits.max).astype(stored.dtype)
    is_background = look_up(stored.view(np.uint16), background)
    becomes_background = look_up(kept.view(np.uint16), background)
    np.copyto(kept, stored, where=(is_background | becomes_background) != 0)
    return kept
