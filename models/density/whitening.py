"""Whitening and histograms as the published figures were made, to the last bit (spec 1, 2).

The published probabilities come from NumPy before 1.15. Its float32 sums were taken in blocks of
8192, and its histogram compared in float64. The sample images have grey levels that lie exactly
on edges of bins, so the last bit of mean and deviation decides where hundreds of thousands of
pixels are counted, and probabilities move by up to 0.002: with the sums and edges of NumPy 2.4
the sample exam gives (0.0823, 0.7845, 0.1317, 0.0016) in place of the published (0.0819, 0.7830,
0.1335, 0.0015). What is here gives the published numbers on every NumPy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.errors import NotApplicableError

_SUM_BLOCK = 8192


def whitened(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Zero mean and unit population standard deviation over all pixels, the background included.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), float32, C order. The sums follow that order.

    Returns
    -------
    ndarray of the same shape, float32.

    Raises
    ------
    NotApplicableError : all pixels are equal.
    """
    centred = pixels - _mean(pixels)
    deviation = np.sqrt(_mean(np.square(centred - _mean(centred))))
    if not deviation > 0:
        raise NotApplicableError("All its pixels are equal.")
    centred /= deviation
    return centred


def histogram(whitened_pixels: NDArray[np.float32], bins: int) -> NDArray[np.float64]:
    """The part of the pixels in each of `bins` equal steps from the lowest to the highest value.

    Returns
    -------
    ndarray, shape (bins,), float64, sum 1.
    """
    counts, _ = np.histogram(whitened_pixels.astype(np.float64), bins=bins)
    parts: NDArray[np.float64] = counts / counts.sum()
    return parts


def _mean(values: NDArray[np.float32]) -> np.float32:
    """NumPy 1.14's mean of float32: pairwise within blocks, block after block, all in float32."""
    flat = values.ravel()
    whole = flat.size // _SUM_BLOCK * _SUM_BLOCK
    sums = [*flat[:whole].reshape(-1, _SUM_BLOCK).sum(axis=1)]
    if whole < flat.size:
        sums.append(flat[whole:].sum())
    total = np.add.accumulate(np.array(sums, dtype=np.float32))[-1]
    return np.float32(float(total) / flat.size)
