"""The card's figures follow from the records of single views, to numbers worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from build_scripts.demo_weights.figures import (
    best_threshold,
    breast_auc,
    breasts_of,
    dice_figures,
    over_exams,
    patch_on_lesion,
)
from build_scripts.demo_weights.measure import ALL_BF16, FP32, MODES, part_held
from build_scripts.demo_weights.precision import compare
from build_scripts.demo_weights.report import report
from build_scripts.demo_weights.summary import figures_of
from models.exam import FindingClass
from models.geometry import Box
from models.training.metrics import THRESHOLDS
from tests.build_scripts.demo_weights.records import breast, overlap_of, reading

BENIGN, MALIGNANT = FindingClass
VIEWS = [
    *breast(1, "L", (0.2, 0.9), finding="malignant", held=(0.6, 0.4), dice=(0.8, 0.4)),
    *breast(1, "R", (0.3, 0.2)),
    *breast(2, "L", (0.7, 0.3), finding="benign", kind="calcifications", held=(0.5, 0.0)),
    *breast(2, "R", (0.1, 0.4), finding="malignant", kind="calcifications", density="c"),
    *breast(3, "L", (0.8, 0.5)),
    *breast(3, "R", (0.4, 0.1)),
]


def test_a_breast_s_score_is_the_mean_of_its_views() -> None:
    breasts = breasts_of(VIEWS)
    assert breasts.exam.tolist() == [1, 1, 2, 2, 3, 3]
    assert breasts.scores[:, 1] == pytest.approx([0.9, 0.2, 0.3, 0.4, 0.5, 0.1])
    assert breasts.truth[:, 1].tolist() == [True, False, False, True, False, False]


def test_the_order_of_the_views_changes_nothing() -> None:
    shuffled, ordered = breasts_of(VIEWS[::-1]), breasts_of(VIEWS)
    assert np.allclose(shuffled.scores, ordered.scores)
    assert np.array_equal(shuffled.kind, ordered.kind)


def test_breasts_are_ranked_by_class() -> None:
    breasts = breasts_of(VIEWS)
    # Malignant .9 and .4 against .2 .3 .5 .1: seven of eight pairs in order.
    found = breast_auc(breasts, MALIGNANT)
    assert (found.value, found.count) == (7 / 8, 2)
    assert 0.5 <= found.low <= found.value <= found.high == 1.0
    assert breast_auc(breasts, BENIGN).value == 4 / 5


def test_exams_are_drawn_anew_as_wholes() -> None:
    # Both breasts of an exam are alike: the spread is that of ten exams and not of twenty breasts.
    exam = np.repeat(np.arange(10), 2)
    values = np.repeat(np.arange(10) % 2, 2)
    found = over_exams(exam, lambda rows: float(values[rows].mean()), 20)
    assert found.value == 0.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(10), abs=0.1)


def test_a_patch_lies_on_a_lesion_when_it_holds_half_of_it() -> None:
    assert patch_on_lesion(VIEWS, lambda *_: True).value == 4 / 6
    found = patch_on_lesion(VIEWS, lambda finding, _: finding == "malignant")
    assert (found.value, found.count) == (3 / 4, 4)


def test_the_part_of_a_lesion_in_a_patch_that_reaches_past_the_image() -> None:
    mask = np.zeros((20, 30), bool)
    mask[0:4, 0:5] = True
    assert part_held(mask, Box(-10, -10, 12, 13)) == 6 / 20
    assert part_held(mask, Box(0, 0, 20, 30)) == 1.0
    assert part_held(mask, Box(-10, 0, 5, 30)) == 0.0


def test_dice_is_taken_at_the_threshold_that_suits_the_validation_views() -> None:
    other = breast(9, "L", (0.5, 0.5), finding="malignant", dice=(0.5, 0.5))
    for view in other:
        view.readings[FP32.key].overlaps["malignant"].hits[THRESHOLDS < 0.3] = 0
    threshold = best_threshold(other, MALIGNANT)
    assert 0.3 <= THRESHOLDS[threshold] <= 0.4
    found = dice_figures(VIEWS, MALIGNANT, threshold)
    assert found.mean.value == pytest.approx((0.8 + 0.4 + 0.5 + 0.5) / 4)
    assert found.pooled == pytest.approx((0.8 + 0.4 + 0.5 + 0.5) / 4)  # areas are all alike
    assert {kind: value for kind, _, value in found.by_kind} == {
        "calcifications": pytest.approx(0.5),
        "mass": pytest.approx(0.6),
    }
    assert dice_figures(VIEWS, MALIGNANT, len(THRESHOLDS) - 1).mean.value == 0.0


def test_pooled_dice_weighs_large_lesions_more() -> None:
    views = breast(1, "L", (0.5, 0.5), finding="benign", dice=(0.2, 0.9))
    large = overlap_of(0.9)
    views[1].readings[FP32.key].overlaps["benign"] = dataclasses.replace(
        large, hits=large.hits * 10, marked=large.marked * 10, truth=large.truth * 10
    )
    found = dice_figures(views, BENIGN, 0)
    assert found.mean.value == pytest.approx(0.55)
    assert found.pooled == pytest.approx((0.2 + 9) / 11)


def test_views_without_a_lesion_in_which_something_is_marked_are_counted() -> None:
    # Every map peaks at 0.1.
    assert dice_figures(VIEWS, BENIGN, 10).marked_without == 1.0
    assert dice_figures(VIEWS, BENIGN, 30).marked_without == 0.0


def test_half_precision_is_fit_only_if_scores_and_patches_stay() -> None:
    def changed(by: float, corner: tuple[int, int]):
        said = VIEWS[0].readings[FP32.key]
        scores = (said.scores[0], said.scores[1] + by)
        half = reading(scores, corner=corner, dice=0.8, finding="malignant")
        first = dataclasses.replace(VIEWS[0], readings={FP32.key: said, ALL_BF16.key: half})
        return compare([first, *VIEWS[1:]], ALL_BF16, (10, 10), 0.5)

    assert changed(0.0049, (0, 0)).is_fit
    assert changed(-0.0049, (0, 0)).most == pytest.approx(0.0049)
    assert not changed(0.0051, (0, 0)).is_fit
    moved = changed(0.0, (16, 0))
    assert moved.equal_corners == 11 / 12
    assert not moved.is_fit


def test_the_report_states_every_figure_beside_its_target() -> None:
    seconds = {mode.key: 1.0 / (1 + number) for number, mode in enumerate(MODES)}
    words = report(figures_of(VIEWS, VIEWS, seconds), {"exams": "120"}, "abcdef")
    assert "SHA-256 `abcdef`" in words
    assert "views of 120 exams" in words
    assert "12 views of 6 breasts, 1 with a benign and 2 with a malignant lesion" in words
    assert "| AUC of breasts (mean of two views) | 0.800" in words
    assert "| malignant calcifications | 1 | 0.750 | 1.000 | 0.500 |" in words
    assert "`auto` may choose everything in bf16" in words
    assert "3.00 times as fast" in words
    assert not any(line.endswith(" ") for line in words.splitlines())
