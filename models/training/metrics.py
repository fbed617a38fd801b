"""Measures of a trained network: ranking and overlap, numpy only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Thresholds of a saliency map at which overlap is measured.
THRESHOLDS: Floats = np.linspace(0.0, 1.0, 201)


def auc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Probability that a positive scores higher than a negative, ties counting half.

    Parameters
    ----------
    scores, positive : shape (n,).

    Returns
    -------
    NaN without a positive or without a negative.
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    wins = ranks[positive].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * negatives))


def bootstrap_interval(
    measure: Callable[[NDArray[np.intp]], float], count: int, seed: int, rounds: int = 2000
) -> tuple[float, float]:
    """Where 95 % of `measure` lie when `count` items are drawn anew with replacement.

    Parameters
    ----------
    measure : from the indices drawn, shape (count,), to a number; NaN is left out.
    """
    chance = np.random.default_rng(seed)
    values = [measure(chance.integers(0, count, count)) for _ in range(rounds)]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """How a map above each of `THRESHOLDS` meets the truth, in pixels.

    Attributes
    ----------
    hits, marked : shape of `THRESHOLDS`: pixels above it inside the truth, and in all.
    truth : pixels of the truth, at least one.
    """

    hits: Floats
    marked: Floats
    truth: int

    def dice(self) -> Floats:
        """2 |A ∩ B| / (|A| + |B|), shape of `THRESHOLDS`."""
        overlap: Floats = 2 * self.hits / (self.marked + self.truth)
        return overlap


def thresholds_reached(saliency: NDArray[np.float32]) -> NDArray[np.uint8]:
    """How many of `THRESHOLDS` each value, 0 … 1, reaches; the same shape."""
    return np.searchsorted(THRESHOLDS, saliency, side="right").astype(np.uint8)


def overlap(reached: NDArray[np.uint8], truth: NDArray[np.bool_]) -> Overlap:
    """The overlap of a map, given as `thresholds_reached`, with a truth of the same shape."""
    bins = len(THRESHOLDS) + 1

    def above(values: NDArray[np.uint8]) -> Floats:
        # Summed from the highest down, a pixel counts for each threshold that it reaches.
        counts = np.bincount(values.ravel(), minlength=bins)
        found: Floats = counts[::-1].cumsum()[::-1][1:].astype(np.float64)
        return found

    return Overlap(above(reached[truth]), above(reached), int(truth.sum()))


def dice_at_thresholds(saliency: NDArray[np.float32], truth: NDArray[np.bool_]) -> Floats:
    """Overlap of the map above each of `THRESHOLDS` with the truth.

    Parameters
    ----------
    saliency : shape (h, w), 0 … 1, on cells of whole pixels.
    truth : shape (h·n, w·n), bool, with at least one pixel set.

    Returns
    -------
    Shape of `THRESHOLDS`, in pixels of the truth.
    """
    cell = truth.shape[0] // saliency.shape[0]
    cells = thresholds_reached(saliency)
    return overlap(cells.repeat(cell, axis=0).repeat(cell, axis=1), truth).dice()
