"""Which images make the batch of a step: pure functions of seed and step.

No state is kept, so that a training goes on after an interruption with the very same batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.training.samples import StoredSample

# How far views of unlike sizes may meet in a batch: a factor on their areas.
_SIZE_JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Draw:
    """One image of a batch, and how it is mirrored."""

    index: int
    flip_rows: bool = False
    flip_columns: bool = False


def balanced_draws(
    samples: Sequence[StoredSample], count: int, seed: int, step: int
) -> tuple[Draw, ...]:
    """A third malignant, a third benign, a third without either; mirrored both ways.

    An image with both lesions stands in either third. Kinds that no image has are left out.
    """
    chance = np.random.default_rng([seed, step])
    kinds = [pool for pool in _pools(samples) if pool]
    order = chance.permutation(len(kinds))
    draws = []
    for number in range(count):
        pool = kinds[order[number % len(kinds)]]
        flips = chance.integers(0, 2, 2)
        draws.append(Draw(pool[chance.integers(len(pool))], bool(flips[0]), bool(flips[1])))
    return tuple(draws)


def shuffled_draws(count: int, batch: int, seed: int, step: int) -> tuple[Draw, ...]:
    """The step's part of an order in which every image comes once an epoch; both flips."""
    epoch, position = divmod(step, _steps_per_epoch(count, batch))
    chance = np.random.default_rng([seed, epoch])
    order = chance.permutation(count)
    flips = chance.integers(0, 2, (count, 2)).astype(bool)
    chosen = order[position * batch : (position + 1) * batch]
    return tuple(Draw(int(index), *map(bool, flips[index])) for index in chosen)


def view_draws(
    samples: Sequence[StoredSample], batch: int, seed: int, step: int
) -> tuple[Draw, ...]:
    """As `shuffled_draws`, but views of like size meet, and only rows are mirrored.

    Batches are as large as their largest view, so that meeting at random would waste much.
    """
    epoch, position = divmod(step, _steps_per_epoch(len(samples), batch))
    chance = np.random.default_rng([seed, epoch])
    area = np.array([stored.shape[0] * stored.shape[1] for stored in samples], dtype=np.float64)
    blurred = np.log(area) + _SIZE_JITTER * chance.standard_normal(len(samples))
    # Those that do not fill a batch stay out of this epoch.
    chosen = chance.permutation(len(samples))[: len(samples) // batch * batch or len(samples)]
    by_size = chosen[np.argsort(blurred[chosen], kind="stable")]
    flips = chance.integers(0, 2, len(samples)).astype(bool)
    starts = chance.permutation(_steps_per_epoch(len(samples), batch)) * batch
    start = starts[position]
    return tuple(Draw(int(index), bool(flips[index])) for index in by_size[start : start + batch])


def _steps_per_epoch(count: int, batch: int) -> int:
    return max(1, count // batch)


def _pools(samples: Sequence[StoredSample]) -> tuple[list[int], list[int], list[int]]:
    labels = [(stored.sample.benign, stored.sample.malignant) for stored in samples]
    return (
        [index for index, (_, malignant) in enumerate(labels) if malignant],
        [index for index, (benign, _) in enumerate(labels) if benign],
        [index for index, found in enumerate(labels) if not any(found)],
    )
