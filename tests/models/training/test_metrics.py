"""Ranking, overlap and calibration against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.calibration import (
    brier_score,
    calibration_error,
    fit_platt,
    reliability,
)
from models.training.metrics import (
    THRESHOLDS,
    auc,
    bootstrap_interval,
    dice_at_thresholds,
    overlap,
    thresholds_reached,
)


def truth(*values: int) -> np.ndarray:
    return np.array(values, dtype=bool)


def at(threshold: float) -> int:
    return int(np.flatnonzero(np.isclose(THRESHOLDS, threshold))[0])


def test_auc_counts_the_pairs_that_are_in_order_and_ties_half() -> None:
    scores = np.array([0.1, 0.4, 0.35, 0.8])
    assert auc(scores, truth(0, 0, 1, 1)) == 0.75
    assert auc(scores, truth(1, 1, 0, 0)) == 0.25
    assert auc(np.array([0.5, 0.5, 0.2]), truth(1, 0, 0)) == 0.75
    assert auc(scores * 0, truth(0, 0, 1, 1)) == 0.5


def test_auc_of_one_outcome_is_no_number() -> None:
    assert np.isnan(auc(np.array([0.1, 0.2]), truth(1, 1)))


def test_the_bootstrap_draws_the_items_anew_with_replacement() -> None:
    values = np.arange(100) / 100
    low, high = bootstrap_interval(lambda drawn: float(values[drawn].mean()), 100, seed=1)
    # The standard error of the mean is 0.0289.
    assert low == pytest.approx(0.495 - 1.96 * 0.0289, abs=0.01)
    assert high == pytest.approx(0.495 + 1.96 * 0.0289, abs=0.01)


def test_dice_is_twice_the_shared_area_over_both_areas() -> None:
    # Cells of 2 × 2 pixels; the truth covers half of the high cell and all of the low one.
    saliency = np.array([[0.9, 0.0], [0.0, 0.4]], np.float32)
    mask = np.zeros((4, 4), bool)
    mask[:2, 0] = True
    mask[2:, 2:] = True
    dice = dice_at_thresholds(saliency, mask)
    assert dice[at(0.0)] == pytest.approx(2 * 6 / (16 + 6))
    assert dice[at(0.3)] == pytest.approx(2 * 6 / (8 + 6))
    assert dice[at(0.5)] == pytest.approx(2 * 2 / (4 + 6))
    assert dice[at(0.95)] == 0.0


def test_a_value_on_a_threshold_reaches_it() -> None:
    reached = thresholds_reached(np.array([[0.0, 0.5, 1.0]], np.float32))
    assert reached.tolist() == [[1, at(0.5) + 1, len(THRESHOLDS)]]


def test_an_overlap_counts_pixels_so_that_images_can_be_pooled() -> None:
    reached = thresholds_reached(np.array([[0.6, 0.6, 0.1]], np.float32))
    found = overlap(reached, truth(1, 0, 1)[None])
    assert (found.hits[at(0.5)], found.marked[at(0.5)], found.truth) == (1, 2, 2)
    assert found.dice()[at(0.5)] == 0.5


def test_reliability_compares_mean_score_and_share_in_each_interval() -> None:
    scores = np.array([0.05, 0.15, 0.11, 0.95, 1.0])
    curve = reliability(scores, truth(0, 1, 0, 1, 1))
    assert [(each.low, each.count, each.share_positive) for each in curve] == [
        (0.0, 1, 0.0),
        (pytest.approx(0.1), 2, 0.5),
        (pytest.approx(0.9), 2, 1.0),
    ]
    assert [each.mean_score for each in curve] == pytest.approx([0.05, 0.13, 0.975])
    assert calibration_error(curve) == pytest.approx((0.05 + 2 * 0.37 + 2 * 0.025) / 5)


def test_the_brier_score_is_the_mean_squared_error() -> None:
    assert brier_score(np.array([0.5, 1.0, 0.0]), truth(1, 1, 1)) == pytest.approx(1.25 / 3)


def test_a_fitted_line_finds_the_probabilities_behind_squeezed_scores() -> None:
    chance = np.random.default_rng(2)
    odds = chance.normal(0, 2, 4000)
    happened = chance.random(4000) < 1 / (1 + np.exp(-odds))
    squeezed = 1 / (1 + np.exp(-(0.5 * odds + 1)))
    fit = fit_platt(squeezed, happened)
    assert (fit.slope, fit.offset) == (pytest.approx(2.0, abs=0.2), pytest.approx(-2.0, abs=0.2))
    assert fit.of(np.array([0.0, 1.0])) == pytest.approx([0, 1], abs=1e-3)


def test_a_line_is_found_even_where_scores_tell_the_outcomes_apart() -> None:
    fit = fit_platt(np.array([0.2, 0.3, 0.7, 0.8]), truth(0, 0, 1, 1))
    # Three of four, by the softened outcomes, on either side.
    assert fit.of(np.array([0.25]))[0] == pytest.approx(0.25, abs=0.04)
    assert fit.of(np.array([0.75]))[0] == pytest.approx(0.75, abs=0.04)
