"""Finds out in the background why clusters of the exam on the screen have their scores."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from models.microcalcification.explaining import ScoredCluster
from models.progress import Progress
from viewer.jobs.explain_tasks import Reason, ReasonWanted, find_reason
from viewer.jobs.runner import Job
from viewer.session.aside import Aside
from viewer.session.session import Session
from viewer.session.state import SessionState


class Reasons(Aside):
    """An answer to a question whose exam or results have left the screen is dropped.

    Parameters
    ----------
    demos : the weights that read phantoms, by the id of their model.
    """

    found = Signal(object)  # Reason
    progressed = Signal(object)  # Progress
    failed = Signal(str)  # why there is none

    def __init__(
        self, session: Session, demos: Mapping[str, Path], parent: QObject | None = None
    ) -> None:
        super().__init__("reasons", parent)
        self._session = session
        self._demos = demos

    def find(self, cluster: ScoredCluster) -> None:
        """Ask why a cluster of the exam on the screen has its score."""
        state = self._session.state
        if state.exam is None or state.result is None:
            return
        threads = max(1, (os.cpu_count() or 2) - 1)
        wanted = ReasonWanted(state.exam, state.result, cluster, state.model, self._demos, threads)
        self.submit(
            Job(
                partial(find_reason, wanted),
                succeeded=self._take,
                failed=partial(self._fail, wanted),
                progressed=partial(self._tell, wanted),
            )
        )

    def _take(self, reason: object) -> None:
        if isinstance(reason, Reason) and is_of(reason.wanted, self._session.state):
            self.found.emit(reason)

    def _fail(self, wanted: ReasonWanted, why: str) -> None:
        if is_of(wanted, self._session.state):
            self.failed.emit(why)

    def _tell(self, wanted: ReasonWanted, progress: Progress) -> None:
        if is_of(wanted, self._session.state):
            self.progressed.emit(progress)


def is_of(wanted: ReasonWanted, state: SessionState) -> bool:
    """Whether a question is of the very images and results that are on the screen."""
    return wanted.exam is state.exam and wanted.result is state.result
