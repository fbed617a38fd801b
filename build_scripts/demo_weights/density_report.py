"""The figures of the density demo's card, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from build_scripts.demo_weights.density_recipe import SEED
from models.phantom.plan import DENSITIES
from models.training.density import Confusion
from models.training.metrics import bootstrap_interval


@dataclass(frozen=True, slots=True)
class ReadExam:
    """One exam: its true class, 0 … 3, and what the predictor said."""

    density: int
    probabilities: Sequence[float]

    @property
    def said(self) -> int:
        """The most probable class."""
        return int(np.argmax(self.probabilities))


def report(
    unseen: Sequence[ReadExam], known: Sequence[ReadExam], trained_on: int, digest: str
) -> str:
    """Markdown, between the marks of the card."""
    confusion = _confusion(unseen)
    validation = _confusion(known)
    rows = "\n".join(
        f"| {density} | " + " | ".join(str(count) for count in counts) + " |"
        for density, counts in zip(DENSITIES, confusion.counts, strict=True)
    )
    return f"""Weights: version 1, SHA-256 `{digest}`.
Trained on {trained_on} exams. Measured on {len(unseen)} unseen exams with classes as often as
phantoms have them, and on {len(known)} validation exams with every class equally often. In
brackets: where 95 % of a figure lie when the exams are drawn anew (bootstrap, 2000 rounds).

| | unseen | validation |
|---|---|---|
| class as drawn | {_with_interval(unseen, 0)} | {validation.part_within(0):.2f} |
| off by one class at most | {_with_interval(unseen, 1)} | {validation.part_within(1):.2f} |
| kappa, quadratic weights | {confusion.kappa():.3f} | {validation.kappa():.3f} |
| mean probability of the true class | {_sureness(unseen):.2f} | {_sureness(known):.2f} |

Unseen exams, drawn as (rows) and read as (columns):

| | {" | ".join(DENSITIES)} |
|---|{"---|" * len(DENSITIES)}
{rows}
"""


def _confusion(exams: Sequence[ReadExam]) -> Confusion:
    return Confusion.of([exam.density for exam in exams], [exam.said for exam in exams])


def _with_interval(exams: Sequence[ReadExam], classes: int) -> str:
    off = np.array([abs(exam.density - exam.said) for exam in exams])
    low, high = bootstrap_interval(
        lambda chosen: float((off[chosen] <= classes).mean()), len(exams), SEED
    )
    return f"{float((off <= classes).mean()):.2f} ({low:.2f}–{high:.2f})"


def _sureness(exams: Sequence[ReadExam]) -> float:
    return float(np.mean([exam.probabilities[exam.density] for exam in exams]))
