"""One grey channel out of several, and the largest image that is read at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_PIXELS = 1 << 27
"""Twice a film of 24 × 30 cm at 25 µm; a header that claims more is not believed."""

# Spec glam 1, where the sum of 1.03 is meant: the published preprocessing used these.
_RED, _GREEN, _BLUE = 0.299, 0.587, 0.144
_BLACK, _WHITE = 0, (1 << 16) - 1


def to_grey(image: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Reduce colours to grey.

    Parameters
    ----------
    image : ndarray, shape (rows, columns, 3), red first.

    Returns
    -------
    ndarray, shape (rows, columns), uint16; the common channel where all three are equal.
    """
    red, green, blue = (image[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(red, blue):
        return np.ascontiguousarray(red, dtype=np.uint16)
    weighted = np.float32(_RED) * red + np.float32(_GREEN) * green + np.float32(_BLUE) * blue
    grey: NDArray[np.uint16] = np.clip(np.rint(weighted), _BLACK, _WHITE).astype(np.uint16)
    return grey
