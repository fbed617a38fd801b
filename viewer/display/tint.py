"""Saliency of one or both classes in its colours: one transparent picture to lay on the image."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass
from viewer.display.lookup import look_up
from viewer.display.overlay import Overlays, colour_table

STRIPE_PX = 9


def tint(
    values: Mapping[FindingClass, NDArray[np.uint8]], overlays: Overlays
) -> NDArray[np.uint8]:
    """Colour saliency; where both classes are given, malignant lies over benign.

    Parameters
    ----------
    values : at least one class, ndarrays of one shape (h, w), as `overlay.view_saliency` gives.

    Returns
    -------
    ndarray, shape (h, w, 4), uint8, premultiplied blue, green, red, alpha.
    """
    shown = [finding for finding in FindingClass if finding in values]
    if not values[shown[0]].size:
        return np.zeros((*values[shown[0]].shape, 4), dtype=np.uint8)
    channels = [_coloured_part(finding, values[finding], overlays) for finding in shown]
    if len(shown) == 1:
        index, table = channels[0], colour_table(shown[0], overlays)
    else:
        # One look-up for each pair of values costs a third of colouring and blending twice.
        index, table = cv2.merge(channels).view("<u2")[..., 0], _pair_table(overlays)
    pixels: NDArray[np.int32] = look_up(index, table.view(np.int32)[:, 0])
    return pixels.view(np.uint8).reshape(*index.shape, 4)


def _coloured_part(
    finding: FindingClass, values: NDArray[np.uint8], overlays: Overlays
) -> NDArray[np.uint8]:
    """Everything, or with `contour` the threshold's line alone.

    Benign is hatched where both classes share their colours, and its contour is dashed, so that
    colour is never the only thing that tells them apart.
    """
    if overlays.colour_map == "class":
        return values
    if overlays.colour_map != "contour":
        return values * _stripes(values.shape) if finding is FindingClass.BENIGN else values
    inside = (values >= max(1, round(overlays.threshold * 255))).astype(np.uint8)
    line = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    if finding is FindingClass.BENIGN:
        line = line * _stripes(values.shape)
    return np.asarray(line, dtype=np.uint8) * np.uint8(255)


@lru_cache(maxsize=8)
def _stripes(shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Diagonal stripes of ones, with gaps of zeros half as wide."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return ((rows + columns) % STRIPE_PX < STRIPE_PX * 2 // 3).astype(np.uint8)


@lru_cache(maxsize=4)
def _pair_table(overlays: Overlays) -> NDArray[np.uint8]:
    """Colours of benign + 256 × malignant, shape (65536, 4), else as `colour_table`."""
    below = colour_table(FindingClass.BENIGN, overlays)[None].astype(np.uint16)
    above = colour_table(FindingClass.MALIGNANT, overlays)[:, None]
    through = np.uint16(255) - above[..., 3:]
    table = np.asarray(above + (below * through + 127) // 255, dtype=np.uint8).reshape(-1, 4)
    table.flags.writeable = False
    return table
