"""A network for masses learns from crops and their truth, the same way every time."""

from __future__ import annotations

import numpy as np
import torch

from models.mass.registry import build
from models.training.ends import initialised
from models.training.mass import LearnedCrop, mass_batch, mass_losses


def crop(seed: int, *, mass: bool) -> LearnedCrop:
    """Noise with a bright square off every axis of symmetry, or without."""
    image = 0.3 * np.random.default_rng(seed).random((32, 64)).astype(np.float32)
    truth = np.zeros((32, 64), np.bool_)
    if mass:
        row, column = 3 + seed % 15, 5 + 2 * seed % 40
        truth[row : row + 8, column : column + 10] = True
        image[truth] += 0.6
    return LearnedCrop(image, truth)


CROPS = [crop(seed, mass=seed % 2 == 0) for seed in range(10)]


def test_a_batch_is_a_function_of_seed_and_step_and_mostly_shows_masses() -> None:
    images, truths = mass_batch(CROPS, 8, seed=1, step=5)
    again, _ = mass_batch(CROPS, 8, seed=1, step=5)
    other, _ = mass_batch(CROPS, 8, seed=1, step=6)
    assert images.shape == truths.shape == (8, 1, 32, 64)
    assert torch.equal(images, again)
    assert not torch.equal(images, other)
    assert int((truths.amax(dim=(1, 2, 3)) > 0).sum()) == 6
    assert images.min() >= 0
    assert images.max() <= 1


def test_a_truth_is_turned_with_its_image() -> None:
    for step in range(5):
        images, truths = mass_batch(CROPS, 8, seed=2, step=step)
        assert images[truths > 0].min() > images[truths == 0].max()


def test_losses_fall_with_agreement() -> None:
    class Says(torch.nn.Module):
        def __init__(self, answer: torch.Tensor) -> None:
            super().__init__()
            self.answer = answer

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.answer

    images, truths = mass_batch(CROPS, 4, seed=1, step=0)
    right = mass_losses(Says(truths.clamp(0.001, 0.999)), images, truths)
    wrong = mass_losses(Says((1 - truths).clamp(0.001, 0.999)), images, truths)
    assert float(right["dice"]) < 0.05 < 0.95 < float(wrong["dice"])
    assert float(right["cross_entropy"]) < 0.01 < float(wrong["cross_entropy"])


def test_a_small_network_learns_bright_squares() -> None:
    network = initialised(build("unet5", 4), seed=3)
    same = initialised(build("unet5", 4), seed=3)
    assert all(
        torch.equal(one, two)
        for one, two in zip(network.parameters(), same.parameters(), strict=True)
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-2)
    totals = []
    for step in range(25):
        losses = mass_losses(network, *mass_batch(CROPS, 4, seed=4, step=step))
        total = losses["dice"] + losses["cross_entropy"]
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        totals.append(float(total.detach()))
    assert np.mean(totals[-5:]) < 0.6 * np.mean(totals[:5])
