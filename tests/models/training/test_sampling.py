"""Batches are balanced, cover everything, and are the same whenever they are asked for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from models.training.batches import image_batch
from models.training.sampling import Draw, balanced_draws, shuffled_draws, view_draws
from tests.models.training.small import noise_samples, stored

NORMAL = [stored(number) for number in range(10)]
MALIGNANT = [stored(number, malignant=True) for number in range(10, 12)]
BENIGN = [stored(number, benign=True) for number in range(12, 16)]


def test_balanced_batches_are_a_third_malignant_a_third_benign_a_third_neither() -> None:
    samples = [*NORMAL, *MALIGNANT, *BENIGN]
    for step in range(5):
        draws = balanced_draws(samples, 12, seed=1, step=step)
        kinds = Counter((draw.index >= 10) + (draw.index >= 12) for draw in draws)
        assert kinds == {0: 4, 1: 4, 2: 4}


def test_a_kind_that_no_image_shows_is_left_out_of_the_balance() -> None:
    draws = balanced_draws([*NORMAL, *MALIGNANT], 8, seed=1, step=0)
    assert sum(draw.index >= 10 for draw in draws) == 4


def test_views_come_once_an_epoch_and_epochs_differ() -> None:
    samples = [stored(number, (64 * (1 + number % 5), 64)) for number in range(24)]
    epochs = []
    for epoch in range(2):
        steps = range(epoch * 6, epoch * 6 + 6)
        draws = [draw for step in steps for draw in view_draws(samples, 4, seed=3, step=step)]
        assert sorted(draw.index for draw in draws) == list(range(24))
        assert not any(draw.flip_columns for draw in draws)  # the chest wall stays on its side
        epochs.append(draws)
    assert epochs[0] != epochs[1]


def test_views_that_fill_no_batch_wait_for_another_epoch() -> None:
    samples = [stored(number) for number in range(10)]
    seen: Counter[int] = Counter()
    for step in range(2 * 30):
        batch = view_draws(samples, 4, seed=3, step=step)
        assert len(batch) == 4
        seen.update(draw.index for draw in batch)
    assert set(seen) == set(range(10))


def test_views_of_like_size_meet() -> None:
    samples = [stored(number, (64, 64) if number % 2 else (6400, 6400)) for number in range(40)]
    for step in range(10):
        batch = view_draws(samples, 4, seed=7, step=step)
        assert len({samples[draw.index].shape for draw in batch}) == 1


def test_patches_come_once_an_epoch() -> None:
    draws = [draw for step in range(5) for draw in shuffled_draws(20, 4, seed=2, step=step)]
    assert sorted(draw.index for draw in draws) == list(range(20))


def test_a_step_has_the_same_batch_whenever_it_is_asked_for() -> None:
    samples = [*NORMAL, *MALIGNANT, *BENIGN]
    for draws_of in (balanced_draws, view_draws):
        assert draws_of(samples, 4, 1, 17) == draws_of(samples, 4, 1, 17)
        assert draws_of(samples, 4, 1, 17) != draws_of(samples, 4, 2, 17)
    assert shuffled_draws(16, 4, 1, 9) == shuffled_draws(16, 4, 1, 9)


def test_a_batch_holds_normalised_images_mirrored_as_drawn_and_padded_with_air(
    tmp_path: Path,
) -> None:
    narrow = noise_samples(tmp_path / "narrow", 1, (128, 64))[0]
    wide = noise_samples(tmp_path / "wide", 1, (192, 128))[0]
    images, labels = image_batch([narrow, wide], [Draw(0, True, True), Draw(1)])
    assert images.shape == (2, 1, 192, 128)
    assert labels.tolist() == [[1, 1], [1, 1]]
    expected = (narrow.pixels()[::-1, ::-1].astype(np.float32) - 500) / 300
    assert np.allclose(images[0, 0, :128, :64].numpy(), expected)
    air = np.float32(-500 / 300)
    assert np.allclose(images[0, 0, 128:].numpy(), air)
    assert np.allclose(images[0, 0, :, 64:].numpy(), air)
    assert np.allclose(images[1, 0].numpy(), wide.normalised())
