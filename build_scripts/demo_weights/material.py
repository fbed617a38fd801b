"""What the recipe trains on, out of what lies in the work folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from build_scripts.demo_weights import recipe
from models.training.samples import StoredSample, read_samples


@dataclass(frozen=True, slots=True)
class Material:
    """Prepared samples: small fields, whole views, and the views that training never sees."""

    fields: tuple[StoredSample, ...]
    views: tuple[StoredSample, ...]
    validation: tuple[StoredSample, ...]

    @property
    def exams(self) -> int:
        """How many exams the training views are of."""
        return len({seed_of(stored) for stored in self.views})


def read_material(work: Path) -> Material:
    """All of the recipe's samples that are there, and no others."""
    return Material(
        _of_seeds(work / "fields", recipe.FIELD_SEEDS),
        _of_seeds(work / "training", recipe.TRAINING_EXAMS),
        _of_seeds(work / "validation", recipe.VALIDATION_EXAMS),
    )


def seed_of(stored: StoredSample) -> int:
    """The seed that a stack's name begins with."""
    return int(stored.stack.stem.partition("-")[0])


def _of_seeds(folder: Path, seeds: Sequence[int]) -> tuple[StoredSample, ...]:
    return tuple(stored for stored in read_samples(folder) if seed_of(stored) in seeds)
