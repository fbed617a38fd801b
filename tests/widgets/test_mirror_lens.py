"""The other breast mirrored in a lens, the tied cursor and the arc, by key and cursor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from tests.phantoms import BRIGHT, breast_pixels, make_exam, make_mammogram
from tests.widgets.test_magnifier import lens_over, lens_pixels, point_at
from viewer.display.voi import compile_table
from viewer.session.navigation import Pointer, pointed
from viewer.session.nipples import marked
from viewer.session.spread import Spread
from viewer.session.tying import tied_place
from viewer.widgets.tied_layer import TiedLayer
from viewer.widgets.view_grid import ViewGrid

OTHER = {R_CC: L_CC, L_CC: R_CC, R_MLO: L_MLO, L_MLO: R_MLO}
PATIENT = {R_CC: ("P", "L"), L_CC: ("A", "R"), R_MLO: ("P", "FL"), L_MLO: ("A", "FR")}


def lopsided(view):
    """A breast with a mark that no other breast has, out of all symmetry."""
    pixels = breast_pixels(view)
    place = STANDARD_VIEWS.index(view)
    columns = slice(30 + 10 * place, 47 + 10 * place)
    pixels[300 + 7 * place : 312 + 9 * place, columns] = BRIGHT
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return make_mammogram(view, pixels=pixels, truth=(), patient_orientation=PATIENT[view])


@pytest.fixture
def exam(show):
    show(make_exam(views={view: lopsided(view) for view in STANDARD_VIEWS}))


@pytest.mark.parametrize("view", STANDARD_VIEWS)
def test_the_lens_shows_the_other_breast_flipped_pixel_by_pixel(application, exam, qtbot, view):
    grid, session = application.window.grid, application.session
    for each, row in zip(STANDARD_VIEWS, (270, 280, 330, 333), strict=True):
        column = 80 if each in (R_CC, R_MLO) else 320
        session.apply(lambda state, at=(each, row, column): marked(state, *at))
    point_at(grid, qtbot, view, 300, 150 if view in (R_CC, R_MLO) else 250)
    qtbot.keyClick(grid, Qt.Key.Key_G)
    qtbot.keyClick(grid, Qt.Key.Key_Y)
    # The marks of nipples lie over the pixels that are compared.
    session.apply(lambda state: replace(state, works={}))
    session.apply(lambda state: replace(state, message="redrawn"))
    seen, lens = lens_pixels(application, view)
    assert lens.words == f"{OTHER[view].label} MIRRORED 1:1"
    assert (lens.view, lens.mirrored) == (OTHER[view], True)
    image = session.state.images[OTHER[view]]
    table = compile_table(image.mammogram.grayscale, image.voi, air=image.air)
    top, left = round(lens.viewport.row), round(lens.viewport.column)
    padded = np.zeros((1400, 1400), np.uint8)
    padded[400:1000, 400:800] = table[image.pyramid.image]
    crop = padded[400 + top :, 400 + left :][: lens.area.height, : lens.area.width]
    assert np.array_equal(seen, crop[:, ::-1][3:-3, 3:-3])
    assert not np.array_equal(seen, crop[3:-3, 3:-3])


def test_letters_of_the_mirrored_breast_are_the_patients_own(application, exam, qtbot):
    grid = application.window.grid
    qtbot.keyClick(grid, Qt.Key.Key_Y)
    point_at(grid, qtbot, R_CC, 300, 150)
    lens = lens_over(application, R_CC)
    assert lens.words == "L CC MIRRORED"
    # The left breast hangs with A to the right; mirrored it has A to the left, as the right one.
    assert lens.sides == ("A", "P")
    assert lens.viewport.scale == pytest.approx(grid.viewports()[R_CC].scale)
    point_at(grid, qtbot, L_MLO, 300, 250)
    assert lens_over(application, L_MLO).sides == ("P", "A")
    assert lens_over(application, R_CC) is None


def test_a_cross_lies_in_the_other_breast_while_the_lens_or_the_tied_cursor_is_on(
    application, exam, qtbot
):
    grid = application.window.grid

    def crosses():
        name = "TiedLayer"
        return {
            view
            for view in STANDARD_VIEWS
            for layer in grid._panes[view].layers
            if type(layer).__name__ == name and layer.isVisible()
        }

    point_at(grid, qtbot, R_MLO, 300, 150)
    assert crosses() == set()
    qtbot.keyClick(grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert crosses() == {L_MLO}
    point_at(grid, qtbot, L_CC, 300, 250)
    assert crosses() == {R_CC}
    qtbot.keyClick(grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert crosses() == set()


def test_the_arc_follows_the_cursor_and_stays_when_pinned(application, exam, qtbot):
    grid, session = application.window.grid, application.session
    for view, row, column in ((R_CC, 270, 80), (R_MLO, 330, 80)):
        session.apply(lambda state, at=(view, row, column): marked(state, *at))
    shift_n = (Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    plain = grid.grab().toImage()
    point_at(grid, qtbot, R_CC, 270, 240)
    qtbot.keyClick(grid, *shift_n)
    scale = grid.viewports()[R_MLO].scale
    shot = grid.grab().toImage()
    pane = grid._panes[R_MLO]
    y, x = pane.viewport.to_pane(330, 240)
    at = (round(pane.rect.column + x), round(pane.rect.row + y))
    reach = range(-2, 3)
    on_arc = [shot.pixelColor(at[0] + dx, at[1]).getRgb()[:3] for dx in reach]
    assert any(blue > red + 40 for red, _, blue in on_arc), "160 px to the right of the nipple"
    assert shot.pixel(at[0] - round(40 * scale), at[1]) == plain.pixel(
        at[0] - round(40 * scale), at[1]
    ), "nothing is drawn between the lines"
    assert "arc 16 mm ± 10" in application.window.status._readout.text()
    qtbot.keyClick(grid, *shift_n)
    point_at(grid, qtbot, R_MLO, 200, 200)
    again = grid.grab().toImage()
    found = [again.pixelColor(at[0] + dx, at[1]).getRgb()[:3] for dx in reach]
    assert any(blue > red + 40 for red, _, blue in found), "pinned"
    qtbot.keyClick(grid, *shift_n)
    assert grid.grab().toImage().pixel(*at) == plain.pixel(*at)


def test_the_cross_reaches_the_window_of_another_screen(application, exam, qtbot):
    session, window = application.session, application.window
    session.apply(lambda state: replace(state, spread=Spread.BREAST))
    (further,) = window.screens.windows
    (left,) = further.findChildren(ViewGrid)
    qtbot.keyClick(window.grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    session.apply(lambda state: pointed(state, Pointer(R_CC, 250.0, 190.0)))
    (layer,) = [each for each in left._panes[L_CC].layers if isinstance(each, TiedLayer)]
    assert layer.isVisible()
    middle = layer.boundingRect().center()
    row, column = tied_place(session.state, L_CC)
    y, x = left.viewports()[L_CC].to_pane(row, column)
    rect = left._panes[L_CC].rect
    assert (middle.y(), middle.x()) == pytest.approx((rect.row + y, rect.column + x), abs=1.0)
