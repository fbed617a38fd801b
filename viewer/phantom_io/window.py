"""The window of a phantom exam: one for all its views, which no lesion sways."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.phantom.exam import PhantomView
from viewer.phantom_io.encode import BITS_STORED

_LOW_PERCENT, _HIGH_PERCENT = 2.0, 99.8
# A mass is brighter than nearly all of the healthy breast, and is to keep its structure.
_HEADROOM = 0.15
_EVERY = 8


def window_of(views: Sequence[PhantomView]) -> tuple[int, int]:
    """(centre, width) in stored values, in round numbers, to show all views of an exam alike.

    Left and right would not compare otherwise, and the width alone would tell who is ill. It
    takes in nearly all of the healthy breast, as the median view has it, and some more.
    """
    ranges = [found for view in views if (found := _healthy_range(view)) is not None]
    if not ranges:
        return 1 << (BITS_STORED - 1), 1 << BITS_STORED
    low, high = np.median(ranges, axis=0)
    high += _HEADROOM * (high - low)
    return round(float(low + high) / 20) * 10, max(10, round(float(high - low) / 10) * 10)


def _healthy_range(view: PhantomView) -> tuple[float, float] | None:
    """What of the breast is no lesion lies between; None where the image shows nothing of it."""
    seen = view.pixels[::_EVERY, ::_EVERY]
    healthy = seen > 0
    for mask in view.masks.values():
        healthy &= ~mask[::_EVERY, ::_EVERY]
    if not healthy.any():
        return None
    low, high = np.percentile(seen[healthy], (_LOW_PERCENT, _HIGH_PERCENT))
    return float(low), float(high)
