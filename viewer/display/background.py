"""What of an image is no tissue: padding, and air that no file names but that lies beside it.

Air has no attribute in DICOM, so it is measured; whatever is not clearly air counts as tissue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.grayscale import Grayscale
from viewer.display.lookup import look_up

# Measured on about this many lines each way, a border on this many of them.
_LINES, _DEPTH = 200, 2
# Air clusters at the rim: on this part of it at least, this many robust deviations wide.
_OF_RIM, _NOISE_REACH, _MAD_TO_STD = 0.1, 5.0, 1.4826
# Above the cluster there is little for as far again: this part of it at most.
_ABOVE = 0.2
# It takes this part of the nipple's side, and tissue this part of the chest wall across.
_AIR_SIDE, _TISSUE_SIDE = 0.5, 0.25
# This part of an image at the very darkest value was cut off there, wherever it lies.
_CUT_OFF = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """The stored values that are no tissue, and the one that stands for all of them.

    Attributes
    ----------
    value : all padding and air is drawn from it.
    table : ndarray, shape (65536,), uint8, `voi.background_table`.
    is_dark : no tissue is darker, so that what is blended of both never shines.
    """

    value: int
    table: NDArray[np.uint8]
    is_dark: bool

    @classmethod
    def of(
        cls, grayscale: Grayscale, air: int | None, table: NDArray[np.uint8]
    ) -> Backdrop | None:
        """That of an image; None where nothing of it is padding or air."""
        if air is not None:
            return cls(air, table, True)
        if grayscale.padding is None:
            return None
        low, high = grayscale.stored_range
        first, last = grayscale.padding
        if grayscale.dark_is_high:
            return cls(last, table, last >= high)
        return cls(first, table, first <= low)

    def flattened(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """`pixels` with `value` for all padding and air; the very same array if it has no other.

        Parameters
        ----------
        pixels : ndarray, shape (rows, columns), uint16 or int16, stored values.
        """
        if self.is_only(pixels):
            return pixels
        flat = pixels.copy()
        background = look_up(pixels.view(np.uint16), self.table)
        np.copyto(flat, self.value, where=background != 0)
        return flat

    def is_only(self, pixels: NDArray[Any]) -> bool:
        """Whether nothing but `value` can be background: two quick looks instead of a search."""
        lowest, highest = int(pixels.min()), int(pixels.max())
        words = np.arange(lowest, highest + 1) & 0xFFFF
        return bool(np.flatnonzero(self.table[words]).tolist() == [self.value - lowest])


def measured_air(grayscale: Grayscale, pixels: NDArray[Any]) -> int | None:
    """The brightest stored value of air, or None where nothing tells air from tissue.

    Air is what clusters at the dark end along one side of an image, across from a side that
    shows tissue; or else what was cut off at the darkest value that the file can store.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), stored values; some 40 000 of them are looked at.

    Returns
    -------
    int ; every stored value as dark or darker is air.
    """
    if pixels.size == 0:
        return None
    row_step, column_step = (max(1, length // _LINES) for length in pixels.shape)
    small = pixels[::row_step, ::column_step].astype(np.int32)
    seen = np.ones(small.shape, dtype=np.bool_)
    if grayscale.padding is not None:
        low, high = grayscale.padding
        seen = (small < low) | (small > high)
    sign = -1 if grayscale.dark_is_high else 1
    bound = _clustered(small * sign, seen)
    if bound is not None:
        return sign * bound
    lowest, highest = grayscale.stored_range
    darkest = highest if grayscale.dark_is_high else lowest
    cut_off = np.count_nonzero((small == darkest) & seen)
    return darkest if cut_off > _CUT_OFF * small.size else None


def _clustered(values: NDArray[np.int32], seen: NDArray[np.bool_]) -> int | None:
    """The upper end of air's cluster, small values being dark; padding is not `seen`."""
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return None
    framed = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    values, seen = values[framed], seen[framed]
    on_rim = np.ones(values.shape, dtype=np.bool_)
    on_rim[_DEPTH:-_DEPTH, _DEPTH:-_DEPTH] = False
    rim = values[on_rim & seen]
    split = _midway(values[seen].astype(np.float64))
    dark = rim[rim <= split]
    if dark.size == 0 or dark.size < _OF_RIM * rim.size:
        return None
    level = float(np.median(dark))
    spread = _MAD_TO_STD * float(np.median(np.abs(dark - level)))
    reach = level + _NOISE_REACH * spread
    bound = int(min(reach, dark[dark <= reach].max() + spread))
    inside = np.count_nonzero(values[seen] <= bound)
    above = np.count_nonzero(values[seen] <= 2 * bound - int(dark.min())) - inside
    if reach > split or above > _ABOVE * inside:  # no cluster of its own
        return None
    air, tissue = seen & (values <= bound), seen & (values > bound)
    first, last = slice(_DEPTH), slice(-_DEPTH, None)
    for one, other in ((np.s_[first], np.s_[last]), (np.s_[:, first], np.s_[:, last])):
        for side, across in ((one, other), (other, one)):
            if air[side].mean() >= _AIR_SIDE and tissue[across].mean() >= _TISSUE_SIDE:
                return bound
    return None


def otsu_split(values: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """Otsu's threshold between dark and bright, and the mean of each; None for a single value.

    The rarest tenth of a percent at either end is left out.
    """
    low, high = (float(value) for value in np.percentile(values, (0.1, 99.9)))
    if high <= low:
        return None
    counts, edges = np.histogram(values, bins=256, range=(low, high))
    centers = (edges[:-1] + edges[1:]) / 2.0
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    first = np.cumsum(counts * centers)
    dark = first[:-1] / np.maximum(below, 1)
    bright = (first[-1] - first[:-1]) / np.maximum(above, 1)
    best = int(np.argmax(below * above * (bright - dark) ** 2))
    return float(edges[1 + best]), float(dark[best]), float(bright[best])


def _midway(values: NDArray[np.float64]) -> float:
    """Between Otsu's two classes, since his own threshold may lie anywhere between."""
    split = otsu_split(values)
    return float(values[0]) if split is None else 0.5 * (split[1] + split[2])
