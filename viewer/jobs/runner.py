"""Background work: one long-lived thread with one worker, spoken to by numbers and values.

A job captures its inputs when it is submitted and never reads the session. Each ends in exactly
one of succeeded, failed or cancelled; a newer job ends the older one as cancelled at once, and
whatever the older one still sends is dropped. Every callback runs on the thread that owns the
runner: the worker's signals are connected to methods of the runner only, since PySide6 runs a
plain function or lambda on the worker's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from models.errors import Cancelled, FourviewError
from models.progress import CancelToken, Progress, Report
from viewer.faults import log_fault

log = logging.getLogger(__name__)

Deliver = Callable[[object], None]
Task = Callable[[Report, Deliver, CancelToken], object]


def _ignore(_: object) -> None:
    """A callback for those who do not want to know."""


def _ignore_end() -> None:
    """An ending for those who do not want to know."""


@dataclass(frozen=True, slots=True)
class Job:
    """A task and what to do, on the owner's thread, with what it says.

    Attributes
    ----------
    task : called on the worker's thread as task(report, deliver, cancel); its value is the result.
    succeeded : takes the result.  failed : takes one sentence.  cancelled : takes nothing.
    delivered : takes each partial result.  progressed : takes each `Progress`.
    """

    task: Task
    succeeded: Callable[[object], None] = _ignore
    failed: Callable[[str], None] = _ignore
    cancelled: Callable[[], None] = _ignore_end
    delivered: Callable[[object], None] = _ignore
    progressed: Callable[[Progress], None] = _ignore


class _Worker(QObject):
    """Lives on the thread; runs one task after another."""

    progressed = Signal(int, object)
    delivered = Signal(int, object)
    succeeded = Signal(int, object)
    failed = Signal(int, str)
    cancelled = Signal(int)

    @Slot(int, object, object)
    def run(self, number: int, task: Task, cancel: CancelToken) -> None:
        def report(progress: Progress) -> None:
            self.progressed.emit(number, progress)

        def deliver(item: object) -> None:
            self.delivered.emit(number, item)

        if cancel.cancelled:
            self.cancelled.emit(number)
            return
        try:
            result = task(report, deliver, cancel)
        except Cancelled:
            self.cancelled.emit(number)
        except FourviewError as error:
            self.failed.emit(number, str(error))
        except Exception as error:  # noqa: BLE001 - a bug in a task must not end the thread
            log_fault(log, "a background task failed", error)
            self.failed.emit(number, f"An internal error stopped this: {type(error).__name__}.")
        else:
            self.succeeded.emit(number, result)


class Runner(QObject):
    """Runs the newest job on a thread of its own; construct and call on the GUI thread."""

    _start = Signal(int, object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName(name)
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._start.connect(self._worker.run, Qt.ConnectionType.QueuedConnection)
        for signal, slot in (
            (self._worker.progressed, self._on_progressed),
            (self._worker.delivered, self._on_delivered),
            (self._worker.succeeded, self._on_succeeded),
            (self._worker.failed, self._on_failed),
            (self._worker.cancelled, self._on_cancelled),
        ):
            signal.connect(slot, Qt.ConnectionType.QueuedConnection)
        self._number = 0
        self._job: Job | None = None
        self._cancel = CancelToken()
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job has not ended yet."""
        return self._job is not None

    def submit(self, job: Job) -> None:
        """Run `job`; a job still running ends as cancelled now."""
        self.stop()
        self._number += 1
        self._job = job
        self._cancel = CancelToken()
        self._start.emit(self._number, job.task, self._cancel)

    def stop(self) -> None:
        """End the current job as cancelled: at once for the owner, soon on the thread."""
        job = self._take(self._number)
        if job is not None:
            self._cancel.cancel()
            job.cancelled()

    def close(self) -> None:
        """Stop, wait for the thread, never terminate it."""
        self.stop()
        self._thread.quit()
        self._thread.wait()

    def _take(self, number: int) -> Job | None:
        """The current job if `number` is its number, which thereby ends."""
        if number != self._number or self._job is None:
            return None
        job, self._job = self._job, None
        return job

    @Slot(int, object)
    def _on_progressed(self, number: int, progress: Progress) -> None:
        if number == self._number and self._job is not None:
            self._job.progressed(progress)

    @Slot(int, object)
    def _on_delivered(self, number: int, item: object) -> None:
        if number == self._number and self._job is not None:
            self._job.delivered(item)

    @Slot(int, object)
    def _on_succeeded(self, number: int, result: object) -> None:
        job = self._take(number)
        if job is not None:
            job.succeeded(result)

    @Slot(int, str)
    def _on_failed(self, number: int, reason: str) -> None:
        job = self._take(number)
        if job is not None:
            job.failed(reason)

    @Slot(int)
    def _on_cancelled(self, number: int) -> None:
        job = self._take(number)
        if job is not None:
            job.cancelled()
