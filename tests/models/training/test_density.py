"""The small density network learns from whole exams, and is judged by honest measures."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from models.density.network import CnnArchitecture, CnnNetwork
from models.training.density import (
    Confusion,
    LearnedExam,
    density_losses,
    exam_batch,
    logits_of,
)
from models.training.ends import initialised

SMALL = CnnArchitecture((4, 4), (1, 1), hidden=8)


def exams() -> list[LearnedExam]:
    """Two of each class; a pixel says which class, exam and view it is of."""
    return [
        LearnedExam(
            np.stack(
                [np.full((30, 20), 100 * density + 10 * number + place) for place in range(4)]
            ).astype(np.float32),
            density,
        )
        for density in range(4)
        for number in range(2)
    ]


def test_a_batch_has_every_class_equally_often_and_views_of_the_right_projection() -> None:
    views, densities = exam_batch(exams(), 16, seed=1, step=3)
    assert views.shape == (16, 4, 30, 20)
    assert np.bincount(densities.numpy()).tolist() == [4, 4, 4, 4]
    pixels = views[:, :, 0, 0].numpy().astype(int)
    assert (pixels // 100 == densities.numpy()[:, None]).all()
    # L CC, R CC, L MLO, R MLO: either breast, never the other projection.
    assert set(pixels[:, :2].ravel() % 10) == {0, 1}
    assert set(pixels[:, 2:].ravel() % 10) == {2, 3}
    assert len(set((pixels // 10 % 10).ravel())) == 2


def test_a_batch_is_a_function_of_seed_and_step() -> None:
    first, again = (exam_batch(exams(), 8, seed=1, step=3) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], exam_batch(exams(), 8, seed=1, step=4)[0])


def test_networks_of_one_seed_are_equal() -> None:
    first, again = (initialised(CnnNetwork(SMALL), seed=4).state_dict() for _ in range(2))
    for key, tensor in first.items():
        assert torch.equal(tensor, again[key])


def test_a_few_steps_learn_what_is_plain_to_see() -> None:
    rng = np.random.default_rng(2)
    plain = [
        LearnedExam(rng.normal(density, 0.1, (4, 40, 30)).astype(np.float32), density)
        for density in range(4)
    ]
    network = initialised(CnnNetwork(SMALL), seed=1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for step in range(60):
        (loss,) = density_losses(network, *exam_batch(plain, 8, seed=1, step=step)).values()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    views, densities = exam_batch(plain, 8, seed=2, step=0)
    assert torch.equal(logits_of(network, views).argmax(dim=1), densities)


def test_a_confusion_counts_what_was_called_what() -> None:
    confusion = Confusion.of([0, 0, 1, 3], [0, 1, 1, 1])
    assert confusion.counts[0].tolist() == [1, 1, 0, 0]
    assert confusion.counts[3].tolist() == [0, 1, 0, 0]
    assert confusion.part_within(0) == 0.5
    assert confusion.part_within(1) == 0.75


def test_kappa_is_1_for_agreement_and_0_for_chance() -> None:
    assert Confusion.of([0, 1, 2, 3], [0, 1, 2, 3]).kappa() == 1.0
    truth, said = np.divmod(np.arange(16), 4)
    assert Confusion.of(truth.tolist(), said.tolist()).kappa() == pytest.approx(0)


def test_no_exams_have_no_accuracy() -> None:
    assert math.isnan(Confusion.of([], []).part_within(0))
