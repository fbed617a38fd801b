"""Zoom and pan of all panes together, by key, wheel and drag, remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from tests.phantoms import COLUMNS, lesion_at, make_exam
from tests.widgets.mouse import Mouse
from viewer.display.hanging import align_of
from viewer.display.viewport import Align
from viewer.session.pages import page_of
from viewer.settings import read_settings


def lesions(grid):
    """(y, x from the middle line) of each lesion in its pane, device pixels."""
    row, from_wall = lesion_at()
    found = {}
    for view, viewport in grid.viewports().items():
        is_right = align_of(view) is Align.RIGHT
        y, x = viewport.to_pane(row, COLUMNS - from_wall if is_right else from_wall)
        found[view] = (y, viewport.width - x if is_right else x)
    return found


def pan(grid, qtbot, at, by, modifiers=Qt.KeyboardModifier.NoModifier):
    button = Qt.MouseButton.MiddleButton
    qtbot.mousePress(grid.viewport(), button, modifiers, at)
    Mouse(grid).lead(at + by, button, modifiers)
    qtbot.mouseRelease(grid.viewport(), button, modifiers, at + by)


def test_panes_move_together_mirrored_by_wheel_and_drag(application, show, qtbot):
    show(make_exam())
    grid = application.window.grid
    qtbot.keyClick(grid, Qt.Key.Key_C)
    assert application.window.actions_by_name["coupled"].isChecked()
    Mouse(grid).wheel(Mouse(grid).middle(R_CC), 3)
    pan(grid, qtbot, Mouse(grid).middle(R_CC), QPoint(-37, -21))
    scales = {viewport.scale for viewport in grid.viewports().values()}
    assert len(scales) == 1
    found = lesions(grid)
    assert found[L_CC] == pytest.approx(found[R_CC], abs=1.1)
    before = found[L_CC]
    pan(grid, qtbot, Mouse(grid).middle(R_CC), QPoint(-20, 0))
    assert lesions(grid)[L_CC] == pytest.approx((before[0], before[1] + 20), abs=1.1)


def test_shift_moves_one_pane_alone_and_the_key_uncouples(application, show, qtbot):
    show(make_exam())
    grid = application.window.grid
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(grid, Qt.Key.Key_C)
    Mouse(grid).wheel(Mouse(grid).middle(L_CC), 3)
    before = grid.viewports()
    Mouse(grid).wheel(Mouse(grid).middle(L_CC), 2, shift)
    pan(grid, qtbot, Mouse(grid).middle(L_CC), QPoint(9, 9), shift)
    after = grid.viewports()
    assert [view for view in STANDARD_VIEWS if before[view] != after[view]] == [L_CC]
    qtbot.keyClick(grid, Qt.Key.Key_C)
    Mouse(grid).wheel(Mouse(grid).middle(R_CC), 1)
    assert [view for view in STANDARD_VIEWS if after[view] != grid.viewports()[view]] == [R_CC]


def test_coupling_is_remembered_at_once(application, show, qtbot, tmp_path):
    show(make_exam())
    qtbot.keyClick(application.window.grid, Qt.Key.Key_C)
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert read_settings(store).habits.coupled
    store.setValue("navigation/habits", '{"coupled": "yes", "strange": 3}')
    assert not read_settings(store).habits.coupled, "what is not understood is as new"


def test_one_key_fits_the_breast_everywhere_and_it_is_remembered(
    application, show, qtbot, tmp_path
):
    exam = make_exam()
    show(exam)
    window = application.window
    qtbot.keyClick(window.grid, Qt.Key.Key_3)
    Mouse(window.grid).wheel(Mouse(window.grid).middle(R_CC), 4)
    qtbot.keyClick(window.grid, Qt.Key.Key_J)
    fitted = window.grid.viewports()
    assert window.actions_by_name["fit_breast"].isChecked()
    whole = {view: viewport.height / 600 for view, viewport in fitted.items()}
    assert all(viewport.scale > 1.1 * whole[view] for view, viewport in fitted.items())
    page = page_of(application.session.state, fitted, window.grid.size_px())
    assert page.viewports == fitted, "a page shows what the screen shows"
    window.resize(1011, 700)
    QApplication.processEvents()
    assert window.grid.viewports()[L_CC].column == 0
    assert read_settings(
        QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    ).habits.on_breast
    qtbot.keyClick(window.grid, Qt.Key.Key_J)
    after = window.grid.viewports()[L_CC]
    assert after.scale == pytest.approx(min(after.height / 600, after.width / 400))
