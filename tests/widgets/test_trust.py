"""Reading modes in the window, and the audit log of what was seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton

from tests.phantoms import make_exam
from tests.screen import analysed
from viewer.app import Application
from viewer.preferences import Preferences
from viewer.session.kept.exam import exam_back, exam_document, parse_exam
from viewer.session.state import SessionState
from viewer.session.trust import ReadingMode
from viewer.widgets.settings_dialog import SettingsDialog

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def application(qtbot, tmp_path: Path):
    """The whole application with an audit log."""
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    application = Application(store, tmp_path / "cache", audit=tmp_path / "audit")
    application.window.resize(1280, 800)
    application.show(())
    with qtbot.waitActive(application.window):
        application.window.activateWindow()
    yield application
    if application.window.isVisible():
        application.window.close()


def lines(tmp_path: Path) -> list[dict]:
    text = (tmp_path / "audit" / "audit.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def choose(application, mode: ReadingMode) -> None:
    application.window.actions_by_name["settings"].trigger()
    (dialog,) = application.window.findChildren(SettingsDialog)
    dialog.findChildren(QRadioButton)[list(ReadingMode).index(mode)].click()
    dialog.accept()
    QApplication.processEvents()


def words_of(window) -> str:
    labels = [label.text() for label in window.findChildren(QLabel)]
    rows = [window.worklist.item(row).text() for row in range(window.worklist.count())]
    captions = [repr(pane.caption._caption) for pane in window.grid._panes.values()]
    return " ".join((*labels, *rows, *captions))


def test_nothing_of_the_models_is_seen_before_the_lock(application, show, qtbot):
    choose(application, ReadingMode.AFTER_LOCK)
    exam = make_exam()
    show(exam)
    window = application.window
    window.actions_by_name["overlay_malignant"].trigger()
    window.actions_by_name["overlay_patches"].trigger()
    before = window.grid.grab().toImage()
    application.session.apply(analysed)
    assert "0.75" not in words_of(window)
    assert "0.25" not in words_of(window)
    assert not window.evidence.strip.isVisible()
    assert window.grid.grab().toImage() == before, "not a pixel"
    assert window.bar.mode.text() == "AI after lock"
    qtbot.keyClick(window.grid, Qt.Key.Key_L, CTRL)
    assert "0.75" in words_of(window)
    assert window.evidence.strip.isVisible()
    assert window.bar.mode.text().startswith("Locked ")


def test_the_mode_is_remembered_and_told_in_the_bar(application, show, qtbot, tmp_path):
    show(make_exam())
    assert application.window.bar.mode.text() == "AI on request"
    choose(application, ReadingMode.AT_ONCE)
    assert application.window.bar.mode.text() == "AI at once"
    again = Application(application._store, tmp_path / "cache")
    assert again.session.state.trust.mode is ReadingMode.AT_ONCE
    again.window.close()


def test_the_button_in_the_bar_locks(application, show, qtbot):
    choose(application, ReadingMode.AFTER_LOCK)
    show(make_exam())
    application.window.bar.mode.click()
    assert application.session.state.trust.locked


def test_the_audit_log_tells_what_was_seen_and_when(application, show, qtbot, tmp_path):
    choose(application, ReadingMode.AFTER_LOCK)
    exam = make_exam()
    show(exam)
    grid = application.window.grid
    application.session.apply(analysed)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    qtbot.keyClick(grid, Qt.Key.Key_L, CTRL)
    qtbot.keyClick(grid, Qt.Key.Key_N)
    qtbot.keyClick(grid, Qt.Key.Key_M)
    application.window.close()
    told = lines(tmp_path)
    assert [line["event"] for line in told] == [
        *("started", "mode", "opened", "viewed", "read_in", "analysis", "stage"),
        *("locked", "ai_shown", "ai_shown", "ai_shown", "ended"),
    ]
    by_event = {line["event"]: line for line in told}
    assert by_event["stage"]["title"] == "CC pair"
    assert by_event["locked"]["seconds"] >= 0
    shown = [line["what"] for line in told if line["event"] == "ai_shown"]
    assert shown == [["scores"], ["scores", "malignant"], ["scores"]]
    assert all(line["time"].endswith("+00:00") for line in told)


def test_the_audit_log_names_nobody_unless_it_is_told_to(application, show, tmp_path):
    exam = make_exam("1.2.3.4-of-somebody")
    show(exam)
    path = tmp_path / "audit" / "audit.jsonl"
    assert "1.2.3.4" not in path.read_text()
    pseudonyms = {line["exam"] for line in lines(tmp_path) if "exam" in line}
    assert len(pseudonyms) == 1
    application.window.trust._take(Preferences(audit_names=True))
    show(exam)
    told = lines(tmp_path)
    assert told[-1]["exam_id"] == "1.2.3.4-of-somebody"
    assert told[-1]["exam"] in pseudonyms, "the same exam has the same pseudonym"
    assert "reader" in told[-1]


def test_an_export_is_logged(application, show, qtbot, tmp_path):
    show(make_exam())
    window = application.window
    from viewer.session.pages import page_of

    spec = page_of(application.session.state, window.viewports(), (400, 600), deidentified=True)
    application.controller.pictures.write(tmp_path / "page.png", spec)
    qtbot.waitUntil(lambda: lines(tmp_path)[-1]["event"] == "exported", timeout=20000)
    assert lines(tmp_path)[-1]["deidentified"] is True


def test_an_export_is_logged_for_its_exam_though_another_one_came(
    application, show, qtbot, tmp_path
):
    exam = make_exam("first")
    show(exam)
    application.session.apply(analysed)
    window = application.window
    window.actions_by_name["overlay_masses"].trigger()
    from viewer.session.pages import page_of

    spec = page_of(application.session.state, window.viewports(), (400, 600))
    application.controller.pictures.write(tmp_path / "page.png", spec)
    show(make_exam("second"))
    told = lambda what: [line for line in lines(tmp_path) if line["event"] == what]  # noqa: E731
    qtbot.waitUntil(lambda: bool(told("exported")), timeout=20000)
    first, second = told("viewed")
    assert told("exported")[0]["exam"] == first["exam"] != second["exam"]
    assert told("exported")[0]["marks"] is True, "masses are marks, too"


def test_a_folder_that_takes_no_log_stops_nothing(qtbot, tmp_path):
    (tmp_path / "file").touch()
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    application = Application(store, tmp_path / "cache", audit=tmp_path / "file" / "audit")
    application.window.close()


def test_preferences_that_are_not_sound_are_as_new():
    new = Preferences()
    for text in ("", "[]", '{"mode": "blind", "scale_percent": 7, "memory_mb": true}'):
        assert Preferences.from_json(text) == new
    chosen = Preferences(ReadingMode.AFTER_LOCK, True, 150, 400, True)
    assert Preferences.from_json(chosen.to_json()) == chosen


def test_measurements_that_are_taken_along_are_logged_without_their_names(
    application, show, tmp_path
):
    show(make_exam())
    measure = application.window.measure
    measure.write(tmp_path / "of somebody.csv")
    (tmp_path / "file").touch()
    measure.write(tmp_path / "file" / "m.json")
    measure._copy()
    told = [line for line in lines(tmp_path) if line["event"] == "exported"]
    assert [line["to"] for line in told] == ["csv", "clipboard"], (
        "what was not written is not told"
    )
    assert all(line["measurements"] == 0 and "exam" in line for line in told)
    assert "somebody" not in (tmp_path / "audit" / "audit.jsonl").read_text()


def test_the_truth_waits_for_the_lock_and_a_change_of_the_mode_reveals_nothing(
    application, show, qtbot, tmp_path
):
    exam = make_exam()
    show(exam)
    window = application.window
    choose(application, ReadingMode.AFTER_LOCK)
    before = window.grid.grab().toImage()
    qtbot.keyClick(window.grid, Qt.Key.Key_T)
    assert window.grid.grab().toImage() == before, "not a pixel"
    assert "Ctrl+L" in application.session.state.message
    application.session.apply(analysed)
    choose(application, ReadingMode.ON_REQUEST)
    assert "0.75" not in words_of(window)
    assert window.bar.mode.text() == "AI after lock", "of this exam"
    assert window.actions_by_name["lock"].isEnabled()
    window.actions_by_name["reveal"].trigger()
    assert "0.75" in words_of(window)
    qtbot.keyClick(window.grid, Qt.Key.Key_T)
    assert application.session.state.overlays.truth
    told = [line["event"] for line in lines(tmp_path)]
    assert told.index("revealed") < told.index("ai_shown")


def test_what_is_held_back_comes_back_held_back(application, show):
    exam = make_exam()
    show(exam)
    choose(application, ReadingMode.AFTER_LOCK)
    state = application.session.state
    document = parse_exam(exam_document(state, "digest"))
    fresh = exam_back(SessionState(records=state.records, index=0), "phantom", document)
    assert fresh.trust.mode is ReadingMode.ON_REQUEST
    assert fresh.trust.withholds("phantom")
