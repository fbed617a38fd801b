"""Tables looked up for every pixel, as fast as the installed OpenCV can."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def look_up(index: NDArray[Any], table: NDArray[Any]) -> NDArray[Any]:
    """`table[index]`.

    Parameters
    ----------
    index : ndarray, shape (h, w), uint8 or uint16.
    table : ndarray, shape (256,) or (65536,) accordingly, uint8 or int32.

    Returns
    -------
    ndarray, shape (h, w), the table's dtype.
    """
    if index.size and _LUT_TAKES_16_BIT:
        found: NDArray[Any] = cv2.LUT(index, table)
        return found
    return np.take(table, index)


def _lut_takes_16_bit() -> bool:
    """Whether this OpenCV looks 16-bit indices up correctly (5.0 does, older ones refuse)."""
    index = np.array([[0, 255, 256, 40000, 65535]], dtype=np.uint16)
    shades = (np.arange(1 << 16) >> 8).astype(np.uint8)
    colours = np.arange(1 << 16, dtype=np.int32) * -30000
    try:
        return all(
            np.array_equal(cv2.LUT(index, table), np.take(table, index))
            for table in (shades, colours)
        )
    except cv2.error:
        return False


_LUT_TAKES_16_BIT = _lut_takes_16_bit()
