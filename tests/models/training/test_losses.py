"""The loss is the published one, to hand-computed numbers."""

from __future__ import annotations

import math

import pytest
import torch

from models.training.losses import (
    global_saliency,
    positive_weights,
    saliency_levels,
    top_count,
    top_mean,
    weak_loss,
)
from models.training.stages import Computing, new_network
from tests.models.training.small import ARCHITECTURE

NO_WEIGHT = torch.ones(2)


def test_a_score_is_made_of_as_many_cells_whatever_the_image_s_size() -> None:
    assert top_count(0.01) == 221  # of 184 × 120 = 22080
    assert top_count(0.03) == 662
    assert top_count(1e-9) == 1


def test_the_score_of_a_map_is_the_mean_of_its_highest_cells() -> None:
    maps = torch.tensor([[[0.1, 0.9], [0.5, 0.3]], [[0.2, 0.2], [0.2, 0.8]]])
    assert top_mean(maps, 2).tolist() == pytest.approx([0.7, 0.5])
    assert top_mean(maps, 99).tolist() == pytest.approx([0.45, 0.35])


def test_the_loss_is_cross_entropy_of_every_level_s_score_plus_sparsity() -> None:
    # One image, two levels, benign and malignant maps of 1 × 2 cells; the highest cell scores.
    maps = torch.tensor([[[[[0.8, 0.2]], [[0.1, 0.3]]], [[[0.5, 0.5]], [[0.4, 0.2]]]]])
    labels = torch.tensor([[1.0, 0.0]])
    entropy = [-math.log(0.8), -math.log(0.7), -math.log(0.5), -math.log(0.6)]
    sparse = [0.5, 0.2, 0.5, 0.3]
    # Levels are summed, classes averaged.
    expected = (sum(entropy) + 0.3 * sum(sparse)) / 2
    assert float(weak_loss(maps, labels, 1, 0.3, NO_WEIGHT)) == pytest.approx(expected, rel=1e-6)


def test_a_positive_image_counts_by_its_weight_and_a_negative_one_once() -> None:
    maps = torch.full((2, 1, 2, 1, 1), 0.25)
    labels = torch.tensor([[1.0, 1.0], [0.0, 0.0]])
    weight = torch.tensor([3.0, 1.0])
    positive, negative = -math.log(0.25), -math.log(0.75)
    expected = (3 * positive + positive + negative + negative) / 4
    assert float(weak_loss(maps, labels, 1, 0.0, weight)) == pytest.approx(expected, rel=1e-6)


def test_rare_positives_weigh_the_root_of_the_odds_against_them() -> None:
    labels = torch.tensor([[1, 0], [0, 0], [0, 0], [0, 0], [0, 0]])
    assert positive_weights(labels).tolist() == pytest.approx([2.0, 1.0])


def test_the_global_map_weighs_the_middle_level_most() -> None:
    levels = torch.zeros(1, 3, 2, 1, 1)
    levels[0, :, 0, 0, 0] = torch.tensor([1.0, 0.0, 0.0])
    levels[0, :, 1, 0, 0] = torch.tensor([0.5, 1.0, 0.25])
    assert global_saliency(levels)[0, :, 0, 0].tolist() == pytest.approx([0.2, 0.75])


def test_training_sees_the_very_maps_that_the_network_reports() -> None:
    network = new_network(ARCHITECTURE, 3, Computing(half=False)).eval()
    images = torch.randn(2, 1, 192, 128, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        found = network.global_network(images)
        levels = saliency_levels(network.global_network, images, half=False)
    assert levels.shape == (2, 3, 2, 12, 8)
    assert torch.allclose(global_saliency(levels), found.saliency, atol=1e-6)
    count = round(ARCHITECTURE.top_fraction * 12 * 8)
    assert torch.allclose(top_mean(levels, count), found.level_scores, atol=1e-6)
