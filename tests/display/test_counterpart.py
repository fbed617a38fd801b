"""Places of one breast image in another: every pair, every way a file may be laid."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS, Laterality, ViewPosition
from models.geometry import Orientation
from tests.phantoms import make_mammogram
from viewer.display.counterpart import counterpart, frame_of
from viewer.display.nipple import Nipple
from viewer.display.pane_key import AsideView, PriorView
from viewer.display.shown import ShownImage

SPACING = {R_CC: 0.4, L_CC: 0.5, R_MLO: 0.8, L_MLO: 0.4}
KEYS = (*STANDARD_VIEWS, PriorView.of(R_CC), PriorView.of(L_MLO))
ORIENTATIONS = [Orientation(*flips) for flips in product((False, True), repeat=3)]


def shown(view, mm=0.4, **changes):
    rows, columns = (round(240 / mm), round(170 / mm)) if mm else (600, 400)
    spacing = None if mm is None else (mm, mm)
    changes = {"rows": rows, "columns": columns, **changes}
    return ShownImage.prepare(make_mammogram(view, pixel_spacing_mm=spacing, truth=(), **changes))


def mm_of(key, image, row, column, nipple_row):
    """(mm from the chest wall, mm below the nipple), worked out for each side on its own."""
    mm = SPACING[plain(key)]
    from_wall = column if key.laterality is Laterality.LEFT else image.shape[1] - column
    return from_wall * mm, (row - nipple_row) * mm


def plain(key):
    return next(view for view in STANDARD_VIEWS if view.name == key.name.removeprefix("prior-"))


@pytest.mark.parametrize(("one", "other"), list(permutations(KEYS, 2)))
def test_a_place_has_the_same_millimetres_from_wall_and_nipple_in_every_other_image(one, other):
    images = {key: shown(plain(key), SPACING[plain(key)]) for key in (one, other)}
    rows = {one: 0.31 * images[one].shape[0], other: 0.62 * images[other].shape[0]}
    frames = {
        key: frame_of(image, key, Nipple.at_hung(image.mammogram, rows[key], 33.0))
        for key, image in images.items()
    }
    there = counterpart(frames[one], frames[other])
    for place in ((7.0, 11.0), (250.0, 120.0), (333.3, 200.1)):
        found = there.point(*place)
        assert mm_of(other, images[other], *found, rows[other]) == pytest.approx(
            mm_of(one, images[one], *place, rows[one])
        )
        back = counterpart(frames[other], frames[one]).point(*found)
        assert back == pytest.approx(place)


@pytest.mark.parametrize("stored", ORIENTATIONS)
def test_how_a_file_is_laid_changes_no_counterpart(stored):
    plain_map = counterpart(frame_of(shown(R_CC), R_CC), frame_of(shown(L_MLO), L_MLO))
    laid = shown(R_CC, stored=stored)
    nipple = None
    found = counterpart(frame_of(laid, R_CC, nipple), frame_of(shown(L_MLO), L_MLO))
    assert found.point(123.0, 45.0) == pytest.approx(plain_map.point(123.0, 45.0), abs=1e-6)


def test_without_a_marked_nipple_the_outermost_points_are_level():
    for view in STANDARD_VIEWS:
        frame = frame_of(shown(view, None), view)
        middle = 0.45 if view.position is ViewPosition.CC else 0.55
        assert frame.level == pytest.approx(middle * 600, abs=6)
        assert frame.reach_px == pytest.approx(0.85 * 400, abs=6)
    there = counterpart(frame_of(shown(R_CC), R_CC), frame_of(shown(R_MLO), R_MLO))
    at_level = there.point(0.45 * 600, 125.0)
    assert at_level == pytest.approx((0.55 * 600, 125.0), abs=6)


def test_images_without_spacing_are_compared_by_pixels_and_else_by_the_breasts_depth():
    bare = frame_of(shown(L_CC, None), L_CC)
    assert counterpart(bare, frame_of(shown(R_CC, None), R_CC)).rr == 1.0
    mixed = counterpart(bare, frame_of(shown(R_CC, 0.4), R_CC))
    assert mixed.rr == pytest.approx(0.85 * 425 / (0.85 * 400), rel=0.05)
    assert mixed.cc == -mixed.rr


def test_a_tray_image_whose_chest_wall_may_be_anywhere_has_no_counterpart():
    assert frame_of(shown(L_CC), AsideView.at(0)) is None
