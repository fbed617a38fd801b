"""The nipple-distance arc as pixels: a line at the distance, dashes at its tolerance."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from viewer.display.air import FreeAir
from viewer.display.colours import ACCENT, bgr
from viewer.display.distance_band import DistanceBand
from viewer.display.viewport import Viewport

_DASH_PX, _DASHED = 11.0, 0.55  # from one dash to the next; how much of that is drawn
_FEWEST, _MOST = 24, 1500
_BENDS = np.linspace(0.0, 1.0, 4)
_RIM = (0, 0, 0, 140)
_FIXED_POINT_BITS = 4


def band_part(
    band: DistanceBand, free: FreeAir, viewport: Viewport, factor: float
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Draw a band where it lies on tissue.

    Parameters
    ----------
    factor : how much thicker than usual lines are, for a dense screen.

    Returns
    -------
    layer : ndarray, shape (h, w, 4), uint8, premultiplied BGRA.
    (y, x) : the device pixel of the pane that its upper-left pixel belongs on.
    """
    lines = np.concatenate(
        [
            _arcs(band, beyond, free, viewport, factor)
            for beyond in (-band.tolerance, 0.0, band.tolerance)
            if band.distance + beyond > 0.0
        ]
    )
    thick = max(1, round(factor))
    if not len(lines):
        return np.zeros((0, 0, 4), dtype=np.uint8), (0, 0)
    size = np.array([viewport.height, viewport.width])
    first = np.clip(np.floor(lines.min(axis=(0, 1))) - thick - 2, 0, size).astype(int)
    last = np.clip(np.ceil(lines.max(axis=(0, 1))) + thick + 2, first, size).astype(int)
    layer = np.zeros((*(last - first), 4), dtype=np.uint8)
    # OpenCV counts (x, y) from the centres of pixels.
    xy = np.rint((lines - first - 0.5)[..., ::-1] * 2**_FIXED_POINT_BITS).astype(np.int32)
    for ink, width in ((_RIM, thick + 2), ((*bgr(ACCENT), 255), thick)):
        cv2.polylines(layer, list(xy), False, ink, width, cv2.LINE_AA, shift=_FIXED_POINT_BITS)
    return layer, (int(first[0]), int(first[1]))


def _arcs(
    band: DistanceBand, beyond: float, free: FreeAir, viewport: Viewport, factor: float
) -> NDArray[np.float64]:
    """Pieces of a ring on tissue and in the pane, shape (n, 4, 2), (y, x) in the pane."""
    radius_px = (band.distance + beyond) / band.pixel[1] * viewport.scale
    count = round(2.0 * math.pi * radius_px / (_DASH_PX * factor))
    count = min(max(count, _FEWEST), _MOST)
    share = 1.0 if beyond == 0.0 else _DASHED
    turns = (np.arange(count)[:, None] + share * _BENDS) * (2.0 * math.pi / count)
    points = band.at(turns, beyond).reshape(-1, 2)
    on_tissue = free.hold(points).reshape(turns.shape).all(axis=1)
    placed = viewport.affine.points(points).reshape(*turns.shape, 2)
    size = np.array([viewport.height, viewport.width])
    in_pane = np.any(np.all((placed >= 0.0) & (placed <= size), axis=2), axis=1)
    return np.asarray(placed[on_tissue & in_pane])
