"""The test pattern holds what it promises, to the device pixel, at every size of screen."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.display.test_pattern import (
    HIGH,
    INSET,
    LOW,
    PATCHES,
    monitor_words,
    pattern_pixels,
)

SIZES = [(1080, 1920), (2560, 2048), (800, 1280), (481, 641)]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_the_pattern_fills_the_screen_and_holds_every_grey(height, width):
    drawn = pattern_pixels(height, width, ["words"])
    assert drawn.shape == (height, width)
    assert drawn.dtype == np.uint8
    if height >= 1080:  # ramps are at least 256 pixels high
        assert len(np.unique(drawn)) == 256
    for edge in (drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]):
        assert (edge == 255).all()


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_the_5_and_95_percent_squares_lie_inside_black_and_white(height, width):
    drawn = pattern_pixels(height, width, [])
    unit = min(height, width) // 20
    top, left = (height - 20 * unit) // 2, (width - 20 * unit) // 2
    for column, (outer, inner) in ((8.0, LOW), (12.0, HIGH)):
        y, x = top + 10 * unit, left + round(column * unit)
        assert drawn[y, x] == inner
        assert drawn[y, x - round(1.2 * unit)] == outer
    assert LOW[1] == round(0.05 * 255)
    assert HIGH[1] == round(0.95 * 255)


def test_sixteen_patches_carry_corners_4_above_and_below():
    drawn = pattern_pixels(1000, 1000, [])
    unit = 50
    for number, level in enumerate(PATCHES[:6]):  # the upper row of the ring
        y, x = 6 * unit, (4 + 2 * number) * unit
        assert drawn[y + unit, x + unit] == level
        assert drawn[y + 5, x + 5] == level + INSET
        assert drawn[y + 5, x + 2 * unit - 5] == level - INSET


def test_bars_are_one_and_two_device_pixels_wide():
    drawn = pattern_pixels(1000, 1000, []).astype(int)
    field = drawn[30:90, 26:58]
    assert (np.abs(np.diff(field, axis=1)) == 255).all()
    assert (np.diff(field, axis=0) == 0).all()


def test_the_words_say_what_is_known_of_the_monitor_and_what_is_not():
    """rule 6: greys are P-values, nothing is added, and no calibration is claimed."""
    words = " ".join(monitor_words("EIZO RX560", (2048, 2560), 24, 1.5, None))
    assert "EIZO RX560: 2560 by 2048 device pixels" in words
    assert "1.5 to a logical pixel" in words
    assert "24 bits a pixel" in words
    assert "P-values" in words
    assert "no gamma" in words
    assert "not calibrated to the GSDF" in words
    assert "0.1650 mm, as measured" in monitor_words("", (9, 9), 30, 1.0, 0.165)[0]
