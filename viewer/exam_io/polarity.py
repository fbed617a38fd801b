"""Whether air is dark, where a header contradicts itself about it.

In mammography MONOCHROME1 goes with a Presentation LUT Shape of INVERSE and MONOCHROME2 with
IDENTITY (PS3.3 C.8.11.3). A header that mixes them leaves open whether the image is inverted
once, so the background decides where it is seen clearly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.grayscale import Grayscale, Photometric

# Looked at on about this many lines each way; the rim is a few of them deep, since the outermost
# pixels may be the edge of a collimator.
_LINES = 96
_RIM = 5
# Air is what lies this close to the end of the image's range on so much of the rim, and hardly
# ever at the other end.
_CLOSE = 0.1
_AIR_OF_RIM = 0.4
_OVER_OTHER = 4.0


def settle_polarity(grayscale: Grayscale, pixels: NDArray[Any]) -> Grayscale:
    """Let the pixels decide where Photometric Interpretation and Presentation LUT Shape disagree.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), stored values.

    Returns
    -------
    Grayscale, the same unless the header contradicts itself and its air would clearly be bright.
    """
    if _agree(grayscale):
        return grayscale
    high = _is_air_high(pixels, grayscale.padding)
    if high is None or high == grayscale.dark_is_high:
        return grayscale
    return replace(grayscale, measured_inverse=not grayscale.bright_is_low)


def polarity_remark(grayscale: Grayscale) -> str:
    """One clause when the pixels decided, else ''."""
    if grayscale.measured_inverse is None:
        return ""
    shape = "INVERSE" if grayscale.presentation_inverse else "IDENTITY"
    return (
        f"Photometric Interpretation (0028,0004) {grayscale.photometric.value} and Presentation "
        f"LUT Shape (2050,0020) {shape} contradict each other, and it is shown with dark air as "
        "its pixels suggest"
    )


def _agree(grayscale: Grayscale) -> bool:
    inverse = grayscale.photometric is Photometric.MONOCHROME1
    return grayscale.presentation_inverse in (None, inverse)


def _is_air_high(pixels: NDArray[Any], padding: tuple[int, int] | None) -> bool | None:
    """Whether the rim is air at the upper end of the values; None when it is not clear."""
    row_step, column_step = (max(1, size // _LINES) for size in pixels.shape)
    small = pixels[::row_step, ::column_step].astype(np.float64)
    if padding is not None:
        small[(small >= padding[0]) & (small <= padding[1])] = np.nan
    inner = np.zeros(small.shape, np.bool_)
    inner[_RIM:-_RIM, _RIM:-_RIM] = True
    seen = ~np.isnan(small)
    rim = small[seen & ~inner]
    if rim.size == 0:
        return None
    low, high = np.percentile(small[seen], (1.0, 99.0))
    close = _CLOSE * (high - low)
    at_low, at_high = (rim <= low + close).mean(), (rim >= high - close).mean()
    if at_high >= max(_AIR_OF_RIM, _OVER_OTHER * at_low):
        return True
    if at_low >= max(_AIR_OF_RIM, _OVER_OTHER * at_high):
        return False
    return None
