"""One breast or one view per screen (row H12), as windows where there is one screen only."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt

from models.exam import L_CC, L_MLO, R_CC, R_MLO
from tests.phantoms import make_exam
from tests.screen import show as show_on
from viewer.app import Application
from viewer.session.spread import Spread


def grids(application):
    return application.window._grids


def spread(application, times=1):
    for _ in range(times):
        application.window.actions_by_name["spread"].trigger()


def test_each_breast_has_a_window_of_its_own(application, show, qtbot):
    show(make_exam())
    qtbot.keyClick(application.window.grid, Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    right, left = grids(application)
    assert set(right.viewports()) == {R_CC, R_MLO}
    assert set(left.viewports()) == {L_CC, L_MLO}
    (window,) = application.window.screens.windows
    assert left.window() is window
    qtbot.mouseClick(left.viewport(), Qt.MouseButton.LeftButton, pos=left.rect().center())
    before = left.viewports()[application.session.state.focus].scale
    application.window.actions_by_name["zoom_in"].trigger()
    assert left.viewports()[application.session.state.focus].scale > before


def test_each_view_has_a_window_of_its_own_and_the_third_press_gathers_them(application, show):
    show(make_exam())
    spread(application, 2)
    assert [set(grid.viewports()) for grid in grids(application)] == [
        {view} for view in (R_CC, L_CC, R_MLO, L_MLO)
    ]
    assert len(application.window.screens.windows) == 3
    spread(application)
    assert application.window.screens.windows == ()
    assert set(application.window.grid.viewports()) == {R_CC, L_CC, R_MLO, L_MLO}


def test_a_layout_that_needs_fewer_screens_leaves_the_others_dark(application, show, qtbot):
    show(make_exam())
    spread(application)
    qtbot.keyClick(application.window.grid, Qt.Key.Key_5)
    assert application.window.screens.windows == ()
    qtbot.keyClick(application.window.grid, Qt.Key.Key_1)
    assert len(application.window.screens.windows) == 1


def test_closing_a_further_window_puts_everything_on_one_screen(application, show):
    show(make_exam())
    spread(application)
    application.window.screens.windows[0].close()
    assert application.session.state.spread is Spread.ONE
    assert set(application.window.grid.viewports()) == {R_CC, L_CC, R_MLO, L_MLO}


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "remembered.ini"), QSettings.Format.IniFormat)


def test_screens_are_remembered(qtbot, tmp_path, store):
    for time in ("first", "again"):
        application = Application(store, tmp_path / "cache")
        application.show(())
        if time == "first":
            show_on(application.session, make_exam())
            spread(application)
            (window,) = application.window.screens.windows
            window.setGeometry(120, 90, 640, 500)
            qtbot.waitUntil(lambda window=window: window.width() == 640)
        else:
            assert application.session.state.spread is Spread.BREAST
            show_on(application.session, make_exam())
            (window,) = application.window.screens.windows
            assert (window.width(), window.height()) == (640, 500)
        application.window.close()
