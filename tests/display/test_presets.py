"""Presets fit any vendor, and what is kept of them cannot do harm."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.grayscale import Grayscale, LookupTable, Photometric, VoiFunction, VoiWindow
from viewer.display.presets import (
    BUILT_IN,
    CALCIFICATIONS,
    MOST,
    SKIN_LINE,
    Preset,
    clean_name,
    from_json,
    preset_of,
    to_json,
)
from viewer.display.voi import WindowedTable, brightened, compile_table

LINEAR = VoiWindow(2000.0, 1600.0)
CURVE = LookupTable(np.arange(4096, dtype=np.uint16), 0, 12, "CURVE")


@pytest.mark.parametrize("start", [LINEAR, VoiWindow(2000, 700, VoiFunction.SIGMOID), CURVE])
@pytest.mark.parametrize("photometric", Photometric)
def test_calcifications_are_seen_narrow_and_high_and_the_skin_low(start, photometric):
    """G12"""
    grayscale = Grayscale(photometric, 12)

    def brightness(voi, share):  # at a place between the darkest and the brightest tissue
        table = compile_table(grayscale, voi).astype(int)
        greys = table[1200:2800] if photometric is Photometric.MONOCHROME2 else table[2799:1199:-1]
        return greys[round(share * 1599)]

    calcifications = CALCIFICATIONS.applied(start, grayscale)
    skin = SKIN_LINE.applied(start, grayscale)
    assert brightness(calcifications, 0.3) < brightness(start, 0.3)
    steep = brightness(calcifications, 0.59) - brightness(calcifications, 0.51)
    assert steep > 1.2 * (brightness(start, 0.59) - brightness(start, 0.51))
    assert brightness(skin, 0.25) > brightness(start, 0.25) + 20


def test_a_preset_looks_alike_on_images_of_two_vendors():
    """G6, G12: 12 bits of one vendor, 16 bits upside down with a rescale of the other."""
    one = Grayscale(bits_stored=12)
    other = Grayscale(Photometric.MONOCHROME1, 16, rescale_slope=-0.5, rescale_intercept=20000.0)
    stored = np.arange(1000, 3000)
    modality = 14000 - 4 * stored  # as bright, once low is bright
    there = np.rint((modality - 20000.0) / -0.5).astype(int)
    for preset in BUILT_IN:
        first = compile_table(one, preset.applied(VoiWindow(2000.5, 1601.0), one))[stored]
        second = compile_table(other, preset.applied(VoiWindow(6000.5, 6401.0), other))[there]
        assert np.abs(first.astype(int) - second).max() <= 1


@pytest.mark.parametrize("photometric", Photometric)
@pytest.mark.parametrize("start", [LINEAR, CURVE])
def test_a_window_kept_as_a_preset_comes_back_the_same(start, photometric):
    grayscale = Grayscale(photometric, 12)
    dragged = brightened(start, grayscale, 0.15, -0.7)
    kept = preset_of("mine", dragged, start, grayscale)
    assert kept.name == "mine"
    again = kept.applied(start, grayscale)
    np.testing.assert_array_equal(
        compile_table(grayscale, again), compile_table(grayscale, dragged)
    )
    same = preset_of("as it is", start, start, grayscale)
    assert (same.brighter, same.wider) == (0.0, 0.0)


def test_what_is_no_window_of_the_images_start_becomes_no_preset():
    grayscale = Grayscale(bits_stored=12)
    sigmoid = VoiWindow(2000.0, 700.0, VoiFunction.SIGMOID)
    assert preset_of("a", sigmoid, LINEAR, grayscale) is None
    assert preset_of("a", CURVE, LINEAR, grayscale) is None
    assert preset_of("a", LINEAR, CURVE, grayscale) is None
    other = LookupTable(np.zeros(9, dtype=np.uint16), 0, 12)
    assert preset_of("a", WindowedTable.whole(other), CURVE, grayscale) is None


def test_presets_are_kept_as_json():
    presets = (Preset("Dichte Brüste", -0.25, 0.5), Preset("b", 0.0, -1.0))
    assert from_json(to_json(presets)) == presets


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{}",
        "3",
        '["a"]',
        '[{"name": "a"}]',
        '[{"name": "", "brighter": 0, "wider": 0}]',
        '[{"name": "a", "brighter": NaN, "wider": 0}]',
        '[{"name": "a", "brighter": true, "wider": 0}]',
        '[{"name": "a", "brighter": 1e99, "wider": 0}]',
        '[{"name": 7, "brighter": 0, "wider": 0}]',
    ],
)
def test_what_is_no_preset_in_the_settings_is_left_out(text):
    assert from_json(text) == ()


def test_names_are_short_printable_and_unique():
    assert clean_name("  two\n words\t" + "x" * 99) == "two words xxxxxxxxxxxxxx"
    many = [Preset(f"p{number % 30}", 0.0, math.pi / 9) for number in range(60)]
    assert len(from_json(to_json(many))) == MOST
