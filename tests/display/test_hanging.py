"""Layouts and orientation: chest walls back to back whatever way an image is stored."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.exam import (
    L_CC,
    L_MLO,
    R_CC,
    R_MLO,
    STANDARD_VIEWS,
    Laterality,
    Mammogram,
    Origin,
)
from models.geometry import Orientation
from models.grayscale import Grayscale
from viewer.display.hanging import (
    LAYOUTS,
    align_of,
    column_gaps,
    hung,
    hung_from_source,
    laid,
    layout_named,
    pane_rects,
)
from viewer.display.viewport import Align

ORIENTATIONS = [Orientation(*flags) for flags in product((False, True), repeat=3)]


def make_mammogram(orientation, shape=(50, 31)):
    """An image that hangs as `wanted` and is stored laid back by `orientation`."""
    wanted = np.random.default_rng(2).integers(0, 4096, shape).astype(np.uint16)
    stored = np.ascontiguousarray(orientation.inverse().apply(wanted))
    mammogram = Mammogram(
        "id", "name", "R CC", R_CC, Origin.LIST, stored, Grayscale(), orientation
    )
    return mammogram, wanted


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_every_stored_orientation_hangs_alike(orientation):
    mammogram, wanted = make_mammogram(orientation)
    assert np.array_equal(hung(mammogram), wanted)
    assert hung(mammogram).flags.c_contiguous
    mask = mammogram.pixels > 2000
    assert np.array_equal(laid(mask, mammogram), wanted > 2000)
    assert laid(mask, mammogram).dtype == np.bool_


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_the_map_to_hung_pixels_follows_every_pixel(orientation):
    mammogram, wanted = make_mammogram(orientation)
    to_hung = hung_from_source(mammogram)
    for row, column in ((0, 0), (7, 20), (mammogram.shape[0] - 1, mammogram.shape[1] - 1)):
        there = to_hung.point(row + 0.5, column + 0.5)
        assert wanted[int(there[0]), int(there[1])] == mammogram.pixels[row, column]


def test_an_image_stored_as_it_hangs_is_not_copied():
    mammogram, _ = make_mammogram(Orientation())
    assert np.shares_memory(hung(mammogram), mammogram.pixels)


@pytest.mark.parametrize("name", LAYOUTS)
def test_right_hangs_left_of_left_and_cc_never_below_mlo(name):
    place = {slot.view: slot for slot in LAYOUTS[name].slots}
    for right, left in ((R_CC, L_CC), (R_MLO, L_MLO)):
        if right in place and left in place:
            assert place[right].row == place[left].row
            assert place[right].column == place[left].column - 1
    for cc, mlo in ((R_CC, R_MLO), (L_CC, L_MLO)):
        if cc in place and mlo in place:
            assert (place[cc].row, place[cc].column) < (place[mlo].row, place[mlo].column)


def test_chest_walls_face_each_other():
    for view in STANDARD_VIEWS:
        right = view.laterality is Laterality.RIGHT
        assert align_of(view) is (Align.RIGHT if right else Align.LEFT)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("gap", [0, 1, 5])
@pytest.mark.parametrize("size", [(701, 1001), (640, 480)])
def test_panes_tile_their_area_with_nothing_but_the_gaps_between(name, gap, size):
    layout = LAYOUTS[name]
    covered = np.zeros(size, dtype=int)
    for rect in pane_rects(layout, *size, gap).values():
        covered[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width] += 1
    assert covered.max() == 1
    gaps = gap * (layout.rows - 1), sum(column_gaps(layout, gap))
    assert np.count_nonzero(covered) == (size[0] - gaps[0]) * (size[1] - gaps[1])


@pytest.mark.parametrize("name", LAYOUTS)
def test_nothing_lies_between_chest_walls_that_meet(name):
    rects = pane_rects(LAYOUTS[name], 700, 1001, 5)
    for right, left in ((R_CC, L_CC), (R_MLO, L_MLO)):
        if right in rects and left in rects:
            assert rects[right].column + rects[right].width == rects[left].column
    for left, right in ((L_CC, R_MLO), (R_CC, R_MLO)):
        if left in rects and right in rects and rects[left].row == rects[right].row:
            assert rects[left].column + rects[left].width + 5 <= rects[right].column


def test_single_shows_what_is_asked_and_unknown_names_are_refused():
    assert layout_named("single", L_CC).views == (L_CC,)
    assert layout_named("single:L-CC").views == (L_CC,)
    assert layout_named("2x2") is LAYOUTS["2x2"]
    for name in ("3x3", "single:X-CC", "", "2x2:R-CC"):
        with pytest.raises(ValueError):  # noqa: PT011 - whoever asks passes the words on
            layout_named(name)
