"""Reading by one key: stages, tiles, what was seen at full size, and what was missed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from models.exam import L_CC, R_CC, R_MLO, STANDARD_VIEWS
from tests.phantoms import make_exam, make_mammogram, record_of
from tests.screen import image_ready
from viewer.session import staging, transitions
from viewer.session.covering import missed_cells, percent_seen, shares_seen
from viewer.widgets.coverage_watch import STAYS_MS
from viewer.widgets.palette import Palette


def large_exam(**changes):
    views = {view: make_mammogram(view, rows=1700, columns=1900) for view in STANDARD_VIEWS}
    return make_exam(views=views, **changes)


def percent(application):
    return percent_seen(shares_seen(application.session.state))


def stay(application, qtbot):
    """Leave the picture where it is for as long as an eye needs."""
    QApplication.processEvents()
    qtbot.wait(2 * STAYS_MS + 60)


def press(application, qtbot, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(application.window.grid, key, modifiers)


def test_one_key_leads_through_all_stages_and_another_back(application, show, qtbot):
    show(make_exam())
    session = application.session
    met = []
    for _ in range(8):
        press(application, qtbot, Qt.Key.Key_Space)
        place = staging.place_of(session.state)
        met.append((session.state.layout, place.stage, session.state.focus.name))
    assert met[:2] == [("cc", 1, "R-CC"), ("mlo", 2, "R-MLO")]
    assert met[2:6] == [("single", 3, view.name) for view in STANDARD_VIEWS]
    assert met[6][:2] == ("2x2", 4)
    assert session.state.marks_visible
    assert session.state.message == staging.LAST_EXAM
    press(application, qtbot, Qt.Key.Key_Backspace)
    assert (session.state.layout, session.state.focus) == ("single", STANDARD_VIEWS[-1])
    assert not session.state.marks_visible
    for _ in range(6):
        press(application, qtbot, Qt.Key.Key_Backspace)
    assert staging.place_of(session.state).stage == 0
    assert session.state.layout == "2x2"


def test_the_first_press_is_not_lost_on_a_layout_that_is_there_already(application, show, qtbot):
    show(make_exam())
    press(application, qtbot, Qt.Key.Key_4)
    press(application, qtbot, Qt.Key.Key_Space)
    assert staging.place_of(application.session.state).stage == 0, "the overview was not there"
    assert application.session.state.layout == "2x2"


def test_tiles_show_all_tissue_at_one_to_one_and_the_bar_counts_it(application, show, qtbot):
    show(large_exam())
    session, grid = application.session, application.window.grid
    assert percent(application) == 0
    application.window.stages.go_to(3)
    seen = []
    while staging.place_of(session.state).stage == 3:
        view = session.state.focus
        assert grid.viewports()[view].scale == 1.0
        seen.append(view)
        application.window.coverage.look()
        application.window.coverage.look()  # it stayed
        press(application, qtbot, Qt.Key.Key_Space)
    assert list(dict.fromkeys(seen)) == list(STANDARD_VIEWS)
    assert len(seen) > 3 * len(STANDARD_VIEWS), "large images need several tiles"
    assert percent(application) == 100
    assert "100 %" in application.window.bar.stages.text()
    press(application, qtbot, Qt.Key.Key_U)
    assert session.state.message == staging.NOTHING_MISSED


def test_what_is_flicked_past_or_shown_smaller_does_not_count(application, show, qtbot):
    show(large_exam())
    application.window.stages.go_to(3)
    for _ in range(3):
        press(application, qtbot, Qt.Key.Key_Space)
    assert percent(application) == 0, "no time passed"
    press(application, qtbot, Qt.Key.Key_1)
    press(application, qtbot, Qt.Key.Key_F)
    stay(application, qtbot)
    assert percent(application) == 0, "four panes show images smaller than 1:1"


def test_what_stays_on_the_screen_counts_by_itself(application, show, qtbot):
    show(large_exam())
    application.window.stages.go_to(3)
    qtbot.waitUntil(lambda: percent(application) > 0, timeout=3000)


def test_a_hidden_window_covers_nothing(application, show, qtbot):
    show(large_exam())
    application.window.stages.go_to(3)
    application.window.hide()
    stay(application, qtbot)
    assert percent(application) == 0
    application.window.show()


def test_tissue_behind_a_dialog_is_not_seen_and_is_again_when_it_goes(application, show, qtbot):
    show(large_exam())
    window = application.window
    window.actions_by_name["palette"].trigger()
    application.window.stages.go_to(3)
    stay(application, qtbot)
    assert percent(application) == 0
    (palette,) = window.findChildren(Palette)
    palette.reject()
    window.activateWindow()  # which a window manager does by itself
    qtbot.waitUntil(lambda: percent(application) > 0, timeout=3000)


def test_tissue_under_another_window_of_ours_is_not_seen(application, show, qtbot):
    show(large_exam())
    window = application.window
    over = QWidget(window, Qt.WindowType.Tool)
    over.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    over.setGeometry(window.geometry())
    over.show()
    window.activateWindow()
    application.window.stages.go_to(3)
    stay(application, qtbot)
    assert percent(application) == 0
    over.move(window.frameGeometry().right() + 100, 0)  # beside it, and still there
    window.coverage.look()
    window.coverage.look()
    assert percent(application) > 0
    over.close()


def test_a_minimised_window_shows_no_tissue(application, show, qtbot):
    show(large_exam())
    application.window.showMinimized()
    application.window.stages.go_to(3)
    stay(application, qtbot)
    assert percent(application) == 0
    application.window.showNormal()


def test_a_key_goes_to_what_was_missed(application, show, qtbot):
    show(large_exam())
    session, window = application.session, application.window
    window.stages.go_to(3)
    window.coverage.look()
    window.coverage.look()
    for _ in range(100):
        press(application, qtbot, Qt.Key.Key_U)
        if session.state.message == staging.NOTHING_MISSED:
            break
        assert window.grid.viewports()[session.state.focus].scale == 1.0
        window.coverage.look()
        window.coverage.look()
    assert percent(application) == 100
    assert not any(missed_cells(session.state, view).any() for view in STANDARD_VIEWS)


def test_an_image_turned_by_hand_is_to_be_seen_anew_and_undo_brings_back(application, show, qtbot):
    exam = make_exam(views={R_CC: make_mammogram(R_CC)})
    show(exam)
    application.window.stages.go_to(3)
    application.window.coverage.look()
    application.window.coverage.look()
    assert percent(application) == 100
    application.window.actions_by_name["upside_down"].trigger()
    assert percent(application) == 0
    application.window.actions_by_name["undo"].trigger()
    assert percent(application) == 100


def test_the_map_tints_tissue_that_was_not_seen_and_nothing_else(application, show, qtbot):
    show(make_exam())
    grid = application.window.grid
    plain = shot(grid)
    press(application, qtbot, Qt.Key.Key_U, Qt.KeyboardModifier.ShiftModifier)
    tinted = shot(grid)
    rect = grid._panes[R_CC].rect
    changed = np.any(plain != tinted, axis=2)
    assert changed[rect.row : rect.row + rect.height].mean() > 0.05
    air = changed[rect.row + 60 : rect.row + rect.height - 60, rect.column : rect.column + 20]
    assert not air.any()
    application.window.stages.go_to(3)
    application.window.coverage.look()
    application.window.coverage.look()
    press(application, qtbot, Qt.Key.Key_1)
    press(application, qtbot, Qt.Key.Key_R)
    partly = shot(grid)
    area = np.s_[
        rect.row + 60 : rect.row + rect.height - 60, rect.column : rect.column + rect.width
    ]
    assert np.array_equal(partly[area], plain[area]), "R CC was seen"
    left = grid._panes[L_CC].rect
    area = np.s_[
        left.row + 60 : left.row + left.height - 60, left.column : left.column + left.width
    ]
    assert not np.array_equal(partly[area], plain[area]), "L CC was not"


def shot(grid):
    QApplication.processEvents()
    image = grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def test_a_view_that_the_exam_lacks_is_passed_over(application, show, qtbot):
    show(make_exam(views={R_MLO: make_mammogram(R_MLO)}))
    application.window.stages.go_to(3)
    assert application.session.state.focus == R_MLO
    press(application, qtbot, Qt.Key.Key_Space)
    assert staging.place_of(application.session.state).stage == 4


def test_a_view_that_is_still_being_read_is_waited_for(application, qtbot):
    exam = make_exam()
    session = application.session
    session.apply(lambda s: transitions.opened(s, (record_of(exam),), ()))
    session.apply(lambda s: transitions.shown(s, 0))
    application.window.stages.go_to(3)
    assert staging.place_of(session.state) == staging.Place(3, R_CC, None)
    for mammogram in exam.mammograms.values():
        session.apply(image_ready(mammogram))
    session.apply(lambda s: transitions.all_ready(s, exam))
    press(application, qtbot, Qt.Key.Key_Space)
    assert session.state.focus == R_CC, "the view that was waited for, and not the next one"
    assert application.window.grid.viewports()[R_CC].scale == 1.0


def test_a_smaller_window_goes_on_where_it_was(application, show, qtbot):
    show(large_exam())
    window, session = application.window, application.session
    window.stages.go_to(3)
    for _ in range(2):
        press(application, qtbot, Qt.Key.Key_Space)
    before = staging.place_of(session.state)
    window.resize(1000, 660)
    QApplication.processEvents()
    press(application, qtbot, Qt.Key.Key_Backspace)
    after = staging.place_of(session.state)
    assert after.view == before.view
    assert abs(after.center[0] - before.center[0]) < 700


@pytest.mark.parametrize("key", ["next_stage", "previous_stage", "missed", "coverage_map"])
def test_without_an_exam_there_is_no_stage(application, key):
    assert not application.window.actions_by_name[key].isEnabled()
    assert not application.window.bar.stages.isVisible()
