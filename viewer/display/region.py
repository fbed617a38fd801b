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
    inside = np.zeros((rows, columns), dtype=np.bool_)
    lines, borders = _crossings(outline - low, rows, columns)
    # Sorted line by line, every second stretch between borders is inside.
    order = np.lexsort((borders, lines))
    pairs = zip(lines[order][::2], borders[order].reshape(-1, 2), strict=True)
    for line, (start, end) in pairs:
        inside[line, start:end] = True
    return inside, (int(low[0]), int(low[1]))


def _crossings(
    outline: NDArray[np.float64], rows: int, columns: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the middles of rows of pixels cross a closed outline: row, and the first column
    whose middle lies beyond; an even number in every row."""
    lines, borders = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        (top, left), (bottom, right) = (start, end) if start[0] <= end[0] else (end, start)
        first, last = max(math.ceil(top - 0.5), 0), min(math.ceil(bottom - 0.5), rows)
        if first < last:
            line = np.arange(first, last)
            crossed = left + (line + 0.5 - top) * (right - left) / (bottom - top)
            lines.append(line)
            borders.append(np.clip(np.ceil(crossed - 0.5), 0, columns).astype(np.int64))
    return np.concatenate(lines), np.concatenate(borders)


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
