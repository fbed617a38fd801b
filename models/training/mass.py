"""How a small network for masses learns: crops in, their truth beside them, overlap between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

# Of a batch, this part shows a mass.
_WITH_MASS = 0.75
_SMOOTHING = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class LearnedCrop:
    """One view to learn from, as the network reads it.

    Attributes
    ----------
    image : ndarray, shape (rows, columns), 0 … 1, any float type.
    mass : ndarray of that shape, bool.
    """

    image: NDArray[np.floating]
    mass: NDArray[np.bool_]

    @property
    def shows_mass(self) -> bool:
        """Whether there is any."""
        return bool(self.mass.any())


def mass_batch(
    crops: Sequence[LearnedCrop], count: int, seed: int, step: int
) -> tuple[Tensor, Tensor]:
    """Crops of a step; a pure function of seed and step.

    Three quarters show a mass. Each is mirrored up and down, left and right, and made a little
    brighter or darker, by chance.

    Returns
    -------
    Images and truths, each of shape (n, 1, rows, columns), float32.
    """
    rng = np.random.default_rng((seed, step))
    with_mass = [crop for crop in crops if crop.shows_mass]
    without = [crop for crop in crops if not crop.shows_mass] or with_mass
    images, truths = [], []
    for place in range(count):
        choice = with_mass if place < round(_WITH_MASS * count) else without
        crop = choice[int(rng.integers(len(choice)))]
        turn = np.s_[:: int(rng.choice((-1, 1))), :: int(rng.choice((-1, 1)))]
        gain = rng.uniform(0.9, 1.1)
        images.append(np.clip(crop.image[turn].astype(np.float32) * gain, 0.0, 1.0))
        truths.append(crop.mass[turn].astype(np.float32))
    return (
        torch.from_numpy(np.stack(images).astype(np.float32))[:, None],
        torch.from_numpy(np.stack(truths))[:, None],
    )


def mass_losses(network: nn.Module, images: Tensor, truths: Tensor) -> Mapping[str, Tensor]:
    """Cross-entropy of every pixel, and one minus the Dice coefficient over the batch."""
    found: Tensor = network(images)
    common = (found * truths).sum()
    overlap = (2 * common + _SMOOTHING) / (found.sum() + truths.sum() + _SMOOTHING)
    return {
        "cross_entropy": functional.binary_cross_entropy(found, truths),
        "dice": 1 - overlap,
    }
