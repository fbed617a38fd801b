"""What is said while reading, when no status line is there: shown for some seconds, then gone."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from viewer.session.state import SessionState

SHOWN_MS = 5000
MARGIN = 12


class ReadingNote(QLabel):
    """The newest message in the lower left corner of the panes, which is air."""

    def __init__(self, panes: QWidget) -> None:
        super().__init__(panes)
        self.setObjectName("note")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.setMargin(4)
        self.hide()
        self._panes = panes
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide)

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """Say a message that is new; say nothing outside reading mode."""
        if not new.reading or not new.message:
            self.hide()
        elif old is None or old.message != new.message:
            self.setText(new.message)
            self.adjustSize()
            self.resize(min(self.width(), self._panes.width() - 2 * MARGIN), self.height())
            self.move(MARGIN, self._panes.height() - self.height() - MARGIN)
            self.show()
            self.raise_()
            self._timer.start()
