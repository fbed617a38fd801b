"""Draws the strip over a pane: a prior's date, the reason of a tray image, a doubt of the side."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.display.strip import Strip

TEXT_PX = 13
MARGIN = 12


class PaneStrip(QGraphicsItem):
    """One line of words across the top of a pane."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._strip: Strip | None = None
        self.setZValue(11)

    def show_strip(self, rect: QRectF, strip: Strip | None) -> None:
        """Say `strip` in `rect`, scene coordinates; None hides it."""
        if rect != self._rect:
            self.prepareGeometryChange()
        self._rect, self._strip = rect, strip
        self.setVisible(strip is not None)
        self.setToolTip("" if strip is None else strip.words)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The strip."""
        return self._rect

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw as many of the words as there is room for."""
        if self._strip is None:
            return
        painter.fillRect(self._rect, QColor(self._strip.ground))
        font = QFont()
        font.setPixelSize(TEXT_PX)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self._strip.ink))
        inner = self._rect.adjusted(MARGIN, 0, -MARGIN, 0)
        letters = QFontMetricsF(font)
        words = self._strip.fitting(letters.horizontalAdvance, inner.width())
        words = letters.elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, words)
