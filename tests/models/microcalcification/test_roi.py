"""Regions are cut as the reference cuts them, its slips included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import NotApplicableError
from models.geometry import Box
from models.microcalcification.roi import (
    Span,
    Surroundings,
    centred,
    cut,
    side_of,
    square,
    surroundings_of,
)
from tests.models.microcalcification.conftest import Arrays

CASES = (
    "center_small center_large left_edge near_right_skin top bottom bottom_small_black odd "
    "exact64 tall top_right_edge upper_edge too_big_wide"
)


@pytest.fixture(scope="module")
def goldens(deepmica: Path) -> tuple[Arrays, Mapping[str, Any]]:
    return np.load(deepmica / "roi_cut.npz"), json.loads((deepmica / "roi_cut.json").read_text())


@pytest.fixture(scope="module")
def around(goldens: tuple[Arrays, Mapping[str, Any]]) -> Surroundings:
    return surroundings_of(goldens[0]["img"])


@pytest.mark.parametrize("case", CASES.split())
def test_every_region_of_the_golden_image_is_met_exactly(
    goldens: tuple[Arrays, Mapping[str, Any]], around: Surroundings, case: str
) -> None:
    arrays, numbers = goldens
    expected = numbers[case]
    row, column, height, width = expected["mask_box_y_x_h_w"]
    region, box = cut(around, Span(row, row + height - 1), Span(column, column + width - 1))
    np.testing.assert_array_equal(region, arrays[case])
    assert region.mean() == expected["mean"]
    place = expected.get("blue") or expected.get("green")
    if place:
        left, right, top, bottom = place
        assert box == Box(top, left, bottom - top, right - left)


def test_every_square_of_the_golden_ellipse_is_met_exactly(
    goldens: tuple[Arrays, Mapping[str, Any]],
) -> None:
    arrays, numbers = goldens
    tissue = np.unpackbits(arrays["ellipse_binary"]).reshape(600, 400).astype(np.bool_)
    pushed = 0
    for case in numbers["ellipse_cases"]:
        left, right, top, bottom = case["box_x1_x2_y1_y2"]
        rows, columns = Span(top, bottom), Span(left, right)
        side = side_of(rows, columns)
        assert side == case["side"]
        across, down = centred(columns, side, 400), centred(rows, side, 600)
        assert [across.first, across.end, down.first, down.end] == case["green"]
        down, across = square(tissue, rows, columns)
        found = [across.first, across.end, down.first, down.end]
        assert found == (case["blue"] or case["green"])
        pushed += found != case["green"]
    assert pushed == 6


def test_a_square_near_a_border_stays_within_the_image() -> None:
    assert centred(Span(3, 60), 64, 200) == Span(0, 64)
    assert centred(Span(150, 198), 64, 200) == Span(136, 200)


def test_half_pixels_are_rounded_to_even_ones() -> None:
    assert centred(Span(100, 155), 64, 400) == Span(96, 160)
    assert centred(Span(100, 157), 64, 400) == Span(96, 160)


def test_a_region_of_one_grey_is_not_applicable() -> None:
    flat = surroundings_of(np.full((300, 300), 90, dtype=np.uint8))
    with pytest.raises(NotApplicableError, match="one grey"):
        cut(flat, Span(100, 110), Span(100, 110))


def test_an_image_smaller_than_the_least_square_is_cut_to_the_finding() -> None:
    image = np.random.default_rng(1).integers(0, 255, (50, 40)).astype(np.uint8)
    region, box = cut(surroundings_of(image), Span(10, 30), Span(5, 12))
    assert region.shape == (20, 7)
    assert box == Box(10, 5, 20, 7)
    with pytest.raises(NotApplicableError):
        cut(surroundings_of(image), Span(10, 10), Span(5, 12))
