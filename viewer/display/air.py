"""Where a hung image is free of tissue, so that words never cover any: rule 27 of IHE MAMMO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.grayscale import Grayscale
from viewer.display.pyramid import ImagePyramid
from viewer.display.viewport import Viewport

# Measured on the first level of the pyramid that is at most this long.
_LONGEST_PX = 600
# Tissue is brighter than air by this part of the image's range, and by this many deviations.
_TISSUE, _NOISE_REACH, _MAD_TO_STD = 0.01, 6.0, 1.4826
# Parts smaller than this part of the largest are scratches and labels.
_PART = 0.05
_SCRATCH = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class FreeAir:
    """How far from its left and its right border each row of a hung image holds no tissue.

    Attributes
    ----------
    left, right : ndarrays, shape (n,), float64, hung columns where tissue begins, and where it
        ends; infinity and minus infinity in rows without any.
    step : hung rows that one entry covers.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    step: int

    @classmethod
    def measure(cls, pyramid: ImagePyramid, grayscale: Grayscale, air: int | None) -> FreeAir:
        """Look for tissue on a small copy: a few milliseconds.

        Parameters
        ----------
        air : the brightest stored value of air (`background.measured_air`), or None.
        """
        levels = pyramid.levels
        depth = next((k for k, level in enumerate(levels) if max(level.shape) <= _LONGEST_PX), 0)
        tissue = tissue_of(levels[depth], grayscale, air)
        step = 1 << depth
        some = tissue.any(axis=1)
        first = np.where(some, tissue.argmax(axis=1) * float(step), np.inf)
        last = tissue.shape[1] - tissue[:, ::-1].argmax(axis=1)
        return cls(first, np.where(some, last * float(step), -np.inf), step)

    @property
    def middle(self) -> tuple[float, float] | None:
        """(row, column) in the middle of the tissue, hung pixels; None where there is none."""
        rows = np.flatnonzero(self.right > self.left)
        if rows.size == 0:
            return None
        row = int(rows[rows.size // 2])
        return (row + 0.5) * self.step, float(self.left[row] + self.right[row]) / 2.0

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """(top, left, bottom, right) of the tissue, hung pixels; None where there is none."""
        rows = np.flatnonzero(self.right > self.left)
        if rows.size == 0:
            return None
        return (
            float(rows[0] * self.step),
            float(self.left[rows].min()),
            float((rows[-1] + 1) * self.step),
            float(self.right[rows].max()),
        )

    def outermost(self, *, from_left: bool) -> tuple[float, float] | None:
        """(row, column) where the tissue reaches farthest, hung pixels; None without tissue.

        Parameters
        ----------
        from_left : it begins at the left border, so that it reaches to the right.
        """
        rows = np.flatnonzero(self.right > self.left)
        if rows.size == 0:
            return None
        reach = self.right[rows] if from_left else -self.left[rows]
        farthest = float(reach.max())
        tip = rows[reach >= farthest - self.step]
        return (float(np.median(tip)) + 0.5) * self.step, farthest if from_left else -farthest

    def holds(self, row: float, column: float, near: float = 0.0) -> bool:
        """Whether a hung point lies between where tissue begins and where it ends in its row, or
        at most `near` pixels from there."""
        if self.left.size == 0:
            return False
        index = min(max(int(row // self.step), 0), self.left.size - 1)
        is_inside = -near <= row <= self.left.size * self.step + near
        begins, ends = self.left[index] - near, self.right[index] + near
        return bool(is_inside and begins <= column <= ends)

    def hold(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """`holds` of many hung (row, column), shape (n, 2) → (n,), bool."""
        if self.left.size == 0:
            return np.zeros(len(points), dtype=np.bool_)
        rows, columns = points.T
        index = np.clip((rows // self.step).astype(np.intp), 0, self.left.size - 1)
        is_inside = (rows >= 0) & (rows <= self.left.size * self.step)
        return np.asarray(
            is_inside & (self.left[index] <= columns) & (columns <= self.right[index])
        )

    def shows(self, viewport: Viewport) -> bool:
        """Whether tissue lies in a pane, and not in its outermost tenth alone."""
        high, wide = viewport.height / 10.0, viewport.width / 10.0
        top, begins = viewport.to_image(high, wide)
        bottom, ends = viewport.to_image(viewport.height - high, viewport.width - wide)
        rows = slice(max(int(top // self.step), 0), max(int(-(-bottom // self.step)), 0))
        return bool(((self.left[rows] < ends) & (self.right[rows] > begins)).any())

    def room(self, viewport: Viewport, top: float, bottom: float, *, on_left: bool) -> float:
        """Pane pixels from the pane's left or right border that hold no tissue.

        Parameters
        ----------
        top, bottom : the rows of the pane that count, device pixels.
        """
        width = float(viewport.width)
        first, _ = viewport.to_image(top, 0.0)
        last, _ = viewport.to_image(bottom, 0.0)
        rows = slice(max(int(first // self.step), 0), max(int(-(-last // self.step)), 0))
        if on_left:
            begins = float(self.left[rows].min(initial=np.inf))
            free = (begins - viewport.column) * viewport.scale
        else:
            ends = float(self.right[rows].max(initial=-np.inf))
            free = width - (ends - viewport.column) * viewport.scale
        return min(max(free, 0.0), width)


def tissue_of(
    small: NDArray[Any], grayscale: Grayscale, air: int | None = None
) -> NDArray[np.bool_]:
    """The large parts of an image that are brighter than its air, grown by a pixel.

    Parameters
    ----------
    small : ndarray, shape (rows, columns), stored values, hung.
    """
    sign = -1.0 if grayscale.dark_is_high else 1.0
    values = small.astype(np.float32) * sign
    outside = np.zeros(small.shape, dtype=np.bool_)
    if grayscale.padding is not None:
        low, high = grayscale.padding
        outside = (small >= low) & (small <= high)
    inside = values[~outside]
    if inside.size == 0:
        return outside & False
    low_value, high_value = (float(v) for v in np.percentile(inside, (0.5, 99.5)))
    level, reach = low_value, 0.0
    if air is not None:
        level = air * sign
    else:
        # The side of the nipple is air, so the darkest border shows what air is.
        borders = (small[0], small[-1], small[:, 0], small[:, -1])
        border = min((edge.astype(np.float32) * sign for edge in borders), key=np.median)
        level = float(np.median(border))
        reach = _NOISE_REACH * _MAD_TO_STD * float(np.median(np.abs(border - level)))
    bright = values > level + max(reach, _TISSUE * (high_value - low_value))
    return _large_parts(bright & ~outside)


def _large_parts(bright: NDArray[np.bool_]) -> NDArray[np.bool_]:
    opened = cv2.morphologyEx(bright.view(np.uint8), cv2.MORPH_OPEN, _SCRATCH)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    kept = areas >= max(_PART * areas.max(), 1.0)
    kept[0] = False
    grown = cv2.dilate(kept[labels].view(np.uint8), _SCRATCH)
    return np.asarray(grown > 0)
