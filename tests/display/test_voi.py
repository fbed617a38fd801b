"""Every VOI function against the standard's own words, value by value."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from models.grayscale import Grayscale, LookupTable, Photometric, VoiFunction, VoiWindow
from viewer.display.background import measured_air
from viewer.display.voi import (
    WindowedTable,
    adjusted,
    auto_window,
    brightened,
    choices,
    compile_table,
    start_voi,
)

SHAPES = list(product(Photometric, (None, False, True)))


def make_lut(entries, first_value=0, bits=12, explanation=""):
    return LookupTable(np.asarray(entries, dtype=np.uint16), first_value, bits, explanation)


def formula(window, x):
    """PS3.3 C.11.2.1.2 and C.11.2.1.3 for one value, ymin 0 and ymax 255."""
    c, w = window.center, window.width
    if window.function is VoiFunction.LINEAR:
        if x <= c - 0.5 - (w - 1) / 2:
            return 0.0
        if x > c - 0.5 + (w - 1) / 2:
            return 255.0
        return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255.0
    if window.function is VoiFunction.LINEAR_EXACT:
        if x <= c - w / 2:
            return 0.0
        if x > c + w / 2:
            return 255.0
        return ((x - c) / w + 0.5) * 255.0
    return 255.0 / (1.0 + math.exp(-4.0 * (x - c) / w))


def is_inverse(photometric, presentation_inverse):
    """INVERSE where the file states a shape, else MONOCHROME1 (PS3.3 C.8.11.3, C.7.6.3.1.2)."""
    if presentation_inverse is None:
        return photometric is Photometric.MONOCHROME1
    return presentation_inverse


def assert_table(table, grayscale, expected_of):
    low, high = grayscale.stored_range
    stored = np.arange(low, high + 1)
    shown = table[(stored & 0xFFFF)].astype(float)
    expected = np.array([expected_of(int(value)) for value in stored])
    assert np.abs(shown - expected).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("function", VoiFunction)
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("photometric", "inverse"), SHAPES)
def test_a_window_gives_the_standards_grey_for_every_stored_value(
    function, signed, photometric, inverse
):
    grayscale = Grayscale(
        photometric, 12, signed, inverse, rescale_slope=1.5, rescale_intercept=-100.25
    )
    window = VoiWindow(1234.5, 987.0, function)

    def expected(stored):
        grey = formula(window, 1.5 * stored - 100.25)
        return 255.0 - grey if is_inverse(photometric, inverse) else grey

    assert_table(compile_table(grayscale, window), grayscale, expected)


@pytest.mark.parametrize("width", [1.0, 2.0, 5000.0])
def test_narrow_and_wide_linear_windows_follow_the_formula(width):
    grayscale = Grayscale(bits_stored=12)
    window = VoiWindow(2000.0, width)
    if width == 1.0:  # C.11.2.1.2.1: a width of 1 is a threshold

        def expected(stored):
            return 0.0 if stored <= 1999.5 else 255.0
    else:

        def expected(stored):
            return formula(window, stored)

    assert_table(compile_table(grayscale, window), grayscale, expected)


def test_a_sigmoid_far_from_its_centre_neither_overflows_nor_warns():
    table = compile_table(Grayscale(), VoiWindow(40000.0, 1.0, VoiFunction.SIGMOID))
    assert table[0] == 0
    assert table[40000] == 128
    assert table[65535] == 255


@pytest.mark.parametrize("signed", [False, True])
def test_a_voi_lut_gives_its_own_output_for_every_stored_value(signed):
    rng = np.random.default_rng(3)
    entries = rng.integers(0, 1 << 10, 700)
    first = -150 if signed else 625
    lut = make_lut(entries, first, bits=10)
    grayscale = Grayscale(bits_stored=12, signed=signed)

    def expected(stored):
        return entries[min(max(stored - first, 0), 699)] / 1023.0 * 255.0

    assert_table(compile_table(grayscale, lut), grayscale, expected)


def test_a_modality_lut_comes_before_the_window():
    entries = np.arange(4096)[::-1] // 2
    grayscale = Grayscale(bits_stored=12, modality_lut=make_lut(entries, 0, 16), rescale_slope=7.0)
    window = VoiWindow(1000.0, 800.0)
    assert_table(
        compile_table(grayscale, window),
        grayscale,
        lambda stored: formula(window, float(entries[stored])),
    )


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("photometric", "inverse"), SHAPES)
def test_padding_and_air_stay_black_whatever_is_asked(inverted, signed, photometric, inverse):
    padding = (-30, -10) if signed else (3900, 3950)
    grayscale = Grayscale(photometric, 12, signed, inverse, padding=padding)
    low, high = grayscale.stored_range
    air = high - 7 if grayscale.dark_is_high else low + 7
    table = compile_table(grayscale, VoiWindow(0.0, 20000.0), inverted=inverted, air=air)
    padded = np.arange(padding[0], padding[1] + 1)
    assert not table[padded & 0xFFFF].any()
    darker = 1 if grayscale.dark_is_high else -1
    assert not table[np.array([air, air + darker]) & 0xFFFF].any(), "nothing is darker than air"
    assert table[air - darker & 0xFFFF] > 0
    assert table[(padding[0] - 1) & 0xFFFF] > 0


def test_inversion_is_the_negative_of_everything_but_air():
    grayscale = Grayscale(bits_stored=10)
    window = VoiWindow(400.0, 300.0, VoiFunction.SIGMOID)
    table = compile_table(grayscale, window).astype(int)[:1024]
    negative = compile_table(grayscale, window, inverted=True).astype(int)[:1024]
    assert np.abs(table + negative - 255).max() <= 1


def test_values_beyond_the_bits_stored_look_like_the_nearest_legal_value():
    table = compile_table(Grayscale(bits_stored=12), VoiWindow(2048.0, 4096.0))
    assert (table[4096:] == table[4095]).all()


def test_a_table_cannot_be_changed_behind_the_panes_that_share_it():
    table = compile_table(Grayscale(), VoiWindow(2048.0, 4096.0))
    assert table is compile_table(Grayscale(), VoiWindow(2048.0, 4096.0))
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 1


def test_the_reader_sees_every_window_and_table_under_a_name_of_its_own():
    grayscale = Grayscale(
        windows=(
            VoiWindow(2653, 900, explanation="NORMAL"),
            VoiWindow(2713, 750),
            VoiWindow(100, 50, explanation="NORMAL"),
        ),
        luts=(make_lut([0, 1], explanation="NORMAL"), make_lut([0, 1]), make_lut([0, 1])),
    )
    names = [name for name, _ in choices(grayscale)]
    assert names == [
        "NORMAL",
        "Window 2 (2713/750)",
        "NORMAL (100/50)",
        "NORMAL (table)",
        "Table 2",
        "Table 3",
    ]
    assert [voi for _, voi in choices(grayscale)] == [*grayscale.windows, *grayscale.luts]


def test_the_first_table_starts_before_any_window_and_a_window_before_measuring():
    """Rule 1: where a file has tables, the first image that a reader sees is a table's."""
    pixels = np.arange(10000, dtype=np.uint16).reshape(100, 100)
    windows = (VoiWindow(5.0, 10.0), VoiWindow(6.0, 10.0))
    luts = (make_lut([0, 1]), make_lut([1, 0]))
    assert start_voi(Grayscale(windows=windows, luts=luts), pixels) is luts[0]
    assert start_voi(Grayscale(windows=windows), pixels) is windows[0]
    assert isinstance(start_voi(Grayscale(), pixels), VoiWindow)


@pytest.mark.parametrize("width", [0.0, 0.5, -5.0, math.nan, math.inf])
def test_a_window_that_the_standard_forbids_is_not_offered(width):
    sound = VoiWindow(10.0, 20.0)
    grayscale = Grayscale(windows=(VoiWindow(10.0, width), sound))
    assert [voi for _, voi in choices(grayscale)] == [sound]


def make_breast(dtype=np.uint16, air=0, tissue=(1000, 3000)):
    rng = np.random.default_rng(0)
    pixels = np.full((600, 400), air, dtype=dtype)
    pixels[100:500, :250] = rng.integers(*tissue, (400, 250))
    return pixels


def test_a_measured_window_spans_the_tissue_and_ignores_air():
    window = auto_window(Grayscale(bits_stored=12), make_breast())
    low, high = window.center - window.width / 2, window.center + window.width / 2
    assert low == pytest.approx(1020, abs=25)
    assert high == pytest.approx(2994, abs=25)


def test_a_measured_window_ignores_padding_and_the_noise_of_film_air():
    padded = make_breast()
    padded[:, 380:] = 4095
    expected = auto_window(Grayscale(bits_stored=12), make_breast())
    window = auto_window(Grayscale(bits_stored=12, padding=(4000, 4095)), padded)
    assert window.center == pytest.approx(expected.center, rel=0.03)
    assert window.width == pytest.approx(expected.width, rel=0.03)

    film = make_breast()
    rng = np.random.default_rng(1)
    film[film == 0] = rng.integers(20, 90, np.count_nonzero(film == 0))
    window = auto_window(Grayscale(bits_stored=12), film)
    assert window.center == pytest.approx(expected.center, rel=0.03)
    assert window.width == pytest.approx(expected.width, rel=0.03)


def test_a_measured_window_of_monochrome1_finds_the_same_tissue():
    inverse = (4095 - make_breast()).astype(np.uint16)
    grayscale = Grayscale(Photometric.MONOCHROME1, 12)
    window = auto_window(grayscale, inverse)
    assert window.center == pytest.approx(4095 - 2000, abs=40)
    assert window.width == pytest.approx(1975, rel=0.03)
    assert measured_air(grayscale, inverse) == 4095


def test_a_measured_window_survives_an_image_of_one_value():
    for value in (0, 500, 65535):
        window = auto_window(Grayscale(), np.full((50, 60), value, dtype=np.uint16))
        assert window.width >= 1.0


def test_air_is_measured_only_where_it_is_flat():
    assert measured_air(Grayscale(), make_breast(air=12)) == 12
    rng = np.random.default_rng(0)
    noisy = rng.integers(0, 60000, (500, 400)).astype(np.uint16)
    assert measured_air(Grayscale(), noisy) is None


def test_dragging_a_sigmoid_keeps_it_a_sigmoid():
    window = VoiWindow(2000.0, 800.0, VoiFunction.SIGMOID, "NORMAL")
    dragged = adjusted(window, Grayscale(bits_stored=12), 0.25, 1.5)
    assert dragged == VoiWindow(2200.0, 1200.0, VoiFunction.SIGMOID)


def test_dragging_stays_within_reach_of_the_image():
    grayscale = Grayscale(bits_stored=12)
    far = adjusted(VoiWindow(2000.0, 800.0), grayscale, 1e6, 1e9)
    assert far.center <= 1.5 * 4095
    assert far.width <= 2 * 4095
    assert adjusted(VoiWindow(2000.0, 800.0), grayscale, 0.0, 1e-9).width == 1.0


def test_dragging_a_table_windows_its_output_and_starts_with_the_same_picture():
    """G5: the vendor's curve stays, and a window over what comes out of it moves."""
    entries = np.rint(1000 * (1 + np.sin(np.linspace(0, 5, 1001))))
    lut = make_lut(entries, first_value=500, bits=11, explanation="CURVE")
    grayscale = Grayscale(bits_stored=12)
    begun = adjusted(lut, grayscale, 0.0, 1.0)
    assert isinstance(begun, WindowedTable)
    assert begun.table is lut
    np.testing.assert_array_equal(compile_table(grayscale, begun), compile_table(grayscale, lut))
    dragged = adjusted(begun, grayscale, 0.1, 0.5)

    def expected(stored):  # the window of C.11.2.1.3.2 over the table's output, 0 ... 2047
        output = entries[min(max(stored - 500, 0), 1000)]
        center, width = 2047 / 2 + 0.1 * 2047, 2047 / 2
        return min(max((output - center) / width + 0.5, 0.0), 1.0) * 255.0

    assert_table(compile_table(grayscale, dragged), grayscale, expected)


def test_dragging_a_table_stays_within_reach_of_its_output():
    lut = make_lut(np.arange(4096), bits=12)
    far = adjusted(lut, Grayscale(bits_stored=16), 1e6, 1e9)
    assert far.window.center <= 1.5 * 4095
    assert far.window.width <= 2 * 4095


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("photometric", Photometric)
def test_dragging_upwards_brightens_whichever_end_of_the_values_is_bright(photometric, inverted):
    grayscale = Grayscale(photometric, 12)
    voi = VoiWindow(2000.0, 2000.0)
    dragged = brightened(voi, grayscale, 0.2, 0.0, inverted=inverted)
    before = compile_table(grayscale, voi, inverted=inverted)[1000:3000].astype(int)
    after = compile_table(grayscale, dragged, inverted=inverted)[1000:3000]
    assert (after >= before).all()
    assert after.sum() > before.sum()
