"""Errors that nobody foresaw are told with their place, and never with their words."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer

from viewer import facts
from viewer.fault_watch import FaultWatch
from viewer.faults import report, way_of

PATIENT = "DOE^JANE"


def _caught() -> Exception:
    def open_exam() -> None:
        try:
            {}[PATIENT]
        except KeyError as cause:
            raise RuntimeError(f"cannot open the exam of {PATIENT}") from cause

    try:
        open_exam()
    except RuntimeError as error:
        return error
    raise LookupError("never reached")


@pytest.fixture
def watch(qtbot):
    watch = FaultWatch()
    watch.start()
    yield watch
    watch.stop()


def test_a_report_says_what_and_where_and_what_it_came_from() -> None:
    text = report(way_of(_caught()))
    for words in ("builtins.RuntimeError", "builtins.KeyError", "open_exam", "test_faults.py"):
        assert words in text
    for name in facts.LIBRARIES:
        assert name in text
    assert facts.program()["version"] in text


def test_a_report_never_has_the_words_of_the_error() -> None:
    assert PATIENT not in report(way_of(_caught()))


def test_a_report_does_not_name_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/jane.doe"))
    assert "jane" not in report('File "/home/jane.doe/fourview/viewer/app.py", line 1')


def test_an_error_in_a_slot_is_told_and_the_window_goes_on(qtbot, watch, caplog) -> None:
    def fail() -> None:
        raise RuntimeError(PATIENT)

    owner = QObject()
    with qtbot.captureExceptions() as seen:
        watch.start()  # pytest-qt has put its own hook in between
        with qtbot.waitSignal(watch.met) as told:
            QTimer.singleShot(0, owner, fail)
    assert seen == []
    assert "RuntimeError" in told.args[0]
    assert PATIENT not in told.args[0] + caplog.text
    assert "an error that nobody caught: RuntimeError" in caplog.text


def test_an_error_on_another_thread_is_told_too(qtbot, watch) -> None:
    with qtbot.waitSignal(watch.met) as told:
        thread = threading.Thread(target=_raise_on_thread)
        thread.start()
        thread.join()
    assert "_raise_on_thread" in told.args[0]


def _raise_on_thread() -> None:
    raise RuntimeError(PATIENT)


def test_the_same_error_again_is_logged_but_told_once(watch, caplog) -> None:
    heard: list[str] = []
    watch.met.connect(heard.append)
    for _ in range(3):
        try:
            _raise_on_thread()
        except RuntimeError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    assert len(heard) == 1
    assert caplog.text.count("an error that nobody caught") == 3


def test_stopping_by_hand_is_no_fault(qtbot, caplog, monkeypatch: pytest.MonkeyPatch) -> None:
    passed_on: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: passed_on.append(kind))
    watch = FaultWatch()
    heard: list[str] = []
    watch.met.connect(heard.append)
    watch.start()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    watch.stop()
    assert passed_on == [KeyboardInterrupt]
    assert heard == []
    assert caplog.text == ""


def test_the_hooks_are_given_back() -> None:
    before = (sys.excepthook, threading.excepthook)
    watch = FaultWatch()
    watch.start()
    assert sys.excepthook != before[0]
    watch.stop()
    assert (sys.excepthook, threading.excepthook) == before
