"""From stored values to the 256 grey levels that DeepMiCa reads.

The published pipeline reads files of 8 bits; of a 16-bit file its reader keeps the upper byte, so
that 12-bit data in it are left with 16 levels. Ours is the same shift, but by the depth that the
image really uses: the least number of bits, 8 or more, that holds its brightest value. An image
of 8 bits is unchanged, one that uses all 16 bits is what their reader makes of it, and 10, 12 and
14 bits keep 256 levels in between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def to_8_bits(pixels: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Stored values, bright on dark with air at 0 → 0 … 255, of the same shape."""
    bits = max(8, int(pixels.max(initial=0)).bit_length())
    levels: NDArray[np.uint8] = (pixels >> np.uint16(bits - 8)).astype(np.uint8)
    return levels
