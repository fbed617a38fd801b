"""The words on a pane: view, state of the image, scale bar; on the air side of the breast."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.display.colours import ACCENT, MUTED, TEXT
from viewer.display.viewport import Align

MARGIN = 12
LINE = 18


@dataclass(frozen=True, slots=True)
class Caption:
    """What one pane says.

    Attributes
    ----------
    title : `R CC`; lines : (words, colour) below it.
    corner : the line in the lower corner (zoom, window).
    missing : the words in the middle of a pane without an image.
    scale_bar : (length in logical pixels, words), or None where millimetres are unknown.
    focused : the title is drawn in the accent colour.
    """

    title: str
    align: Align
    lines: tuple[tuple[str, str], ...] = ()
    corner: str = ""
    missing: str = ""
    scale_bar: tuple[float, str] | None = None
    focused: bool = False


class PaneCaption(QGraphicsItem):
    """Covers a pane; draws in logical pixels of the pane."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._caption: Caption | None = None
        self.setZValue(10)

    def show_caption(self, rect: QRectF, caption: Caption) -> None:
        """Say `caption` over `rect`, the pane in scene coordinates."""
        if rect == self._rect and caption == self._caption:
            return
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self._caption = caption
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The pane."""
        return self._rect

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw the words."""
        caption = self._caption
        if caption is None:
            return
        air_is_left = caption.align is Align.RIGHT
        side = Qt.AlignmentFlag.AlignLeft if air_is_left else Qt.AlignmentFlag.AlignRight
        inner = self._rect.adjusted(MARGIN, MARGIN - 4, -MARGIN, -MARGIN + 4)
        if caption.missing:
            painter.setFont(_font(13))
            painter.setPen(QColor(MUTED))
            painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, caption.missing)
        painter.setFont(_font(16, QFont.Weight.DemiBold))
        painter.setPen(QColor(ACCENT if caption.focused else TEXT))
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignTop, caption.title)
        painter.setFont(_font(11))
        top = inner.top() + LINE + 6
        for words, colour in caption.lines:
            painter.setPen(QColor(colour))
            line = QRectF(inner.left(), top, inner.width(), LINE)
            painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, words)
            top += LINE
        painter.setPen(QColor(MUTED))
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignBottom, caption.corner)
        if caption.scale_bar is not None:
            self._paint_scale_bar(painter, inner, caption.scale_bar, air_is_left)

    @staticmethod
    def _paint_scale_bar(
        painter: QPainter, inner: QRectF, bar: tuple[float, str], air_is_left: bool
    ) -> None:
        length, words = bar
        y = inner.bottom() - LINE - 6
        x = inner.left() if air_is_left else inner.right() - length
        painter.setPen(QPen(QColor(TEXT), 1))
        painter.drawLine(int(x), int(y), int(x + length), int(y))
        for end in (x, x + length):
            painter.drawLine(int(end), int(y - 3), int(end), int(y + 3))
        box = QRectF(inner.left(), y - LINE - 2, inner.width(), LINE)
        side = Qt.AlignmentFlag.AlignLeft if air_is_left else Qt.AlignmentFlag.AlignRight
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, words)


def _font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont()
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font
