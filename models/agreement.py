"""How well two outlines of the same thing agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def dice(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Twice the common area over the sum of both areas, 0 … 1; 1 where both are empty.

    Raises
    ------
    ValueError : the masks differ in shape.
    """
    common, either = _areas(found, truth)
    return 2.0 * common / (common + either) if either else 1.0


def iou(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """The common area over that of either, 0 … 1; 1 where both are empty.

    Raises
    ------
    ValueError : the masks differ in shape.
    """
    common, either = _areas(found, truth)
    return common / either if either else 1.0


def _areas(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[int, int]:
    if found.shape != truth.shape:
        raise ValueError(f"masks of shapes {found.shape} and {truth.shape} cannot be compared")
    common = int(np.count_nonzero(found & truth))
    return common, int(np.count_nonzero(found | truth))
