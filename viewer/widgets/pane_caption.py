"""The words on a pane: view, state of the image, scale bar; on the air side of the breast."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.display.colours import ACCENT, MUTED, TEXT
from viewer.display.viewport import Align

MARGIN = 12
TITLE_PX, LINE_PX, MISSING_PX = 16, 11, 13
HALO = QColor(0, 0, 0, 210)
REACH = 1.5
KEPT = 64


@dataclass(frozen=True, slots=True)
class Caption:
    """What one pane says.

    Attributes
    ----------
    title : `R CC`; lines : (words, colour) below it.
    corner : the line in the lower corner (zoom, window).
    missing : the words in the middle of a pane without an image.
    scale_bar : (length in logical pixels, words), or None where none has room.
    size : (words, colour) above the scale bar.
    focused : the title is drawn in the accent colour.
    """

    title: str
    align: Align
    lines: tuple[tuple[str, str], ...] = ()
    corner: str = ""
    missing: str = ""
    scale_bar: tuple[float, str] | None = None
    focused: bool = False
    size: tuple[tuple[str, str], ...] = ()


class PaneCaption(QGraphicsItem):
    """Covers a pane; draws in logical pixels of the pane."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._caption: Caption | None = None
        self._words: dict[tuple[str, str, int, float], QPixmap] = {}
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
        left = caption.align is Align.RIGHT  # the air is on the left
        inner = self._rect.adjusted(MARGIN, MARGIN - 4, -MARGIN, -MARGIN + 4)
        if caption.missing:
            words = self._drawn(painter, caption.missing, MUTED, MISSING_PX)
            painter.drawPixmap(self._rect.center() - _size(words) / 2, words)
        title = self._drawn(painter, caption.title, ACCENT if caption.focused else TEXT, TITLE_PX)
        top = self._put(painter, title, inner, inner.top(), left)
        for line, colour in caption.lines:
            words = self._drawn(painter, line, colour, LINE_PX)
            top = self._put(painter, words, inner, top, left)
        corner = self._drawn(painter, caption.corner, TEXT, LINE_PX)
        foot = inner.bottom() - _size(corner).y()
        self._put(painter, corner, inner, foot, left)
        if caption.scale_bar is not None:
            length, label = caption.scale_bar
            y = foot - 6
            _paint_bar(painter, inner.left() if left else inner.right() - length, y, length)
            words = self._drawn(painter, label, TEXT, LINE_PX)
            foot = y - 4 - _size(words).y()
            self._put(painter, words, inner, foot, left)
        for line, colour in reversed(caption.size):
            words = self._drawn(painter, line, colour, LINE_PX)
            foot -= _size(words).y()
            self._put(painter, words, inner, foot, left)

    @staticmethod
    def _put(painter: QPainter, words: QPixmap, inner: QRectF, top: float, left: bool) -> float:
        """Draw on the air side; returns where the next line begins."""
        size = _size(words)
        painter.drawPixmap(QPointF(inner.left() if left else inner.right() - size.x(), top), words)
        return top + size.y()

    def _drawn(self, painter: QPainter, words: str, colour: str, size_px: int) -> QPixmap:
        """Words with a dark rim, readable over bright tissue; kept, as drawing them is slow."""
        ratio = painter.device().devicePixelRatio()
        key = (words, colour, size_px, ratio)
        if key not in self._words:
            if len(self._words) >= KEPT:
                self._words.clear()
            self._words[key] = _draw_words(*key)
        return self._words[key]


def _draw_words(words: str, colour: str, size_px: int, ratio: float) -> QPixmap:
    font = QFont()
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight.DemiBold if size_px == TITLE_PX else QFont.Weight.Normal)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(words) + 2 * REACH, metrics.height() + 2 * REACH
    pixmap = QPixmap(max(1, round(width * ratio)), max(1, round((height + 1) * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setFont(font)
    at = QPointF(REACH, REACH + metrics.ascent())
    painter.setPen(HALO)
    for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
        painter.drawText(at + QPointF(dx, dy), words)
    painter.setPen(QColor(colour))
    painter.drawText(at, words)
    painter.end()
    return pixmap


def _size(pixmap: QPixmap) -> QPointF:
    size = pixmap.deviceIndependentSize()
    return QPointF(size.width(), size.height())


def _paint_bar(painter: QPainter, x: float, y: float, length: float) -> None:
    for colour, width in ((HALO, 3), (QColor(TEXT), 1)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(x, y), QPointF(x + length, y))
        for end in (x, x + length):
            painter.drawLine(QPointF(end, y - 3), QPointF(end, y + 3))
