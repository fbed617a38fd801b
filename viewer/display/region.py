"""What the pixels inside an outline are: modality values without air and padding."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.display.shown import ShownImage
from viewer.display.voi import background_table, modality_values


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the modality values (PS3.3 C.11.1) of the tissue inside an outline.

    Attributes
    ----------
    pixels : that count; air : pixels inside that are air or padding, which do not.
    deviation : from the mean, of these very pixels (divided by their number).
    """

    pixels: int
    air: int
    mean: float
    deviation: float
    lowest: float
    highest: float


def pixels_inside(
    outline: NDArray[np.float64], shape: tuple[int, int]
) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    """The pixels whose centres lie inside a closed outline, by the even-odd rule.

    Parameters
    ----------
    outline : shape (n, 2), (row, column), continuous pixels.
    shape : (rows, columns) of the image.

    Returns
    -------
    mask, shape (rows, columns) of the outline's part of the image, and that part's corner
    (row, column).
    """
    low = np.maximum(np.floor(outline.min(axis=0)), 0.0).astype(int)
    high = np.minimum(np.ceil(outline.max(axis=0)), shape).astype(int)
    rows, columns = np.maximum(high - low, 0)
    # A pixel is inside when the borders to its left are odd in number: toggled, then summed up.
    toggles = np.zeros((rows, columns + 1), dtype=np.uint8)
    ends = np.roll(outline, -1, axis=0)
    for (row0, column0), (row1, column1) in zip(outline - low, ends - low, strict=True):
        if row0 > row1:
            row0, column0, row1, column1 = row1, column1, row0, column0  # noqa: PLW2901
        first, last = max(math.ceil(row0 - 0.5), 0), min(math.ceil(row1 - 0.5), rows)
        if first >= last:
            continue
        lines = np.arange(first, last)
        crossed = column0 + (lines + 0.5 - row0) * (column1 - column0) / (row1 - row0)
        at = np.clip(np.ceil(crossed - 0.5), 0, columns).astype(int)
        toggles[lines, at] ^= 1
    inside = np.bitwise_xor.accumulate(toggles, axis=1)[:, :columns].astype(np.bool_)
    return inside, (int(low[0]), int(low[1]))


def statistics(outline: NDArray[np.float64], image: ShownImage) -> Statistics:
    """Of the tissue inside an outline in stored pixels."""
    inside, (row, column) = pixels_inside(outline, image.mammogram.shape)
    rows, columns = inside.shape
    part = image.mammogram.pixels[row : row + rows, column : column + columns]
    words = np.ascontiguousarray(part).view(np.uint16)
    counts = np.bincount(words[inside], minlength=1 << 16)
    grayscale = image.mammogram.grayscale
    word = np.flatnonzero(counts)
    is_air = background_table(grayscale, image.air)[word] > 0
    air = int(counts[word[is_air]].sum())
    word = word[~is_air]
    weights = counts[word]
    total = int(weights.sum())
    if total == 0:
        return Statistics(0, air, math.nan, math.nan, math.nan, math.nan)
    stored = word.astype(np.uint16)
    values = modality_values(grayscale, stored.view(np.int16) if grayscale.signed else stored)
    mean = float((values * weights).sum() / total)
    spread = math.sqrt(float((weights * (values - mean) ** 2).sum() / total))
    return Statistics(total, air, mean, spread, float(values.min()), float(values.max()))
