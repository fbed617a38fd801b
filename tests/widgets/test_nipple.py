"""Marking the nipple in the window, and what is told from then on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from tests.phantoms import make_exam, make_mammogram
from tests.widgets.mouse import Mouse
from viewer.session import nipples
from viewer.widgets.nipple_drag import fill_nipple_menu


def kinds(grid, view):
    return [sign.kind for sign in grid._panes[view].signs._signs]


def test_one_key_marks_the_nipple_at_the_cursor_and_dragging_moves_it(application, show, qtbot):
    show(make_exam())
    grid, session = application.window.grid, application.session
    point = Mouse(grid).over(R_CC, 270, 60)
    QCursor.setPos(grid.viewport().mapToGlobal(point))
    qtbot.waitUntil(grid.underMouse)
    qtbot.keyClick(grid, Qt.Key.Key_K)
    found = nipples.nipple_of(session.state, R_CC)
    scale = grid.viewports()[R_CC].scale
    assert (found.row, found.column) == pytest.approx((270, 60), abs=1.5 / scale)
    assert kinds(grid, R_CC) == ["nipple"]
    assert not found.guessed

    before = session.state.voi_of(R_CC)
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    for step in (10, 20, 30):
        Mouse(grid).lead(point + QPoint(step, 0))
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=point + QPoint(30, 0))
    moved = nipples.nipple_of(session.state, R_CC)
    assert moved.column == pytest.approx(found.column + 30 / scale, abs=1.5 / scale)
    assert session.state.voi_of(R_CC) is before, "a drag of the mark windows nothing"
    assert len(session.state.work.done) == 2, "undone as one thing"


def test_suggestions_come_by_key_and_are_accepted_by_a_click(application, show, qtbot):
    show(make_exam())
    grid, session = application.window.grid, application.session
    assert kinds(grid, L_CC) == [], "nothing unasked"
    qtbot.keyClick(grid, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert all(kinds(grid, view) == ["guess"] for view in STANDARD_VIEWS)
    image = session.state.images[L_CC]
    point = Mouse(grid).over(L_CC, *nipples.nipple_of(session.state, L_CC).hung(image.mammogram))
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert kinds(grid, L_CC) == ["nipple"]
    assert kinds(grid, R_CC) == ["guess"]


def test_the_right_button_offers_what_can_be_done_with_the_nipple(application, show):
    show(make_exam())
    session = application.session

    def offered():
        menu = QMenu()
        fill_nipple_menu(menu, session, R_CC, (270.0, 60.0))
        return {action.text(): action for action in menu.actions() if action.text()}, menu

    actions, menu = offered()
    assert list(actions) == ["Nipple here", "Suggest nipples"]
    actions["Suggest nipples"].trigger()
    actions, menu = offered()
    assert list(actions) == ["Nipple here", "Accept the suggested nipple", "Forget the nipple"]
    actions["Accept the suggested nipple"].trigger()
    assert not nipples.nipple_of(session.state, R_CC).guessed
    actions, menu = offered()
    actions["Forget the nipple"].trigger()
    assert nipples.nipple_of(session.state, R_CC) is None
    actions, menu = offered()
    actions["Nipple here"].trigger()
    assert nipples.nipple_of(session.state, R_CC).column == pytest.approx(60.0)
    assert menu is not None


def test_orientation_letters_stand_at_the_sides_of_every_pane(application, show):
    """N7: from Patient Orientation of what is displayed."""
    stated = {
        R_CC: make_mammogram(R_CC, patient_orientation=("P", "L")),
        L_CC: make_mammogram(L_CC, patient_orientation=("A", "R")),
    }
    show(make_exam(views=stated))
    grid = application.window.grid
    assert sorted(kinds(grid, R_CC)) == ["A", "L", "P", "R"]
    sides = {sign.kind: sign for sign in grid._panes[R_CC].signs._signs}
    assert sides["A"].x < sides["P"].x, "the chest wall is inside"
    assert sides["R"].y < sides["L"].y, "lateral is up"
    sides = {sign.kind: sign for sign in grid._panes[L_CC].signs._signs}
    assert sides["P"].x < sides["A"].x
    assert sides["L"].y < sides["R"].y
