"""Colours of even steps are those that everyone calls L*a*b*."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from viewer.display.lab import lab_from_rgb, rgb_from_lab

COLOURS = np.random.default_rng(3).random((200, 3))


def test_known_colours_have_their_published_coordinates() -> None:
    found = lab_from_rgb(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
    assert found[0] == pytest.approx([100.0, 0.0, 0.0], abs=1e-3)
    assert found[1] == pytest.approx([0.0, 0.0, 0.0], abs=1e-3)
    assert found[2] == pytest.approx([53.24, 80.09, 67.20], abs=0.02)


def test_every_colour_comes_back() -> None:
    assert rgb_from_lab(lab_from_rgb(COLOURS)) == pytest.approx(COLOURS, abs=1e-6)


def test_opencv_says_the_same() -> None:
    theirs = cv2.cvtColor(COLOURS[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    assert np.abs(lab_from_rgb(COLOURS) - theirs).max() < 0.6


def test_what_no_screen_can_show_is_cut() -> None:
    shown = rgb_from_lab(np.array([[50.0, 200.0, 0.0], [90.0, -200.0, 0.0]]))
    assert shown.min() == 0.0
    assert shown.max() <= 1.0
