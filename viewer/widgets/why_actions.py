"""Opens the window that says why a cluster has its score, and keeps it at the exam on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from models.microcalcification.explaining import ScoredCluster, scored
from models.progress import Progress
from viewer.jobs.explain_tasks import Reason
from viewer.session.findings import ListedFinding
from viewer.session.reason_words import nothing_to_explain
from viewer.session.reasons import Reasons
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.widgets.finding_list import FindingList
from viewer.widgets.why_window import WhyWindow


class WhyActions(QObject):
    """One window at most; what it shows is of the exam and the results on the screen only.

    `exported` fires with the exam's id and what was taken along: {"explanation", "view", "to"}.
    """

    exported = Signal(str, object)

    def __init__(self, session: Session, reasons: Reasons, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._reasons, self._window = session, reasons, window
        self._shown: WhyWindow | None = None
        self._list: FindingList | None = None
        reasons.found.connect(self._take)
        reasons.failed.connect(self._fail)
        reasons.progressed.connect(self._tell)
        session.changed.connect(self._on_changed)

    def serve(self, findings: FindingList) -> None:
        """Answer questions of this list, and for the line that is chosen in it."""
        self._list = findings
        findings.why_wanted.connect(self._show_finding)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What the action does."""
        return {"why_score": self._show}

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Where there is nothing to explain, the window says why."""
        actions["why_score"].setEnabled(state.exam is not None)

    def _show(self) -> None:
        self._show_finding(None if self._list is None else self._list.current)

    def _show_finding(self, finding: ListedFinding | None) -> None:
        if self._shown is None:
            self._shown = WhyWindow(self._window)
            self._shown.cluster_wanted.connect(self._reasons.find)
            self._shown.taken.connect(self._note)
            self._shown.destroyed.connect(self._forget)
        self._ask(finding)
        self._shown.show()
        self._shown.raise_()
        self._shown.activateWindow()

    def _forget(self) -> None:
        self._shown = None
        self._reasons.stop()

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if self._shown is not None and _decides(old) != _decides(new):
            self._ask(None)

    def _ask(self, finding: ListedFinding | None) -> None:
        """Of a finding; else of the cluster that was asked for before, or the first in sight."""
        if self._shown is None:
            return
        self._reasons.stop()
        state, before = self._session.state, self._shown.chosen
        title = "" if state.record is None else state.record.title
        why_not = nothing_to_explain(state)
        found = scored(state.result.microcalcification) if state.result and not why_not else ()
        if not found:
            self._shown.wait(title, why_not)
            return
        wanted = next((each for each in found if _is(each, finding)), None)
        if wanted is None and before in found:
            wanted = before
        if wanted is None:
            wanted = min(found, key=lambda each: each.view is not state.focus)
        self._shown.offer(title, found, wanted)

    def _take(self, reason: object) -> None:
        if self._shown is not None and isinstance(reason, Reason):
            self._shown.show_reason(reason)

    def _fail(self, why: str) -> None:
        if self._shown is not None:
            self._shown.fail(why)

    def _tell(self, progress: object) -> None:
        if self._shown is not None and isinstance(progress, Progress):
            self._shown.show_progress(progress)

    def _note(self, where: str) -> None:
        cluster = None if self._shown is None else self._shown.chosen
        if cluster is not None:
            facts = {"explanation": cluster.label, "view": cluster.view.name, "to": where}
            self.exported.emit(self._session.state.exam_key, facts)


def _is(cluster: ScoredCluster, finding: ListedFinding | None) -> bool:
    """Whether a line of the list is that of a cluster."""
    return finding is not None and (finding.label, finding.target[0]) == (
        cluster.label,
        cluster.view,
    )


def _decides(state: SessionState) -> tuple[object, ...]:
    """All that the answer depends on; exams and results count as the very objects they are."""
    trust = state.trust.withholds(state.exam_key)
    return id(state.exam), id(state.result), state.exam_key, state.model, trust, state.keys
