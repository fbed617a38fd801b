"""What few readers ask for, on a thread of its own that starts with the first time."""

from __future__ import annotations

from PySide6.QtCore import QObject

from viewer.jobs.runner import Job, Runner


class Aside(QObject):
    """One thing at a time: an analysis neither waits nor stops, nor does the reader wait for
    the exams that are queued.

    Parameters
    ----------
    name : of the thread.
    """

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._runner: Runner | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._runner is not None and self._runner.busy

    def submit(self, job: Job) -> None:
        """Do this, and nothing that was asked for before."""
        if self._runner is None:
            self._runner = Runner(self._name, self)
        self._runner.submit(job)

    def stop(self) -> None:
        """Nobody wants to know any longer."""
        if self._runner is not None:
            self._runner.stop()

    def close(self) -> None:
        """Stop and wait for the thread, if there is one."""
        if self._runner is not None:
            self._runner.close()
