"""Dice and IoU are those of the textbooks."""

from __future__ import annotations

import numpy as np
import pytest

from models.agreement import dice, iou


def test_agreement_counts_the_common_area() -> None:
    found, truth = np.zeros((2, 10, 12), np.bool_)
    found[2:6, 3:8] = True
    truth[4:8, 3:8] = True
    assert dice(found, truth) == pytest.approx(2 * 10 / 40)
    assert iou(found, truth) == pytest.approx(10 / 30)
    assert dice(found, found) == iou(found, found) == 1.0
    assert dice(found, ~found) == iou(found, ~found) == 0.0


def test_two_empty_masks_agree_and_one_does_not() -> None:
    empty, full = np.zeros((4, 4), np.bool_), np.ones((4, 4), np.bool_)
    assert dice(empty, empty) == iou(empty, empty) == 1.0
    assert dice(empty, full) == iou(full, empty) == 0.0


def test_masks_of_different_images_are_not_compared() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        dice(np.zeros((4, 4), np.bool_), np.zeros((4, 5), np.bool_))
