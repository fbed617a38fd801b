"""Measures of a trained network: ranking, overlap and calibration, numpy only."""

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


def dice_at_thresholds(saliency: NDArray[np.float32], truth: NDArray[np.bool_]) -> Floats:
    """Overlap 2 |A ∩ B| / (|A| + |B|) of the map above each of `THRESHOLDS` with the truth.

    Parameters
    ----------
    saliency : shape (h, w), 0 … 1, on cells of whole pixels.
    truth : shape (h·n, w·n), bool, with at least one pixel set.

    Returns
    -------
    Shape of `THRESHOLDS`, in pixels of the truth.
    """
    cell = truth.shape[0] // saliency.shape[0]
    height, width = saliency.shape
    inside = truth.reshape(height, cell, width, cell).sum(axis=(1, 3), dtype=np.float64)
    # The number of thresholds that a cell reaches; summed from above, it counts each threshold.
    reached = np.searchsorted(THRESHOLDS, saliency.ravel(), side="right")
    bins = len(THRESHOLDS) + 1
    hits = np.bincount(reached, inside.ravel(), bins)[::-1].cumsum()[::-1][1:]
    marked = np.bincount(reached, minlength=bins)[::-1].cumsum()[::-1][1:] * cell**2
    overlap: Floats = 2 * hits / (marked + inside.sum())
    return overlap


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Breasts whose scores lie in one interval."""

    low: float
    high: float
    count: int
    mean_score: float
    share_positive: float


def reliability(
    scores: Floats, positive: NDArray[np.bool_], bins: int = 10
) -> tuple[ReliabilityBin, ...]:
    """Mean score and share of positives in equal intervals of the score; empty ones left out."""
    edges = np.linspace(0.0, 1.0, bins + 1)
    place = np.clip(np.digitize(scores, edges[1:-1]), 0, bins - 1)
    found = []
    for number in range(bins):
        inside = place == number
        if inside.any():
            share, mean = float(positive[inside].mean()), float(scores[inside].mean())
            interval = (float(edges[number]), float(edges[number + 1]))
            found.append(ReliabilityBin(*interval, int(inside.sum()), mean, share))
    return tuple(found)


def calibration_error(curve: tuple[ReliabilityBin, ...]) -> float:
    """Expected calibration error: |mean score − share positive|, weighted by the bins' counts."""
    total = sum(each.count for each in curve)
    gaps = (each.count * abs(each.mean_score - each.share_positive) for each in curve)
    return sum(gaps) / total
