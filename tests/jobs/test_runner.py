"""What jobs promise: one ending each, on the owner's thread, the newest one only."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread

from models.errors import Cancelled, ModelError
from models.progress import Progress
from viewer.jobs.runner import Job, Runner


@pytest.fixture
def runner(qtbot):
    runner = Runner("test")
    yield runner
    runner.close()


class Log:
    """Collects what a job said, and on which thread."""

    def __init__(self):
        self.said = []
        self.threads = set()

    def job(self, task):
        return Job(
            task,
            succeeded=self.note("succeeded"),
            failed=self.note("failed"),
            cancelled=lambda: self.note("cancelled")(None),
            delivered=self.note("delivered"),
            progressed=self.note("progressed"),
        )

    def note(self, word):
        def noted(value):
            self.threads.add(QThread.currentThread())
            self.said.append((word, value))

        return noted

    @property
    def endings(self):
        return [w for w, _ in self.said if w in ("succeeded", "failed", "cancelled")]


def test_a_job_delivers_and_succeeds_on_the_owners_thread(runner, qtbot):
    log = Log()

    def task(report, deliver, cancel):
        report(Progress(1, 2, "half"))
        deliver("part")
        return threading.get_ident()

    runner.submit(log.job(task))
    qtbot.waitUntil(lambda: bool(log.endings))
    assert [word for word, _ in log.said] == ["progressed", "delivered", "succeeded"]
    assert log.said[-1][1] != threading.get_ident(), "the task itself ran elsewhere"
    assert log.threads == {QThread.currentThread()}
    assert not runner.busy


def test_a_foreseen_failure_crosses_as_its_sentence(runner, qtbot):
    log = Log()

    def task(report, deliver, cancel):
        raise ModelError("The weights are missing.")

    runner.submit(log.job(task))
    qtbot.waitUntil(lambda: bool(log.endings))
    assert log.said == [("failed", "The weights are missing.")]


def test_a_bug_in_a_task_ends_that_job_only(runner, qtbot, caplog):
    log = Log()

    patient = "secret of a patient"

    def broken(report, deliver, cancel):
        raise ValueError(patient)

    runner.submit(log.job(broken))
    qtbot.waitUntil(lambda: bool(log.endings))
    assert log.endings == ["failed"]
    assert "secret" not in log.said[0][1]
    assert "secret" not in caplog.text
    assert "ValueError" in caplog.text
    assert "test_runner.py" in caplog.text, "where it happened"
    runner.submit(log.job(lambda report, deliver, cancel: "fine"))
    qtbot.waitUntil(lambda: len(log.endings) == 2)
    assert log.said[-1] == ("succeeded", "fine")


def test_stop_ends_a_job_at_once_and_asks_its_task_to_stop(runner, qtbot):
    log, started, stopped = Log(), threading.Event(), threading.Event()

    def task(report, deliver, cancel):
        started.set()
        while not cancel.cancelled:
            threading.Event().wait(0.005)
        stopped.set()
        raise Cancelled

    runner.submit(log.job(task))
    qtbot.waitUntil(started.is_set)
    runner.stop()
    assert log.endings == ["cancelled"]
    qtbot.waitUntil(stopped.is_set)
    assert log.endings == ["cancelled"], "the task's own ending is not told again"


def test_a_newer_job_silences_the_older_one(runner, qtbot):
    old, new, go = Log(), Log(), threading.Event()

    def stubborn(report, deliver, cancel):
        go.wait(5)  # does not look at `cancel`
        deliver("too late")
        return "too late"

    runner.submit(old.job(stubborn))
    runner.submit(new.job(lambda report, deliver, cancel: "new"))
    go.set()
    qtbot.waitUntil(lambda: bool(new.endings))
    assert old.said == [("cancelled", None)]
    assert new.said == [("succeeded", "new")]


def test_closing_waits_for_the_task_and_leaves_no_thread(qtbot):
    runner, started, finished = Runner("test"), threading.Event(), threading.Event()

    def task(report, deliver, cancel):
        started.set()
        while not cancel.cancelled:
            threading.Event().wait(0.005)
        finished.set()
        raise Cancelled

    runner.submit(Job(task))
    qtbot.waitUntil(started.is_set)
    runner.close()
    assert finished.is_set()
    assert runner._thread.isFinished()
