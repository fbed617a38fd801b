"""The line at the bottom: what is running, what went wrong, what one looks at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from models import RESEARCH_USE_ONLY
from viewer.session.state import Phase, SessionState
from viewer.widgets.elided_label import ElidedLabel

HEIGHT = 28


class StatusLine(QFrame):
    """Message, cursor readout, problems with a count, and the research-use line."""

    def __init__(self, problems: QAction, stop: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        self._message = ElidedLabel()
        row.addWidget(self._message)
        self._stop = QToolButton()
        self._stop.setDefaultAction(stop)
        self._stop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row.addWidget(self._stop)
        row.addStretch(1)
        self._readout = QLabel()
        self._readout.setProperty("role", "number")
        row.addWidget(self._readout)
        self._problems = QToolButton()
        self._problems.setDefaultAction(problems)
        self._problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row.addWidget(self._problems)
        words = QLabel(RESEARCH_USE_ONLY)
        words.setProperty("role", "muted")
        row.addWidget(words)

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """The newest message; progress of a running analysis comes first."""
        analysis = new.analysis
        running = [
            (exam_id, each)
            for exam_id, each in new.analyses.items()
            if each.phase is Phase.RUNNING and each.progress is not None
        ]
        if running:
            exam_id, each = running[0]
            where = "" if exam_id == new.exam_key else " (another exam)"
            progress = each.progress
            if progress is not None:
                self._message.setText(
                    f"{progress.message}{where}  {progress.done} of {progress.total}"
                )
        elif new.loading:
            self._message.setText("Reading images…")
        elif analysis.phase in (Phase.FAILED, Phase.STOPPED) and not new.message:
            self._message.setText(f"Analysis: {analysis.reason}")
        else:
            self._message.setText(new.message)
        self._stop.setVisible(bool(running))
        if old is None or old.record is not new.record or old.problems != new.problems:
            self._count_problems(new)

    def _count_problems(self, state: SessionState) -> None:
        """Those of the exam on the screen, and of files that belong to no exam."""
        others = [each for each in state.records if each is not state.record]
        elsewhere = sum(len(each.problems) + len(each.set_aside) for each in others)
        every = len(state.problems)
        count = every if state.record is None else every - elsewhere
        self._problems.setVisible(count > 0)
        self._problems.setText(f"{count} problem{'' if count == 1 else 's'}")
        self._problems.setToolTip(f"{every} in all the opened exams (Ctrl+P)")

    def show_readout(self, words: str) -> None:
        """Position and value under the cursor."""
        self._readout.setText(words)
