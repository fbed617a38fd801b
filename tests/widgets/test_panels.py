"""The panels beside the images: what they tell, and what they keep until it is asked for."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QToolButton

from models.density.results import DensityKind, DensityResult
from models.errors import Problem
from models.exam import L_MLO, STANDARD_VIEWS, BreastLabels, Laterality
from models.gate import Light, Verdict
from models.mass.results import MassResult
from models.microcalcification.results import CalcificationResult
from models.progress import Progress
from models.results import Provenance
from tests.display.test_findings import calcifications
from tests.phantoms import make_exam, make_result, record_of
from viewer.jobs.tasks import exam_marks
from viewer.session import gray, transitions, trusting
from viewer.session.state import NOT_RUN, Analysis, Phase
from viewer.settings import read_settings
from viewer.widgets.about_dialog import about_dialog
from viewer.widgets.action_table import ACTIONS
from viewer.widgets.key_sheet import KeySheet
from viewer.widgets.top_bar import GROUPS


def told_truths(application) -> list[str]:
    table = application.window.evidence._scores
    return [label.text().strip() for label in table._truth.values() if label.isVisible()]


def test_the_truth_stays_hidden_until_it_is_asked_for(application, show):
    known = BreastLabels(benign=False, malignant=True)
    show(make_exam(labels={Laterality.LEFT: known}))
    actions = application.window.actions_by_name
    assert told_truths(application) == []
    actions["overlay_truth"].trigger()
    assert told_truths(application) == ["T  truth: L yes", "T  truth: L no"]
    actions["marks"].trigger()
    assert told_truths(application) == [], "hidden with all marks"
    actions["marks"].trigger()
    actions["overlay_truth"].trigger()
    assert told_truths(application) == []


def test_a_narrow_bar_keeps_the_patient_s_id_and_moves_buttons_into_a_menu(application, show):
    exam = make_exam("62354PQGRRST", date="2026-05-12")
    bar = application.window.bar
    show(exam)
    everything = {spec.text for spec in ACTIONS if spec.name in sum(map(tuple, GROUPS), ())}
    for width in (1920, 1366, 960):
        application.window.resize(width, 700)
        QApplication.processEvents()
        assert bar.width() == width
        assert bar.exam.shown == exam.title
        buttons = [each for each in bar.findChildren(QToolButton) if each.isVisible()]
        lefts = sorted((each.mapTo(bar, QPoint()).x(), each.width()) for each in buttons)
        assert all(a + b <= c for (a, b), (c, _) in pairwise(lefts)), "no two lie upon another"
        assert lefts[-1][0] + lefts[-1][1] <= width
        assert all(
            each.width() >= each.sizeHint().width()
            for each in buttons
            if each.text() == "Fourview"
        )
        seen = {each.defaultAction().text() for each in buttons if each.defaultAction()}
        moved = {action.text() for action in bar.buttons.menu.actions()} - {""}
        assert seen | moved >= everything
        assert bool(moved) == (width < 1920)


def test_words_that_find_no_room_end_in_an_ellipsis_and_are_whole_in_the_tooltip(
    application, show
):
    show(make_exam("A very long name of an exam " * 12))
    application.window.resize(960, 700)
    QApplication.processEvents()
    label = application.window.bar.exam
    assert label.shown.endswith("…")
    assert label.toolTip() == label.text()


def test_every_layout_is_in_the_menu_beside_the_buttons(application):
    words = [action.text() for action in application.window.bar._layouts.menu().actions()]
    assert {"CC over prior", "MLO over prior", "One view and back", "All four views"} <= set(words)


def test_escape_leaves_the_single_view_only_when_nothing_runs(application, show, qtbot):
    show(make_exam())
    session, grid = application.session, application.window.grid
    session.apply(lambda s: transitions.laid_out(s, "mlo"))
    qtbot.keyClick(grid, Qt.Key.Key_7)
    running = Analysis(Phase.RUNNING, Progress(0, 1, "reading"))
    session.apply(lambda s: transitions.analysis_changed(s, s.exam_key, running))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert session.state.layout == "single", "the first press stops the analysis"
    session.apply(lambda s: transitions.analysis_changed(s, s.exam_key, NOT_RUN))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert session.state.layout == "mlo"
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert session.state.layout == "mlo"


def test_the_sheet_of_keys_fits_the_screen_and_cuts_no_words(application, qtbot):
    dialog = KeySheet(application.window.actions_by_name, application.window)
    qtbot.addWidget(dialog)
    dialog.show()
    room = dialog.screen().availableSize()
    assert dialog.width() <= room.width()
    assert dialog.height() <= room.height()
    sheet = dialog.findChild(QScrollArea).widget()
    assert sheet.width() <= dialog.width()
    labels = sheet.findChildren(QLabel)
    assert any("from one view" in label.text() for label in labels), "what Esc does"
    for label in labels:
        assert label.height() >= label.heightForWidth(label.width())
        assert label.mapTo(sheet, QPoint(label.width(), 0)).x() <= sheet.width()


def test_the_list_of_exams_is_away_while_reading_until_it_is_asked_for_and_then_remembered(
    application, qtbot
):
    session, window = application.session, application.window
    records = (record_of(make_exam("one")), record_of(make_exam("two")))
    session.apply(lambda s: transitions.shown(transitions.opened(s, records, ()), 0))
    assert not window.worklist.isVisible()
    assert window.grid.width() + window.evidence.width() == window.width()
    qtbot.mouseClick(window.bar.place, Qt.MouseButton.LeftButton)
    assert window.worklist.isVisible()
    qtbot.keyClick(window.grid, Qt.Key.Key_E)
    assert not window.worklist.isVisible()
    qtbot.keyClick(window.grid, Qt.Key.Key_E)
    window.close()
    assert read_settings(application._store).worklist


def test_a_preset_is_called_the_same_in_the_box_and_below_it(application, show):
    show(make_exam())
    panel = application.window.evidence
    application.window.actions_by_name["preset_1"].trigger()
    assert panel._vois.currentIndex() == -1
    assert panel._vois.placeholderText() == "Calcifications"
    assert panel._voi.text().startswith("Calcifications")
    application.session.apply(lambda s: gray.windowed(s, s.images, 0.1, 0.1))
    assert panel._vois.placeholderText() == "Set by hand"


def test_problems_are_counted_for_the_exam_on_the_screen_and_all_are_told_in_the_tooltip(
    application,
):
    bad = tuple(Problem(f"{n}.dcm", "it is cut short") for n in range(3))
    records = tuple(
        replace(record_of(make_exam(name)), problems=some)
        for name, some in (("one", bad[:1]), ("two", bad[1:]), ("none", ()))
    )
    session, button = application.session, application.window.status._problems
    session.apply(lambda s: transitions.shown(transitions.opened(s, records, ()), 0))
    assert button.text() == "1 problem"
    assert "3 in all" in button.toolTip()
    session.apply(lambda s: transitions.shown(s, 1))
    assert button.text() == "2 problems"
    session.apply(lambda s: transitions.shown(s, 2))
    assert not button.isVisible()


def test_memory_is_told_where_it_is_looked_for_and_not_while_reading(application, qtbot):
    def said(widget):
        return " ".join(label.text() for label in widget.findChildren(QLabel))

    about = about_dialog(application.window)
    qtbot.addWidget(about)
    assert "MB" not in said(application.window.status)
    assert ("MB of memory" in said(about)) == sys.platform.startswith("linux")


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_states_scores_and_switches_are_seen_without_scrolling(application, show, size):
    exam = make_exam()
    show(exam)
    window = application.window
    window.resize(*size)
    say_everything(application, exam)
    QApplication.processEvents()
    panel = window.evidence
    inside, seen = panel.widget(), panel.viewport()
    assert inside.width() == seen.width(), "nothing is cut off at the right"
    for part in (panel._state, panel._scores, panel._rows, panel._density, panel.layers):
        top = part.mapTo(seen, QPoint(0, 0)).y()
        assert part.isVisibleTo(panel)
        assert 0 <= top <= top + part.height() <= seen.height(), part
    switches = panel.layers.findChildren(QToolButton)
    for switch in (each for each in switches if not each.isHidden()):
        assert switch.width() >= switch.sizeHint().width(), switch.text()


def say_everything(application, exam) -> None:
    """All four models have spoken, one with a caution on every view."""
    name = "Microcalcifications demo (phantoms only)"
    made = Provenance("density", name, "model.p", "a" * 64, "fp32", "cpu", "Fourview 0")
    caution = Verdict(Light.AMBER, ("Its file states no pixel spacing, so sizes are in pixels.",))
    verdicts = {
        "glam": dict.fromkeys(STANDARD_VIEWS, Verdict()),
        "density": {None: Verdict()},
        "microcalcification": dict.fromkeys(STANDARD_VIEWS, caution),
        "mass": dict.fromkeys(STANDARD_VIEWS, caution),
    }
    result = replace(
        make_result(exam),
        density=DensityResult(made, DensityKind.HISTOGRAM, (0.1, 0.6, 0.2, 0.1), {}, "Ours."),
        microcalcification=CalcificationResult(made, None, {L_MLO: calcifications()}),
        mass=MassResult(made, {}),
        verdicts=verdicts,
    )
    marks = exam_marks(exam, result)
    application.session.apply(lambda s: trusting.analysed(s, result, marks))
