"""The line at the bottom: what is running, what went wrong, what one looks at."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from models import RESEARCH_USE_ONLY
from viewer.session.key_words import keyed
from viewer.session.state import Phase, SessionState
from viewer.session.waiting import is_waiting, words_of
from viewer.widgets.elided_label import ElidedLabel

HEIGHT = 28


class StatusLine(QFrame):
    """Message, cursor readout, problems with a count, and the research-use line."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        self._message = ElidedLabel()
        row.addWidget(self._message)
        self._stop, self._stop_all, self._problems = (
            _button(actions[name]) for name in ("stop", "stop_all", "problems")
        )
        row.addWidget(self._stop)
        row.addWidget(self._stop_all)
        row.addStretch(1)
        self._readout = QLabel()
        self._readout.setProperty("role", "number")
        row.addWidget(self._readout)
        row.addWidget(self._problems)
        words = QLabel(RESEARCH_USE_ONLY)
        words.setProperty("role", "muted")
        row.addWidget(words)

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """The newest message, and what is being analysed."""
        analysis = new.analysis
        running = words_of(new)
        own = is_waiting(new, new.exam_key)
        if running:  # for minutes, maybe: what is said meanwhile must be seen
            self._message.setText("   ".join(filter(None, (new.message, running))))
        elif new.loading:
            self._message.setText("Reading images…")
        elif analysis.phase in (Phase.FAILED, Phase.STOPPED) and not new.message:
            self._message.setText(f"Analysis: {keyed(analysis.reason, new.keys)}")
        else:
            self._message.setText(new.message)
        self._stop.setVisible(own)
        self._stop_all.setVisible(bool(new.queue) or (bool(running) and not own))
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
        where = f"{every} in all the opened exams ({{problems}})"
        self._problems.setToolTip(keyed(where, state.keys))

    def show_readout(self, words: str) -> None:
        """Position and value under the cursor."""
        self._readout.setText(words)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button
