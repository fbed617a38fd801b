"""How a small density network learns: whole exams in, their class out, cross-entropy between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.density.network import CLASSES, CnnNetwork
from models.density.predictor import VIEWS


@dataclass(frozen=True, slots=True, eq=False)
class LearnedExam:
    """One exam to learn from.

    Attributes
    ----------
    views : ndarray, shape (4, rows, columns), float32, whitened, facing right, in the order of
        `models.density.predictor.VIEWS`; may be mapped from a file.
    density : the true class, 0 (a) … 3 (d).
    """

    views: NDArray[np.float32]
    density: int


def exam_batch(
    exams: Sequence[LearnedExam], count: int, seed: int, step: int
) -> tuple[Tensor, Tensor]:
    """Exams of a step, the classes equally often; a pure function of seed and step.

    Every view is taken from another exam of the class, of either breast, since nothing but the
    density joins them: few exams then make many.

    Returns
    -------
    Views, shape (n, 4, rows, columns), float32; classes, shape (n,), int64.
    """
    rng = np.random.default_rng((seed, step))
    of_class = [[exam for exam in exams if exam.density == density] for density in range(CLASSES)]
    densities = rng.permutation(np.arange(count) % CLASSES)
    batch = [
        np.stack([_view(rng, of_class[density], place) for place in range(len(VIEWS))])
        for density in densities
    ]
    return torch.from_numpy(np.stack(batch)), torch.from_numpy(densities.astype(np.int64))


def logits_of(network: CnnNetwork, views: Tensor) -> Tensor:
    """Views, shape (n, 4, rows, columns) → logits, shape (n, 4)."""
    features = [
        network.features(views[:, place, None], view.position.value.lower())
        for place, view in enumerate(VIEWS)
    ]
    return network(torch.cat(features, dim=1))  # type: ignore[no-any-return]


def density_losses(network: CnnNetwork, views: Tensor, densities: Tensor) -> Mapping[str, Tensor]:
    """Cross-entropy, as the published models learned (spec 5)."""
    return {"cross_entropy": functional.cross_entropy(logits_of(network, views), densities)}


def _view(
    rng: np.random.Generator, exams: Sequence[LearnedExam], place: int
) -> NDArray[np.float32]:
    """One view for this place, of either breast."""
    exam = exams[int(rng.integers(len(exams)))]
    sides = [at for at, view in enumerate(VIEWS) if view.position is VIEWS[place].position]
    chosen: NDArray[np.float32] = exam.views[sides[int(rng.integers(len(sides)))]]
    return chosen


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often which class was called which.

    Attributes
    ----------
    counts : ndarray, shape (4, 4), int64: row the truth, column what was said.
    """

    counts: NDArray[np.int64]

    @classmethod
    def of(cls, truth: Sequence[int], said: Sequence[int]) -> Confusion:
        """Count pairs of classes."""
        counts = np.zeros((CLASSES, CLASSES), np.int64)
        np.add.at(counts, (np.asarray(truth, np.intp), np.asarray(said, np.intp)), 1)
        return cls(counts)

    def part_within(self, classes: int) -> float:
        """The part that is off by at most so many classes; NaN without exams."""
        row, column = np.indices(self.counts.shape)
        near = self.counts[np.abs(row - column) <= classes].sum()
        return float(near / self.counts.sum()) if self.counts.sum() else float("nan")

    def kappa(self) -> float:
        """Cohen's kappa with quadratic weights: agreement beyond chance, 1 at most."""
        row, column = np.indices(self.counts.shape)
        cost = (row - column) ** 2
        total = self.counts.sum()
        by_chance = np.outer(self.counts.sum(axis=1), self.counts.sum(axis=0)) / total
        return float(1 - (cost * self.counts).sum() / (cost * by_chance).sum())
