"""Measuring with mouse and keys in the real window."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from models.exam import L_CC, L_MLO, R_CC, R_MLO
from models.geometry import Orientation
from tests.phantoms import LESION, make_exam, make_mammogram
from tests.widgets.mouse import Mouse
from viewer.display.camera import Camera
from viewer.display.measured import quantities, value_words
from viewer.display.measurement import Kind
from viewer.session.measurements import measurement_of, measurements_on, selected
from viewer.session.sizes import fitted
from viewer.session.state import Tool
from viewer.session.transitions import looked

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALL_WAYS = [Orientation(*flags) for flags in product((False, True), repeat=3)]


@pytest.fixture
def mouse(application) -> Mouse:
    return Mouse(application.window.grid)


def on(session, view):
    return measurements_on(session.state, session.state.images[view].mammogram.image_id)


def draw_length(qtbot, mouse, view, start, end, modifiers=Qt.KeyboardModifier.NoModifier):
    if mouse.grid._session.state.tool is not Tool.LENGTH:
        qtbot.keyClick(mouse.grid, Qt.Key.Key_L)
    mouse.drag(mouse.over(view, *start), mouse.over(view, *end), modifiers=modifiers)


def inked(application) -> np.ndarray:
    """Where the window is of the accent's blue, which nothing else in these panes is."""
    image = application.window.grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    blue, green, red = (pixels[..., n].astype(int) for n in range(3))
    return (blue > red + 60) & (green > red + 20) & (green < blue)


@pytest.mark.parametrize("stored", ALL_WAYS, ids=str)
def test_a_length_lies_on_the_lesion_and_is_right_however_the_image_is_stored(
    application, show, qtbot, mouse, stored
):
    """Spacing differs along the stored axes, so that none is mistaken for the other."""
    image = make_mammogram(R_CC, stored=stored, pixel_spacing_mm=(0.2, 0.1))
    show(make_exam(views={R_CC: image}))
    row, column = LESION[0] * 600, 400 - LESION[1] * 400
    draw_length(qtbot, mouse, R_CC, (row, column), (row + 200, column))
    (one,) = on(application.session, R_CC)
    scale = mouse.grid.viewports()[R_CC].scale
    pixel = 1.5 / scale
    start, end = (image.orientation.affine(image.shape).point(*point) for point in one.points)
    assert start == pytest.approx((row, column), abs=pixel)
    assert end == pytest.approx((row + 200, column), abs=pixel)
    assert image.pixels[tuple(int(each) for each in one.points[0])] == 4000, "on the lesion"
    length = quantities(one, application.session.state.images[R_CC]).length
    along_rows = 0.1 if stored.transpose else 0.2
    assert length == pytest.approx(200 * along_rows, abs=2 * pixel * 0.2)


def test_what_is_drawn_stays_on_the_anatomy_when_the_image_is_turned_and_zoomed(
    application, show, qtbot, mouse
):
    show(make_exam())
    session = application.session
    draw_length(qtbot, mouse, L_CC, (210, 180), (330, 60))
    (before,) = on(session, L_CC)
    for key in (Qt.Key.Key_H, Qt.Key.Key_R, Qt.Key.Key_J):  # mirrored, turned, upside down
        qtbot.keyClick(mouse.grid, key, CONTROL)
    qtbot.keyClick(mouse.grid, Qt.Key.Key_X)
    qtbot.keyClick(mouse.grid, Qt.Key.Key_7)
    assert on(session, L_CC) == (before,)
    image = session.state.images[L_CC]
    for point in before.points:
        at = mouse.over(L_CC, *image.to_hung.point(*point))
        mouse.hover(at)
        assert session.state.measuring.hovered is not None, "it is drawn, and taken, there"


def test_every_tool_has_a_key_and_draws_its_kind(application, show, qtbot, mouse):
    show(make_exam())
    session = application.session
    grid = mouse.grid

    def at(row, column):
        return mouse.over(R_MLO, row, column)

    qtbot.keyClick(grid, Qt.Key.Key_A, SHIFT)
    for point in ((200, 300), (300, 300), (300, 200)):
        mouse.click(at(*point))
    qtbot.keyClick(grid, Qt.Key.Key_B, SHIFT)
    mouse.drag(at(120, 250), at(160, 300))
    qtbot.keyClick(grid, Qt.Key.Key_E, SHIFT)
    mouse.drag(at(220, 100), at(260, 180))
    qtbot.keyClick(grid, Qt.Key.Key_P, SHIFT)
    for point in ((400, 300), (450, 330)):
        mouse.click(at(*point))
    mouse.double_click(at(450, 260))
    qtbot.keyClick(grid, Qt.Key.Key_F, SHIFT)
    circle = [(330 + 30 * math.sin(t), 120 + 30 * math.cos(t)) for t in np.linspace(0, 6, 12)]
    mouse.drag(*(at(*point) for point in circle))
    qtbot.keyClick(grid, Qt.Key.Key_R, SHIFT)
    mouse.drag(at(500, 100), at(450, 150))
    qtbot.keyClicks(QApplication.focusWidget(), "there")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.keyClick(grid, Qt.Key.Key_T, SHIFT)
    mouse.click(at(100, 100))
    qtbot.keyClicks(QApplication.focusWidget(), "a note, 3 mm")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    found = on(session, R_MLO)
    assert [one.kind for one in found] == [
        Kind.ANGLE,
        Kind.BOX,
        Kind.ELLIPSE,
        Kind.POLYGON,
        Kind.FREEHAND,
        Kind.ARROW,
        Kind.TEXT,
    ]
    image = session.state.images[R_MLO]
    assert quantities(found[0], image).angle == pytest.approx(90, abs=2)
    assert [one.words for one in found[-2:]] == ["there", "a note, 3 mm"]
    assert len(found[3].points) == 3
    assert quantities(found[4], image).area == pytest.approx(math.pi * 9, rel=0.1)
    assert session.state.layout == "2x2", "a double click closed the polygon and nothing else"
    assert len(session.state.work.done) == 7, "each is undone as one thing"


def test_values_are_drawn_beside_the_line(application, show, qtbot, mouse):
    show(make_exam())
    qtbot.keyClick(mouse.grid, Qt.Key.Key_M)  # nothing of a model
    before = inked(application)
    draw_length(qtbot, mouse, L_MLO, (300, 100), (300, 250))
    drawn = inked(application) & ~before
    ratio, at = mouse.grid.devicePixelRatioF(), mouse.over(L_MLO, 300, 175)
    y, x = round(at.y() * ratio), round(at.x() * ratio)
    assert drawn[y - 2 : y + 3, x].any(), "the line"
    assert drawn.sum() > 250, "the words"
    (one,) = on(application.session, L_MLO)
    image = application.session.state.images[L_MLO]
    assert value_words(one, quantities(one, image)).endswith(" mm")


def test_lines_and_words_move_with_the_image_and_come_back_as_they_were(
    application, show, qtbot, mouse
):
    """Nothing of another place, zoom, edit or exam is left on the screen."""
    show(make_exam())
    session = application.session
    session.apply(fitted)
    qtbot.keyClick(mouse.grid, Qt.Key.Key_M)  # nothing of a model
    bare = inked(application)
    draw_length(qtbot, mouse, R_CC, (250, 200), (300, 260))
    session.apply(lambda state: selected(state, None))
    before = inked(application)
    viewport = mouse.grid.viewports()[R_CC]
    ratio = mouse.grid.devicePixelRatioF()

    def look(scale: float, y: float, x: float) -> None:
        row, column = viewport.to_image(y + viewport.height / 2, x + viewport.width / 2)
        session.apply(lambda state: looked(state, R_CC, Camera(scale, row, column)))

    look(viewport.scale, 30 * ratio, 0)
    lower = inked(application) & ~bare
    moved = np.roll(before & ~bare, -round(30 * ratio), axis=0)
    assert moved.any()
    assert (lower ^ moved).sum() <= 0.02 * moved.sum(), "captions may lie in between"
    look(viewport.scale * 1.5, 0, 0)
    larger = inked(application)
    assert (larger & ~bare).any()
    assert not np.array_equal(larger, before)
    session.apply(fitted)
    assert np.array_equal(inked(application), before)
    draw_length(qtbot, mouse, R_CC, (400, 200), (460, 290))
    both = inked(application)
    assert (both & ~before).sum() > 250, "another line and its words"
    for seen in (before, bare):
        qtbot.keyClick(mouse.grid, Qt.Key.Key_Z, CONTROL)
        assert np.array_equal(inked(application), seen)
    show(make_exam("another"))
    assert not (inked(application) & ~bare).any()


def test_shift_holds_a_line_level(application, show, qtbot, mouse):
    show(make_exam())
    draw_length(qtbot, mouse, R_CC, (300, 150), (320, 350), SHIFT)
    (one,) = on(application.session, R_CC)
    assert one.points[0][0] == pytest.approx(one.points[1][0])


def test_enter_closes_a_polygon_and_esc_ends_step_by_step(application, show, qtbot, mouse):
    show(make_exam())
    session, grid = application.session, mouse.grid
    qtbot.keyClick(grid, Qt.Key.Key_P, SHIFT)
    for point in ((200, 100), (300, 100), (300, 200)):
        mouse.click(mouse.over(L_CC, *point))
    mouse.hover(mouse.over(L_CC, 100, 300))
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    (one,) = on(session, L_CC)
    assert len(one.points) == 3, "the corner under the cursor was not clicked"
    mouse.click(mouse.over(L_CC, 400, 100))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert session.state.measuring.draft is None
    assert session.state.tool is Tool.POLYGON
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert session.state.tool is Tool.WINDOW
    assert on(session, L_CC) == (one,)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert session.state.layout == "single", "Enter is what it was before"


def test_handles_and_lines_are_dragged_with_any_tool_and_undone(application, show, qtbot, mouse):
    show(make_exam())
    session, grid = application.session, mouse.grid
    draw_length(qtbot, mouse, L_CC, (200, 100), (200, 250))
    qtbot.keyClick(grid, Qt.Key.Key_Q)
    (before,) = on(session, L_CC)
    voi = session.state.voi_of(L_CC)
    end = mouse.over(L_CC, 200, 250)
    mouse.hover(end)
    assert session.state.measuring.hovered is not None, "it shows that it can be taken"
    assert grid.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    mouse.drag(end, mouse.over(L_CC, 300, 250))
    (changed,) = on(session, L_CC)
    scale = grid.viewports()[L_CC].scale
    assert changed.points[0] == before.points[0]
    assert changed.points[1] == pytest.approx((300, 250), abs=2 / scale)
    middle = np.mean(changed.points, axis=0)
    mouse.drag(mouse.over(L_CC, *middle), mouse.over(L_CC, middle[0] + 50, middle[1]))
    (moved,) = on(session, L_CC)
    for old, new in zip(changed.points, moved.points, strict=True):
        assert new == pytest.approx((old[0] + 50, old[1]), abs=3 / scale)
    assert session.state.voi_of(L_CC) is voi, "nothing was windowed"
    for expected in (changed, before):
        qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
        assert on(session, L_CC) == (expected,)
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert on(session, L_CC) == ()
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert on(session, L_CC) == (before,)


def test_delete_removes_the_selected_one_and_a_click_beside_it_selects_nothing(
    application, show, qtbot, mouse
):
    show(make_exam())
    session, grid = application.session, mouse.grid
    draw_length(qtbot, mouse, L_CC, (200, 100), (200, 250))
    draw_length(qtbot, mouse, L_CC, (400, 100), (400, 250))
    first, second = on(session, L_CC)
    qtbot.keyClick(grid, Qt.Key.Key_Q)
    mouse.click(mouse.over(L_CC, 200, 150))
    assert measurement_of(session.state, session.state.measuring.selected) == first
    mouse.click(mouse.over(L_CC, 300, 50))
    assert session.state.measuring.selected is None
    mouse.click(mouse.over(L_CC, 200, 150))
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert on(session, L_CC) == (second,)
    qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    assert on(session, L_CC) == (first, second)


def test_measuring_stops_no_analysis_and_keeps_its_results(application, show, qtbot, mouse):
    stopped = []
    application.controller.hands._stop_analysis = lambda: stopped.append(True)
    show(make_exam())
    draw_length(qtbot, mouse, L_CC, (200, 100), (200, 250))
    qtbot.keyClick(mouse.grid, Qt.Key.Key_Z, CONTROL)
    assert not stopped
    qtbot.keyClick(mouse.grid, Qt.Key.Key_H, CONTROL)
    assert stopped, "a mirrored image must be analysed again"


def test_a_key_hides_measurements_and_a_hidden_one_cannot_be_taken(
    application, show, qtbot, mouse
):
    show(make_exam())
    qtbot.keyClick(mouse.grid, Qt.Key.Key_M)
    empty = inked(application)
    draw_length(qtbot, mouse, R_CC, (200, 150), (200, 300))
    qtbot.keyClick(mouse.grid, Qt.Key.Key_Q)
    qtbot.keyClick(mouse.grid, Qt.Key.Key_M, SHIFT)
    assert not (inked(application) & ~empty).any()
    mouse.hover(mouse.over(R_CC, 200, 200))
    assert application.session.state.measuring.hovered is None
    qtbot.keyClick(mouse.grid, Qt.Key.Key_L)
    assert application.session.state.measuring.visible, "who measures sees what is measured"


def test_a_click_draws_nothing_and_other_exams_bring_nothing_in_hand(
    application, show, qtbot, mouse
):
    show(make_exam())
    qtbot.keyClick(mouse.grid, Qt.Key.Key_L)
    mouse.click(mouse.over(L_CC, 200, 100))
    assert on(application.session, L_CC) == ()
    qtbot.keyClick(mouse.grid, Qt.Key.Key_P, SHIFT)
    mouse.click(mouse.over(L_CC, 200, 100))
    show(make_exam("another"))
    assert application.session.state.measuring.draft is None


def test_words_can_be_declined_and_typed_again(application, show, qtbot, mouse):
    show(make_exam())
    session, grid = application.session, mouse.grid
    qtbot.keyClick(grid, Qt.Key.Key_T, SHIFT)
    mouse.click(mouse.over(L_CC, 200, 100))
    editor = QApplication.focusWidget()
    qtbot.keyClicks(editor, "ma")  # keys of actions elsewhere
    assert session.state.marks_visible
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert on(session, L_CC) == ()
    mouse.click(mouse.over(L_CC, 200, 100))
    qtbot.keyClicks(editor, "one")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClick(grid, Qt.Key.Key_Q)
    mouse.double_click(mouse.over(L_CC, 200, 100))
    assert editor.text() == "one"
    qtbot.keyClicks(editor, "two")
    grid.setFocus()
    assert [one.words for one in on(session, L_CC)] == ["two"], "a click elsewhere keeps it"
    assert session.state.layout == "2x2"


def test_measurements_follow_their_image_and_not_their_pane(application, show, qtbot, mouse):
    show(make_exam())
    session = application.session
    draw_length(qtbot, mouse, R_CC, (300, 150), (320, 350))
    application.controller.hands.show_as(R_CC, L_CC)
    moved = session.state.images[L_CC].mammogram.image_id
    assert len(measurements_on(session.state, moved)) == 1
    assert set(session.state.work.now.measurements) == {moved}


def test_a_drag_beyond_the_image_ends_at_its_edge(application, show, qtbot, mouse):
    show(make_exam())
    start = mouse.over(L_CC, 300, 100)
    qtbot.keyClick(mouse.grid, Qt.Key.Key_L)
    mouse.drag(start, QPoint(start.x(), start.y() - 2000))
    (one,) = on(application.session, L_CC)
    assert min(point[0] for point in one.points) == 0.0
