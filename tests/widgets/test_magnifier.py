"""The magnifier in the window: what it shows is compared with the stored pixels themselves."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from models.exam import L_CC, L_MLO, R_CC, STANDARD_VIEWS
from tests.phantoms import COLUMNS, lesion_at, make_exam, make_mammogram
from tests.screen import analysed
from tests.widgets.dense import printed_at
from tests.widgets.mouse import Mouse
from viewer.display.hanging import align_of
from viewer.display.overlay import Overlays
from viewer.display.viewport import Align
from viewer.display.voi import compile_table
from viewer.session import navigation, transitions
from viewer.session.lenses import lens_in
from viewer.settings import read_settings
from viewer.widgets.navigation_actions import PEEK_S


def point_at(grid, qtbot, view, row, column):
    """The real cursor and an event, as a hand makes them; the pane's (y, x) under it."""
    pane = grid._panes[view]
    ratio = grid.devicePixelRatioF()
    y, x = pane.viewport.to_pane(row, column)
    at = QPoint(round((pane.rect.column + x) / ratio), round((pane.rect.row + y) / ratio))
    QCursor.setPos(grid.viewport().mapToGlobal(at))
    qtbot.waitUntil(grid.underMouse)
    Mouse(grid).hover(at)
    QApplication.processEvents()


def lesion_of(view):
    row, from_wall = lesion_at()
    return row, COLUMNS - from_wall if align_of(view) is Align.RIGHT else from_wall


def lens_over(application, view):
    viewport = application.window.grid.viewports()[view]
    ratio = application.window.grid.devicePixelRatioF()
    return lens_in(application.session.state, view, viewport, ratio)


def lens_pixels(application, view):
    """The grey inside the lens over a pane, as drawn."""
    grid, lens = application.window.grid, lens_over(application, view)
    shot = grid.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    flat = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), -1)
    rect, area = grid._panes[view].rect, lens.area
    top, left = rect.row + area.row, rect.column + area.column
    inner = flat[top : top + area.height, left : left + area.width]
    return inner[3:-3, 3:-3].copy(), lens


def table_pixels(application, lens, inverted=False):
    """What the stored pixels and the pane's window say the lens must show."""
    state = application.session.state
    image = state.images[lens.view]
    table = compile_table(
        image.mammogram.grayscale, state.voi_of(lens.view), inverted=inverted, air=image.air
    )
    top, left = round(lens.viewport.row), round(lens.viewport.column)
    rows = np.arange(top, top + lens.area.height)
    columns = np.arange(left, left + lens.area.width)
    hung = image.pyramid.image
    inside = (rows >= 0)[:, None] & (rows < hung.shape[0])[:, None]
    inside = inside & (columns >= 0) & (columns < hung.shape[1])
    clipped = hung[np.clip(rows, 0, hung.shape[0] - 1)][:, np.clip(columns, 0, hung.shape[1] - 1)]
    return np.where(inside, table[clipped], 0)[3:-3, 3:-3]


@pytest.fixture
def plain(show):
    """Four views without truth, so that nothing but grey is drawn."""
    show(make_exam(views={view: make_mammogram(view, truth=()) for view in STANDARD_VIEWS}))


@pytest.mark.parametrize("view", STANDARD_VIEWS)
def test_the_magnifier_shows_stored_pixels_one_to_one_bit_for_bit(application, plain, qtbot, view):
    grid = application.window.grid
    point_at(grid, qtbot, view, *lesion_of(view))
    qtbot.keyClick(grid, Qt.Key.Key_G)
    seen, lens = lens_pixels(application, view)
    assert (lens.words, lens.viewport.scale) == ("1:1", 1.0)
    assert np.array_equal(seen, table_pixels(application, lens))
    assert seen.max() == 255, "the lesion is in it"
    assert seen.min() < 200
    others = [each for each in STANDARD_VIEWS if each != view]
    assert all(lens_over(application, each) is None for each in others)


def test_it_follows_the_cursor_magnifies_twice_and_shows_the_negative(
    application, plain, qtbot, tmp_path
):
    grid = application.window.grid
    qtbot.keyClick(grid, Qt.Key.Key_G)
    point_at(grid, qtbot, L_CC, *lesion_of(L_CC))
    qtbot.keyClick(grid, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    seen, lens = lens_pixels(application, L_CC)
    assert (lens.words, lens.viewport.scale) == ("2:1", 2.0)
    y, x = lens.viewport.to_pane(*lesion_of(L_CC))
    radius = 2 * 15
    assert seen[round(y) - 3, round(x) - 3] == 255
    assert seen[round(y) - 3 + radius + 8, round(x) - 3] < 255
    point_at(grid, qtbot, L_MLO, *lesion_of(L_MLO))
    assert lens_over(application, L_CC) is None
    qtbot.keyClick(grid, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(grid, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    seen, lens = lens_pixels(application, L_MLO)
    assert lens.words == "1:1 inverted"
    assert np.array_equal(seen, table_pixels(application, lens, inverted=True))
    assert seen[lens.area.height // 2, -4] == 0 or seen.min() == 0, "air stays black"
    store = application._store
    assert read_settings(store).habits.lens_negative


def test_held_it_lasts_until_the_key_is_let_go_and_tapped_it_stays(application, plain, qtbot):
    grid = application.window.grid
    point_at(grid, qtbot, R_CC, *lesion_of(R_CC))
    QTest.keyPress(grid, Qt.Key.Key_G)
    assert lens_over(application, R_CC) is not None
    time.sleep(PEEK_S + 0.05)
    QTest.keyRelease(grid, Qt.Key.Key_G)
    assert lens_over(application, R_CC) is None
    qtbot.keyClick(grid, Qt.Key.Key_G)
    assert application.window.actions_by_name["magnifier"].isChecked()
    assert grid.viewport().cursor().shape() is Qt.CursorShape.CrossCursor
    qtbot.keyClick(grid, Qt.Key.Key_G)
    assert lens_over(application, R_CC) is None
    assert application.session.state.navigation.pointer is None, "nothing follows the cursor"


def test_a_window_and_a_departure_of_the_pane_hold_in_the_magnifier_too(application, plain, qtbot):
    grid = application.window.grid
    point_at(grid, qtbot, R_CC, *lesion_of(R_CC))
    qtbot.keyClick(grid, Qt.Key.Key_G)
    before, _ = lens_pixels(application, R_CC)
    qtbot.keyClick(grid, Qt.Key.Key_I)
    seen, lens = lens_pixels(application, R_CC)
    assert lens.words == "1:1 inverted", "as the pane says of itself"
    assert np.array_equal(seen, table_pixels(application, lens, inverted=True))
    assert not np.array_equal(seen, before)
    qtbot.keyClick(grid, Qt.Key.Key_I)
    qtbot.keyClick(grid, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    lighter, _ = lens_pixels(application, R_CC)
    assert not np.array_equal(lighter, before), "gamma"


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_on_dense_screens_the_magnifier_shows_device_pixels(scale):
    assert printed_at(scale, "hidpi_lens") == [str(scale), "[]"]


def test_a_lens_beside_its_image_is_black_in_its_frame(application, show, qtbot, caplog):
    """Both maps on and nothing of them in sight: still nobody takes it for the pane's image."""
    exam = make_exam()
    show(exam)
    application.session.apply(analysed)
    application.session.apply(lambda s: transitions.overlaid(s, Overlays(True, True, True, True)))
    application.session.apply(navigation.magnifier)
    grid = application.window.grid
    viewport = grid.viewports()[L_CC]
    row, column = viewport.to_image(30, viewport.width - 30)
    application.session.apply(
        lambda s: navigation.pointed(s, navigation.Pointer(L_CC, row, column))
    )
    lens = lens_over(application, L_CC)
    assert lens.viewport.area(application.session.state.images[L_CC].shape).width == 0
    shot = grid.grab().toImage()
    rect = grid._panes[L_CC].rect
    left, top = rect.column + lens.area.column, rect.row + lens.area.row
    assert shot.pixelColor(left, top + 20).lightness() > 150, "its frame"
    assert shot.pixelColor(left + 20, top + 20).lightness() == 0
    assert not caplog.records
