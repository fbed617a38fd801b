"""A line of words that says with an ellipsis when it is cut, and whole in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

SHORTEST_PX = 48


class ElidedLabel(QLabel):
    """Plain text on one line; it asks for all its words and gives way to its neighbours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, words: str) -> None:  # noqa: N802 - Qt's name
        """Show `words`, as far as there is room."""
        super().setText(words)
        self._explain()

    @property
    def shown(self) -> str:
        """The words as far as they are seen."""
        metrics = self.fontMetrics()
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a few letters and the ellipsis."""
        whole = self.sizeHint()
        return QSize(min(SHORTEST_PX, whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """More or fewer words fit."""
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The words in the colours of the style sheet."""
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            self.shown,
            self.foregroundRole(),
        )

    def _explain(self) -> None:
        self.setToolTip("" if self.shown == self.text() else self.text())
