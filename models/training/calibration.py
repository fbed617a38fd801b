"""Whether scores mean what they say: reliability, its error, and how a line would mend it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from models.training.metrics import Floats

# Scores nearer to 0 or 1 are taken to be this near, so that their log-odds are finite.
_NEAREST = 1e-6


_BINS = 10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Breasts whose scores lie in one interval."""

    low: float
    high: float
    count: int
    mean_score: float
    share_positive: float


def reliability(scores: Floats, positive: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """Mean score and share of positives in equal intervals of the score; empty ones left out."""
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    place = np.clip(np.digitize(scores, edges[1:-1]), 0, _BINS - 1)
    found = []
    for number in range(_BINS):
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


def brier_score(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Mean squared difference of scores and truth, both of shape (n,)."""
    return float(np.mean((scores - positive) ** 2))


@dataclass(frozen=True, slots=True)
class PlattFit:
    """A score's log-odds on a line: probability = sigmoid(slope · logit(score) + offset)."""

    slope: float
    offset: float

    def of(self, scores: Floats) -> Floats:
        """Probabilities, the shape of the scores."""
        found: Floats = special.expit(self.slope * _log_odds(scores) + self.offset)
        return found


def fit_platt(scores: Floats, positive: NDArray[np.bool_]) -> PlattFit:
    """The line of greatest likelihood; scores and truth of shape (n,).

    Certainty is softened by one more case of either outcome, so that there is a line even where
    the scores tell the outcomes apart without a fault (Platt 1999, section 2.2).
    """
    odds = _log_odds(scores)
    yes, no = int(positive.sum()), int((~positive).sum())
    targets = np.where(positive, (yes + 1) / (yes + 2), 1 / (no + 2))

    def surprise(line: Floats) -> float:
        found = line[0] * odds + line[1]
        return float((np.logaddexp(0.0, found) - targets * found).mean())

    slope, offset = optimize.minimize(surprise, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return PlattFit(float(slope), float(offset))


def _log_odds(scores: Floats) -> Floats:
    found: Floats = special.logit(np.clip(scores, _NEAREST, 1 - _NEAREST))
    return found
