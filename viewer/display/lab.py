"""Colours of even steps to the eye: CIE 1976 L*a*b* of sRGB under D65 (IEC 61966-2-1).

OpenCV has the same, but fills tables of millions of colours at its first call, before the window
is there; we ask for a few hundred.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float64]

_TO_XYZ: Final = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE: Final = _TO_XYZ.sum(axis=1)
_BEND = 6.0 / 29.0  # below it the cube root is a straight line


def lab_from_rgb(rgb: Colours) -> Colours:
    """sRGB of 0 … 1, shape (n, 3), to (L* 0 … 100, a*, b*), shape (n, 3)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    x, y, z = np.where(ratio > _BEND**3, np.cbrt(ratio), ratio / (3.0 * _BEND**2) + 4.0 / 29.0).T
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=1)


def rgb_from_lab(lab: Colours) -> Colours:
    """The inverse, shape (n, 3); colours that a screen cannot show are cut to 0 … 1."""
    y = (lab[:, 0] + 16.0) / 116.0
    bent = np.stack([y + lab[:, 1] / 500.0, y, y - lab[:, 2] / 200.0], axis=1)
    ratio = np.where(bent > _BEND, bent**3, 3.0 * _BEND**2 * (bent - 4.0 / 29.0))
    linear = np.clip(ratio * _WHITE @ np.linalg.inv(_TO_XYZ).T, 0.0, 1.0)
    bright = 1.055 * linear ** (1.0 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, bright))
