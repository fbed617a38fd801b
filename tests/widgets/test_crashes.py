"""After an error or a crash the reader learns what is known, can save it, and goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from viewer.crash_desk import CrashDesk
from viewer.widgets.crash_dialog import ERROR, CrashDialog


@pytest.fixture
def desk(application) -> CrashDesk:
    return CrashDesk(application.window)


def dialogs(desk: CrashDesk) -> list[CrashDialog]:
    return desk.parent().findChildren(CrashDialog)


def press(qtbot, dialog: CrashDialog, words: str) -> None:
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_error_is_told_and_reading_goes_on(desk, application, qtbot) -> None:
    desk.tell_error("the report")
    (dialog,) = dialogs(desk)
    assert not dialog.isModal()
    assert dialog._text.toPlainText() == "the report"
    press(qtbot, dialog, "Go on")
    qtbot.waitUntil(lambda: dialogs(desk) == [])
    assert application.window.isVisible()


def test_one_report_at_a_time(desk, qtbot) -> None:
    desk.tell_error("first")
    desk.tell_error("second")
    qtbot.waitUntil(lambda: len(dialogs(desk)) == 1)
    press(qtbot, dialogs(desk)[0], "Go on")
    qtbot.waitUntil(lambda: dialogs(desk) == [])
    desk.tell_error("third")
    assert dialogs(desk)[0]._text.toPlainText() == "third"


def test_a_crash_is_told_with_its_last_words(desk, qtbot) -> None:
    desk.tell_crash("Fatal Python error: Aborted")
    (dialog,) = dialogs(desk)
    assert "Fatal Python error: Aborted" in dialog._text.toPlainText()
    words = [each.text() for each in dialog.findChildren(QPushButton)]
    assert words == ["Save report…", "Copy", "Go on"]


def test_a_report_is_saved_and_copied(qtbot, tmp_path: Path) -> None:
    dialog = CrashDialog(ERROR, "the report · äöü")
    qtbot.addWidget(dialog)
    dialog.save(tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == "the report · äöü"
    press(qtbot, dialog, "Copy")
    assert QApplication.clipboard().text() == "the report · äöü"


@pytest.mark.skipif(os.name == "nt", reason="a folder in place of the file")
def test_a_report_that_cannot_be_saved_says_why(qtbot, tmp_path: Path) -> None:
    dialog = CrashDialog(ERROR, "the report")
    qtbot.addWidget(dialog)
    dialog.save(tmp_path)
    assert "could not be written" in dialog._fault.text()
    assert not dialog._fault.isHidden()
