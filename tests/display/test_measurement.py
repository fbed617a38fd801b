"""Measurements as values: handles, straightness, and what is kept."""

from __future__ import annotations

import math

import numpy as np
import pytest

from viewer.display.measurement import (
    MOST_POINTS,
    Kind,
    Measurement,
    clean_words,
    constrained,
    inside_image,
)


def test_a_corner_of_a_box_moves_two_sides_and_leaves_the_opposite_corner():
    box = Measurement(Kind.BOX, ((10.0, 20.0), (30.0, 60.0)))
    for index, corner in enumerate(box.handles()):
        moved = box.with_handle(index, (5.0, 7.0))
        assert moved.handles()[(index + 2) % 4] == box.handles()[(index + 2) % 4]
        assert moved.handles()[index] == (5.0, 7.0)
        assert corner != (5.0, 7.0)


def test_a_handle_of_an_ellipse_moves_one_side():
    oval = Measurement(Kind.ELLIPSE, ((10.0, 20.0), (30.0, 60.0)))
    assert oval.with_handle(0, (4.0, 99.0)).points == ((4.0, 20.0), (30.0, 60.0))
    assert oval.with_handle(1, (99.0, 70.0)).points == ((10.0, 20.0), (30.0, 70.0))
    assert oval.with_handle(2, (40.0, 0.0)).points == ((10.0, 20.0), (40.0, 60.0))
    assert oval.with_handle(3, (0.0, 15.0)).points == ((10.0, 15.0), (30.0, 60.0))


def test_a_drawn_ellipse_touches_its_box():
    outline = Measurement(Kind.ELLIPSE, ((10.0, 20.0), (30.0, 60.0))).outline()
    assert outline.min(axis=0) == pytest.approx((10.0, 20.0), abs=0.1)
    assert outline.max(axis=0) == pytest.approx((30.0, 60.0), abs=0.1)


def test_shift_keeps_lines_straight_and_sides_equal():
    assert constrained(Kind.LENGTH, (10, 10), (12, 40)) == pytest.approx((10, 40))
    assert constrained(Kind.LENGTH, (10, 10), (40, 8)) == pytest.approx((40, 10))
    row, column = constrained(Kind.LENGTH, (10, 10), (-10, 32))
    assert 10 - row == pytest.approx(column - 10), "a diagonal"
    assert constrained(Kind.BOX, (10, 10), (5, 40)) == (-20, 40)


def test_nothing_is_measured_off_the_image():
    assert inside_image((-3.0, 700.0), (600, 400)) == (0.0, 400.0)


def test_a_freehand_line_keeps_its_area_and_loses_its_crowd():
    turns = np.linspace(0, 2 * math.pi, 5000, endpoint=False)
    points = tuple((500 + 300 * math.sin(t), 500 + 200 * math.cos(t)) for t in turns)
    kept = Measurement(Kind.FREEHAND, points).kept()
    assert 20 < len(kept.points) <= MOST_POINTS
    line = kept.outline()
    after = np.roll(line, -1, axis=0)
    area = abs((line[:, 0] * after[:, 1] - line[:, 1] * after[:, 0]).sum()) / 2
    assert area == pytest.approx(math.pi * 300 * 200, rel=0.005)
    assert kept.is_whole


def test_words_are_kept_on_one_line_and_short():
    assert clean_words("  one\n\ttwo\x00 ") == "one two"
    assert len(clean_words("a" * 999)) == 120
