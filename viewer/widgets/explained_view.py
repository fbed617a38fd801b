"""The pictures that explain a score, drawn as large as there is room, in device pixels."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.display.explained import ShownExplanation, panes, panes_size, side_for


class ExplainedView(QWidget):
    """Region, Grad-CAM and Shapley values side by side; black without any."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Region, Grad-CAM and Shapley values")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(720, 340)
        self._shown: ShownExplanation | None = None

    @property
    def shown(self) -> ShownExplanation | None:
        """What is drawn."""
        return self._shown

    def show_explanation(self, shown: ShownExplanation | None) -> None:
        """Draw another one, or nothing."""
        self._shown = shown
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As large as fits, in the middle."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        if self._shown is not None:
            ratio = self.devicePixelRatioF()
            height, width = round(self.height() * ratio), round(self.width() * ratio)
            text_px = max(8, round(self.fontInfo().pixelSize() * ratio))
            side = side_for(self._shown, height, width, text_px)
            drawn = panes(self._shown, side, text_px)
            rows, columns = panes_size(self._shown, side, text_px)
            image = QImage(
                drawn.data, columns, rows, drawn.strides[0], QImage.Format.Format_BGR888
            )
            image.setDevicePixelRatio(ratio)
            at = QPointF(max(0, (width - columns) // 2), max(0, (height - rows) // 2)) / ratio
            painter.drawImage(at, image)
        painter.end()
