"""Whatever the polarity, sign, padding or offset of stored values, models see air at 0."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.errors import NotApplicableError
from models.exam import L_CC, L_MLO, R_CC, Laterality
from models.geometry import Orientation
from models.grayscale import Grayscale, LookupTable, Photometric, VoiWindow
from models.preparation import bright_on_dark, upright
from tests.models.conftest import MakeMammogram, hung_breast

EIGHT_WAYS = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]
BREAST = hung_breast(Laterality.LEFT)


@pytest.mark.parametrize("view", ["L-CC", "L-MLO", "R-CC", "R-MLO"])
def test_a_real_image_with_exact_air_comes_through_bit_for_bit(
    shared: Path, make_mammogram: MakeMammogram, view: str
) -> None:
    with Image.open(shared / f"data/glam_exam/images/0_{view}.png") as png:
        stored = np.asarray(png).astype(np.uint16)
    mammogram = make_mammogram(pixels=stored, grayscale=Grayscale())
    assert np.array_equal(bright_on_dark(mammogram), stored)


def test_monochrome1_is_inverted_within_the_bits_stored(make_mammogram: MakeMammogram) -> None:
    grayscale = Grayscale(Photometric.MONOCHROME1, bits_stored=12)
    mammogram = make_mammogram(pixels=4095 - BREAST, grayscale=grayscale)
    assert np.array_equal(bright_on_dark(mammogram), BREAST)


def test_presentation_lut_shape_decides_over_monochrome1(make_mammogram: MakeMammogram) -> None:
    grayscale = Grayscale(Photometric.MONOCHROME1, bits_stored=12, presentation_inverse=False)
    assert np.array_equal(bright_on_dark(make_mammogram(grayscale=grayscale)), BREAST)


def test_signed_values_are_shifted_to_start_at_zero(make_mammogram: MakeMammogram) -> None:
    signed = (BREAST.astype(np.int32) - 2048).astype(np.int16)
    mammogram = make_mammogram(pixels=signed, grayscale=Grayscale(bits_stored=12, signed=True))
    assert np.array_equal(bright_on_dark(mammogram), BREAST)


def test_signed_monochrome1_is_inverted_within_its_range(make_mammogram: MakeMammogram) -> None:
    signed = (2047 - BREAST.astype(np.int32)).astype(np.int16)
    grayscale = Grayscale(Photometric.MONOCHROME1, bits_stored=12, signed=True)
    mammogram = make_mammogram(pixels=signed, grayscale=grayscale)
    assert np.array_equal(bright_on_dark(mammogram), BREAST)


def test_padding_becomes_air_whatever_its_value(make_mammogram: MakeMammogram) -> None:
    padded = np.where(BREAST == 0, np.uint16(3999), BREAST)
    padded[:9] = 4001
    grayscale = Grayscale(bits_stored=12, padding=(3990, 4010))
    prepared = bright_on_dark(make_mammogram(pixels=padded, grayscale=grayscale))
    assert np.array_equal(prepared, BREAST)


def test_padding_is_meant_in_stored_values_of_an_inverted_image(
    make_mammogram: MakeMammogram,
) -> None:
    stored = np.where(BREAST == 0, np.uint16(0), 4095 - BREAST)
    grayscale = Grayscale(Photometric.MONOCHROME1, bits_stored=12, padding=(0, 0))
    prepared = bright_on_dark(make_mammogram(pixels=stored, grayscale=grayscale))
    assert np.array_equal(prepared, BREAST)


def test_a_constant_detector_offset_is_taken_away(make_mammogram: MakeMammogram) -> None:
    prepared = bright_on_dark(make_mammogram(pixels=BREAST + np.uint16(87)))
    assert np.array_equal(prepared, BREAST)


def test_a_noisy_background_becomes_exactly_zero_and_tissue_stays(
    make_mammogram: MakeMammogram,
) -> None:
    noise = np.random.default_rng(5).normal(90, 8, BREAST.shape).clip(1)
    prepared = bright_on_dark(make_mammogram(pixels=BREAST + noise.astype(np.uint16)))
    air = BREAST == 0
    assert np.count_nonzero(prepared[air]) < 10
    assert np.all(prepared[~air] > 0)
    assert np.abs(prepared[~air].astype(int) - BREAST[~air]).max() < 50


NOISES = {
    "uniform": lambda random, count: random.integers(40, 61, count),
    "quiet": lambda random, count: random.normal(50, 3, count),
    "gradient": lambda _random, count: np.linspace(20, 80, count),
    "clipped": lambda random, count: random.normal(5, 5, count),
}


def with_air(noise: str) -> np.ndarray:
    """The breast, its air filled with noise; the skin line stays sharp."""
    air = BREAST == 0
    pixels = BREAST.astype(float)
    pixels[air] = NOISES[noise](np.random.default_rng(5), np.count_nonzero(air))
    return pixels.clip(0).astype(np.uint16)


def assert_only_air_was_cleared(prepared: np.ndarray) -> None:
    air = BREAST == 0
    assert np.count_nonzero(prepared[air]) < 0.001 * np.count_nonzero(air)
    assert np.all(prepared[~air] > 0)
    assert np.abs(prepared[~air].astype(int) - BREAST[~air]).max() <= 60


@pytest.mark.parametrize("noise", NOISES)
def test_quiet_air_beside_a_sharp_skin_line_becomes_zero(
    make_mammogram: MakeMammogram, noise: str
) -> None:
    assert_only_air_was_cleared(bright_on_dark(make_mammogram(pixels=with_air(noise))))


@pytest.mark.parametrize("padding", [None, (0, 0), (4000, 4095)], ids=str)
@pytest.mark.parametrize("noise", NOISES)
def test_a_strip_of_padding_does_not_pass_for_air(
    make_mammogram: MakeMammogram, noise: str, padding: tuple[int, int] | None
) -> None:
    pixels = with_air(noise)
    pixels[:, -BREAST.shape[1] // 10 :] = 0 if padding is None else padding[0]
    grayscale = Grayscale(bits_stored=12, padding=padding)
    prepared = bright_on_dark(make_mammogram(pixels=pixels, grayscale=grayscale))
    assert_only_air_was_cleared(prepared)


def test_strips_of_padding_around_exact_air_change_nothing(make_mammogram: MakeMammogram) -> None:
    padded = np.pad(BREAST, ((40, 70), (0, 150)))
    assert np.array_equal(bright_on_dark(make_mammogram(pixels=padded)), padded)


@pytest.mark.parametrize("level", [0, 7])
def test_an_even_image_is_left_alone(make_mammogram: MakeMammogram, level: int) -> None:
    even = np.full((30, 20), level, np.uint16)
    assert np.array_equal(bright_on_dark(make_mammogram(pixels=even)), even)


FALLING = LookupTable(np.arange(4095, -1, -1, dtype=np.uint16), 0, 12)


@pytest.mark.parametrize(
    "transform",
    [{"rescale_slope": -1.0, "rescale_intercept": 4095.0}, {"modality_lut": FALLING}],
    ids=["slope", "table"],
)
def test_a_falling_modality_transform_is_undone_as_on_the_screen(
    make_mammogram: MakeMammogram, transform: dict[str, object]
) -> None:
    falling = Grayscale(bits_stored=12, **transform)
    mammogram = make_mammogram(pixels=4095 - BREAST, grayscale=falling)
    assert np.array_equal(bright_on_dark(mammogram), BREAST)
    twice = Grayscale(Photometric.MONOCHROME1, bits_stored=12, **transform)
    assert np.array_equal(bright_on_dark(make_mammogram(grayscale=twice)), BREAST)


def test_dark_tissue_inside_the_breast_is_not_air(make_mammogram: MakeMammogram) -> None:
    pixels = BREAST + np.uint16(100)
    pixels[300:330, 100:140] = 130
    prepared = bright_on_dark(make_mammogram(pixels=pixels))
    assert np.all(prepared[300:330, 100:140] == 30)


def test_an_image_full_of_tissue_is_left_alone(make_mammogram: MakeMammogram) -> None:
    full = np.random.default_rng(2).normal(2000, 300, (300, 200)).astype(np.uint16)
    assert np.array_equal(bright_on_dark(make_mammogram(pixels=full)), full)


@pytest.mark.parametrize("orientation", EIGHT_WAYS)
@pytest.mark.parametrize("view", [L_CC, R_CC])
def test_upright_needs_at_most_a_horizontal_mirror_and_leads_back(
    make_mammogram: MakeMammogram, view: object, orientation: Orientation
) -> None:
    mammogram = make_mammogram(view, orientation)
    laid = upright(mammogram)
    hung = hung_breast(mammogram.view.laterality)
    faces_right = laid.pixels if laid.facing_right else laid.pixels[:, ::-1]
    assert np.array_equal(faces_right, hung if view is L_CC else hung[:, ::-1])
    for row, column in ((0, 0), (5, 300), (750, 17)):
        to_row, to_column = laid.to_stored.point(row + 0.5, column + 0.5)
        assert mammogram.pixels[int(to_row), int(to_column)] == laid.pixels[row, column]


def test_windows_have_no_part_in_what_models_see(make_mammogram: MakeMammogram) -> None:
    narrow = Grayscale(bits_stored=12, windows=(VoiWindow(5.0, 1.0),), rescale_slope=3.0)
    prepared = upright(make_mammogram(L_MLO, grayscale=narrow)).pixels
    assert np.array_equal(prepared, upright(make_mammogram(L_MLO)).pixels)


def test_an_image_that_is_no_standard_view_is_refused(make_mammogram: MakeMammogram) -> None:
    spot = dataclasses.replace(make_mammogram(), view=None, title="L CC spot")
    with pytest.raises(NotApplicableError, match="L CC spot is none of the four standard views"):
        upright(spot)
