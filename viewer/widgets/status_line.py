"""The line at the bottom: what is running, what went wrong, what one looks at."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from models import RESEARCH_USE_ONLY
from viewer.session.state import Phase, SessionState

HEIGHT = 28
MEMORY_EVERY_MS = 2000


class StatusLine(QFrame):
    """Message, cursor readout, problems with a count, memory, and the research-use line."""

    def __init__(self, problems: QAction, stop: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
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
        self._memory = QLabel()
        self._memory.setProperty("role", "muted")
        row.addWidget(self._memory)
        words = QLabel(RESEARCH_USE_ONLY)
        words.setProperty("role", "muted")
        row.addWidget(words)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start(MEMORY_EVERY_MS)
        self._show_memory()

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
        if old is None or old.problems != new.problems:
            count = len(new.problems)
            self._problems.setVisible(count > 0)
            self._problems.setText(f"{count} problem{'' if count == 1 else 's'}")

    def show_readout(self, words: str) -> None:
        """Position and value under the cursor."""
        self._readout.setText(words)

    def _show_memory(self) -> None:
        megabytes = resident_megabytes()
        self._memory.setText(f"{megabytes} MB" if megabytes else "")


def resident_megabytes() -> int:
    """Memory this process holds now, in MB; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
