"""Keeps the page on the screen in a file, so that a crash loses nothing that a reader set up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer

from models.exam import Exam
from models.progress import CancelToken, Report
from models.results import ExamResult
from viewer.export.context import page_context
from viewer.export.page import PageSpec
from viewer.export.png import write_png
from viewer.jobs.runner import Job, Runner
from viewer.jobs.tasks import Deliver
from viewer.session.session import Session
from viewer.session.state import SessionState

AFTER_MS = 1500  # of quiet: while windows and panes are moved, nothing is written


class PageKeeper(QObject):
    """Writes a picture of one pixel that opens the page again, as every exported picture does.

    Parameters
    ----------
    page : what is on the screen now.
    path : the picture; `close` removes it.
    """

    def __init__(
        self,
        session: Session,
        page: Callable[[], PageSpec],
        path: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._page, self._path = session, page, path
        self._runner = Runner("keeping", self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._keep)
        session.changed.connect(self._wait)

    def _wait(self, old: SessionState, new: SessionState) -> None:
        """Write once nothing has changed for a while."""
        del old, new
        self._timer.start()

    def _keep(self) -> None:
        state = self._session.state
        if state.exam is not None and state.images:
            task = partial(
                keep_page, self._path, state.exam, state.result, self._page(), state.opened
            )
            self._runner.submit(Job(task))  # where nothing can be written, nothing is kept

    def close(self) -> None:
        """The session ends well: forget it."""
        self._timer.stop()
        self._runner.close()
        self._path.unlink(missing_ok=True)


def keep_page(
    path: Path,
    exam: Exam,
    result: ExamResult | None,
    spec: PageSpec,
    opened: tuple[Path, ...],
    report: Report,
    deliver: Deliver,
    cancel: CancelToken,
) -> None:
    """Write what leads back to a page; raises ExportError."""
    del report, deliver, cancel  # a few milliseconds
    write_png(path, np.zeros((1, 1, 3), np.uint8), page_context(exam, result, spec, opened))
