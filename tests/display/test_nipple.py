"""The nipple is guessed on the outline only, and distances from it are in the breast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.exam import L_CC, R_CC, R_MLO, STANDARD_VIEWS
from models.geometry import Orientation
from tests.phantoms import COLUMNS, ROWS, make_mammogram
from viewer.display.air import FreeAir
from viewer.display.hanging import align_of
from viewer.display.letters import Directions
from viewer.display.nipple import Nipple, distance_to, guessed_nipple
from viewer.display.shown import ShownImage
from viewer.display.signs import letter_signs, sign_pixels, signs_on
from viewer.display.viewport import Align, Viewport, fit
from viewer.display.words import Placement, Row

EIGHT = [Orientation(t, r, c) for t in (False, True) for r in (False, True) for c in (False, True)]


@pytest.mark.parametrize("stored", EIGHT)
@pytest.mark.parametrize("view", [R_MLO, L_CC])
def test_the_guess_is_the_outermost_point_of_the_hung_outline(view, stored):
    mammogram = make_mammogram(view, stored=stored)
    image = ShownImage.prepare(mammogram)
    found = guessed_nipple(image, align_of(view))
    assert found.guessed
    row, column = found.hung(mammogram)
    from_wall = COLUMNS - column if align_of(view) is Align.RIGHT else column
    assert from_wall == pytest.approx(0.85 * COLUMNS, abs=6)
    assert row == pytest.approx((0.55 if view is R_MLO else 0.45) * ROWS, abs=12)


def test_nothing_is_guessed_on_air_or_where_the_outline_leaves_the_image():
    empty = make_mammogram(R_CC, pixels=np.zeros((ROWS, COLUMNS), np.uint16), truth=())
    assert guessed_nipple(ShownImage.prepare(empty), Align.RIGHT) is None
    whole = make_mammogram(L_CC)
    cut = replace(whole, pixels=whole.pixels[:, : COLUMNS // 2].copy(), truth=())
    assert guessed_nipple(ShownImage.prepare(cut), Align.LEFT) is None


def test_distances_are_at_the_detector_divided_by_the_magnification_factor():
    mammogram = make_mammogram(L_CC, pixel_spacing_mm=(0.2, 0.1))
    nipple = Nipple(100.0, 300.0)
    assert distance_to(mammogram, nipple, 250.0, 700.0) == "50 mm", "30 down, 40 across"
    magnified = replace(mammogram, magnification=2.0)
    assert distance_to(magnified, nipple, 250.0, 700.0) == "25 mm"
    silent = replace(mammogram, pixel_spacing_mm=None)
    assert distance_to(silent, nipple, 100.0, 431.0) == "131 px"


SIDES = Directions("A", "P", "HR", "FL")


@pytest.mark.parametrize("view", STANDARD_VIEWS)
@pytest.mark.parametrize("pane", [(700, 1000), (900, 450), (300, 400)])
def test_letters_stand_on_their_sides_and_never_on_tissue(view, pane):
    """Rule 27 for the letters: moved along their side into the air."""
    image = ShownImage.prepare(make_mammogram(view))
    viewport = fit(image.shape, *pane, align_of(view))
    signs = {sign.kind: sign for sign in letter_signs(SIDES, image.free, viewport, 1.0)}
    assert set(signs) == {"A", "P", "HR", "FL"}
    assert signs["A"].x < 10
    assert signs["P"].x > pane[1] - 30
    assert signs["HR"].y < 10
    assert signs["FL"].y > pane[0] - 40
    hung = image.pyramid.levels[0]
    for sign in signs.values():
        height, width = sign_pixels(sign.kind, sign.size_px).shape[:2]
        top, left = viewport.to_image(sign.y, sign.x)
        bottom, right = viewport.to_image(sign.y + height - 4, sign.x + width - 4)
        under = hung[
            max(int(top), 0) : max(int(bottom), 0), max(int(left), 0) : max(int(right), 0)
        ]
        assert not under.any()


def test_a_side_that_is_tissue_from_end_to_end_has_no_letter():
    image = ShownImage.prepare(make_mammogram(L_CC))
    inside = Viewport(100, 100, 1.0, 220.0, 50.0)
    assert letter_signs(SIDES, image.free, inside, 1.0) == ()
    nothing = FreeAir(np.full(1, np.inf), np.full(1, -np.inf), 1)
    middle = {sign.kind: sign for sign in letter_signs(SIDES, nothing, inside, 1.0)}
    assert middle["A"].y == middle["P"].y
    assert middle["HR"].x + 8 == pytest.approx(50, abs=4), "else in the middle"


def test_letters_keep_away_from_other_words():
    image = ShownImage.prepare(make_mammogram(R_CC, patient_orientation=("P", "L")))
    viewport = fit(image.shape, 500, 700, Align.RIGHT)
    alone = {sign.kind: sign for sign in signs_on(image, None, viewport, 1.0, words=Placement())}
    at = alone["R"]
    row = Row("words", "#FFFFFF", False, at.y, at.x - 30, 60, 12, False)
    beside = signs_on(image, None, viewport, 1.0, words=Placement((row,)))
    moved = {sign.kind: sign for sign in beside}["R"]
    assert moved.y == at.y
    assert moved.x > row.x + row.width or moved.x + 12 < row.x
    assert signs_on(image, None, viewport, 1.0, words=None) == ()


def test_the_mark_is_on_the_nipple_and_a_guess_looks_otherwise():
    mammogram = make_mammogram(R_CC)
    image = ShownImage.prepare(mammogram)
    viewport = Viewport(400, 500, 1.5, 100.0, 40.0)
    sure = Nipple.at_hung(mammogram, 200.0, 150.0)
    (sign,) = signs_on(image, sure, viewport, 1.0, words=None)
    pixels = sign_pixels(sign.kind, sign.size_px)
    middle = sign.y + pixels.shape[0] // 2, sign.x + pixels.shape[1] // 2
    assert middle == viewport.to_pane(200.0, 150.0)
    (guess,) = signs_on(image, replace(sure, guessed=True), viewport, 1.0, words=None)
    assert not np.array_equal(pixels, sign_pixels(guess.kind, guess.size_px))
    away = Nipple.at_hung(mammogram, 50.0, 150.0)
    assert signs_on(image, away, viewport, 1.0, words=None) == ()
