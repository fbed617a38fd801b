"""The strip across the top of the window that nobody can miss: what makes an exam doubtful."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from viewer.session.state import SessionState


class AlarmBar(QLabel):
    """Red, with the alarm of the exam on the screen; not there while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "alarm")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAccessibleName("Alarm")
        self.hide()

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """Draw what changed."""
        if old is not None and old.record is new.record:
            return
        alarm = "" if new.record is None else new.record.alarm
        self.setText(f"{alarm} See Problems before reading." if alarm else "")
        self.setVisible(bool(alarm))
