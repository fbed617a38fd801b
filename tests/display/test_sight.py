"""What a network saw as pictures: a checkerboard on which wrong geometry shows at once."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from models.exam import L_MLO, R_CC, Mammogram
from models.geometry import AS_STORED, Affine, Orientation, resample_nearest
from models.grayscale import Grayscale, Photometric
from models.preparation import upright
from models.seen import NetworkInput
from tests.phantoms import breast_pixels, make_mammogram
from viewer.display.shown import ShownImage
from viewer.display.sight import SightKind, draw_sight, in_full_range, matched
from viewer.display.sight_words import facts, lie_words, map_words, size_words

EIGHT_WAYS = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]


def textured(view, stored: Orientation = AS_STORED, **changes: object) -> Mammogram:
    """The phantom with lines of tissue, no two places alike."""
    pixels = breast_pixels(view).astype(np.int32)
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    lines = 500 * np.sin(0.11 * x + 0.0004 * y * y) + 400 * np.sin(0.09 * y + 0.0003 * x * x)
    pixels = np.where(pixels > 0, np.clip(pixels + lines, 40, 4095), 0).astype(np.uint16)
    laid = np.ascontiguousarray(stored.apply(pixels))
    laid.flags.writeable = False
    return make_mammogram(view, stored=stored, pixels=laid, truth=(), **changes)


def given(mammogram: Mammogram, cells: int = 1) -> NetworkInput:
    """An input as models make them: facing right, whitened, cut, at another spacing."""
    laid = upright(mammogram)
    pixels = laid.pixels if laid.facing_right else laid.pixels[:, ::-1]
    mirror = Affine() if laid.facing_right else Affine(cc=-1.0, c0=float(pixels.shape[1]))
    top, left, rows, columns = 30, 10, 540, 360
    window = pixels[top : top + rows, left : left + columns].astype(np.float32)
    window = window.reshape(rows // cells, cells, columns // cells, cells).mean(axis=(1, 3))
    values = (window - window.mean()) / window.std()
    to_source = Affine.scaling(cells, cells).then(Affine.shift(top, left))
    to_source = to_source.then(mirror).then(laid.to_stored)
    return NetworkInput("window", mammogram.view, values, to_source, mammogram.shape)


def breaks(seen: NetworkInput, image: ShownImage) -> float:
    """How far the checkerboard is from the image, in grey levels, over the input's squares."""
    pictures = draw_sight(seen, image).pictures
    checker = pictures[SightKind.CHECKER].image.astype(float)
    alone = pictures[SightKind.SOURCE].image.astype(float)
    squares = image.mammogram.orientation.apply(seen.checkerboard())
    inside = (squares > 0) & (alone > 20)
    # Squares of the input are lifted, which is no break.
    lifted = np.where(squares == 2, 22 + alone * (1 - 22 / 255), alone)
    return float(np.abs(checker - lifted)[inside].mean())


@pytest.mark.parametrize("view", [R_CC, L_MLO])
@pytest.mark.parametrize("stored", EIGHT_WAYS)
def test_a_true_map_leaves_no_seam_however_an_image_is_stored(view, stored) -> None:
    mammogram = textured(view, stored)
    assert breaks(given(mammogram), ShownImage.prepare(mammogram)) < 1.5


@pytest.mark.parametrize(
    "wrong",
    [
        Affine.shift(12, 0),
        Affine.shift(0, 12),
        Affine.scaling(1.05, 1.0),
        Affine.scaling(1.0, 1.05),
        Affine(rr=-1.0, r0=540.0),
        Affine(cc=-1.0, c0=360.0),
    ],
    ids=["down", "across", "taller", "wider", "upside down", "mirrored"],
)
@pytest.mark.parametrize("stored", [EIGHT_WAYS[0], EIGHT_WAYS[5]])
def test_a_wrong_map_breaks_the_tissue_at_the_squares(stored, wrong: Affine) -> None:
    mammogram = textured(L_MLO, stored)
    seen = given(mammogram)
    image = ShownImage.prepare(mammogram)
    wronged = replace(seen, to_source=wrong.then(seen.to_source))
    assert breaks(wronged, image) > 4 * max(breaks(seen, image), 1.5)


def test_a_coarse_input_lies_where_the_image_does() -> None:
    mammogram = textured(R_CC)
    seen, image = given(mammogram, cells=4), ShownImage.prepare(mammogram)
    shifted = replace(seen, to_source=seen.to_source.then(Affine.shift(0, 12)))
    assert breaks(shifted, image) > 1.5 * breaks(seen, image)


def test_the_pictures_hang_as_the_panes_do_and_the_input_lies_as_it_was_given() -> None:
    for stored in EIGHT_WAYS:
        mammogram = textured(R_CC, stored)
        seen, image = given(mammogram), ShownImage.prepare(mammogram)
        sight = draw_sight(seen, image)
        assert all(each.shape == image.shape for each in sight.pictures.values())
        alone = sight.pictures[SightKind.SOURCE].image
        # R CC hangs with its chest wall on the right; its lesion is above the middle.
        assert alone[:, -40:].mean() > alone[:, :40].mean()
        assert sight.given.shape == seen.values.shape
        assert sight.given.image[:, :40].mean() > sight.given.image[:, -40:].mean(), "faces right"


def test_what_the_network_did_not_see_is_darker() -> None:
    mammogram = textured(R_CC)
    sight = draw_sight(given(mammogram), ShownImage.prepare(mammogram))
    alone = sight.pictures[SightKind.SOURCE].image
    # Ten columns at the chest wall lie outside of the window.
    edge = alone[200:400, -10:] > 40
    for kind in (SightKind.CHECKER, SightKind.INPUT):
        seen = sight.pictures[kind].image[200:400, -10:]
        assert (seen[edge] < 0.5 * alone[200:400, -10:][edge]).all()


def test_dark_is_high_and_the_input_is_not_shown_as_a_negative() -> None:
    bright = textured(R_CC)
    pixels = (4095 - bright.pixels.astype(np.int32)).astype(np.uint16)
    mammogram = replace(bright, pixels=pixels, grayscale=Grayscale(Photometric.MONOCHROME1, 12))
    assert breaks(given(mammogram), ShownImage.prepare(mammogram)) < 1.5


def test_an_input_of_negated_values_stays_a_negative() -> None:
    mammogram = textured(R_CC)
    seen, image = given(mammogram), ShownImage.prepare(mammogram)
    assert breaks(replace(seen, values=-seen.values), image) > 20


def test_an_input_of_another_image_is_not_drawn() -> None:
    mammogram = textured(R_CC)
    seen = replace(given(mammogram), source_shape=(10, 10))
    with pytest.raises(ValueError, match="another image"):
        draw_sight(seen, ShownImage.prepare(mammogram))


def test_even_and_empty_inputs_are_drawn_too() -> None:
    assert in_full_range(np.full((2, 2), 7.5, np.float32)).tolist() == [[0, 0], [0, 0]]
    assert in_full_range(np.array([[-1.0, 0.0, 1.0]], np.float32)).tolist() == [[0, 128, 255]]
    gray = np.array([[10, 20]], np.uint8)
    nothing = np.zeros((1, 2), bool)
    assert matched(np.zeros((1, 2), np.float32), gray, nothing).tolist() == [[0, 0]]


def test_the_facts_say_shape_values_and_map() -> None:
    mammogram = textured(R_CC)
    told = dict(facts(replace(given(mammogram, cells=2), note="in tiles"), (0.1, 0.1)))
    assert told["Input"] == "window, 1 × 1 × 270 × 180, float32"
    assert told["Given"] == "in tiles"
    assert told["Values"].endswith("mean 0")
    assert told["Map"] == "stored row = 2 · row + 30\nstored column = −2 · column + 390"
    assert told["That is"] == (
        "mirrored left to right; one pixel covers 2 × 2 stored pixels, 0.2 × 0.2 mm"
    )


@pytest.mark.parametrize("laid", EIGHT_WAYS)
def test_the_words_of_the_map_tell_how_the_input_lies(laid: Orientation) -> None:
    image = np.arange(6).reshape(2, 3)
    to_source = laid.affine((2, 3))  # from an input of 2 × 3 to what `laid` makes of it
    words = lie_words(to_source)
    assert ("exchanged" in words) == laid.transpose
    turned = "turned by 180°" in words
    assert ("top to bottom" in words or turned) == laid.flip_rows
    assert ("left to right" in words or turned) == laid.flip_columns
    assert (words == "lies as stored") == (laid == Orientation())
    back = resample_nearest(image, to_source, laid.shape((2, 3)))
    assert np.array_equal(back, laid.apply(image))


def test_unequal_scales_and_exchanged_axes_are_told_per_stored_axis() -> None:
    to_source = Affine(rr=0.0, rc=-1.5, r0=60.0, cr=3.0, cc=0.0)
    assert map_words(to_source) == "stored row = −1.5 · column + 60\nstored column = 3 · row"
    assert size_words(to_source, (0.1, 0.2)) == (
        "one pixel covers 1.5 × 3 stored pixels, 0.15 × 0.6 mm"
    )
    assert size_words(Affine(), None) == "one pixel covers 1 × 1 stored pixels"
