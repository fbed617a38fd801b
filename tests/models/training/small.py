"""A tiny network and tiny stored samples, so that training takes a moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.glam.network import GlamArchitecture
from models.training.samples import Sample, StoredSample, read_samples, write_stack

ARCHITECTURE = GlamArchitecture(
    global_widths=(2, 2, 4, 4, 4),
    global_blocks=(1, 1, 1, 1, 1),
    local_widths=(4,),
    local_blocks=(1,),
    top_fraction=0.05,
)


def sample(number: int, *, benign: bool = False, malignant: bool = False) -> Sample:
    """A sample of a breast of its own."""
    return Sample(f"{number}-L", benign, malignant, mean=500.0, std=300.0)


def stored(number: int, shape: tuple[int, int] = (64, 64), **labels: bool) -> StoredSample:
    """A sample of which no pixels are needed."""
    return StoredSample(sample(number, **labels), Path(f"{number}.npy"), 0, shape)


def noise_samples(
    folder: Path, count: int, shape: tuple[int, int] = (128, 64)
) -> tuple[StoredSample, ...]:
    """Stacks of noise; every second is malignant, every third benign."""
    chance = np.random.default_rng(5)
    for number in range(count):
        pixels = chance.integers(0, 1000, (1, *shape)).astype(np.uint16)
        found = sample(number, benign=number % 3 == 0, malignant=number % 2 == 0)
        write_stack(folder / f"{number}.npy", pixels, [found])
    return read_samples(folder)
