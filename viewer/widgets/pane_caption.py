"""Draws the words of a pane: view, patient, state of the image, scale bar."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.display.colours import MUTED, TEXT
from viewer.display.words import Placement
from viewer.export.caption import Caption

MARGIN = 12
TITLE_PX, LINE_PX, MISSING_PX = 16, 11, 13
HALO, GROUND = QColor(0, 0, 0, 210), QColor(0, 0, 0, 200)
REACH = 1.5
KEPT, MEASURED = 256, 1024


class Letters:
    """Qt's typeface in logical pixels, for all panes, as linked ones say the same."""

    def __init__(self) -> None:
        self._metrics = {large: QFontMetricsF(_font(large)) for large in (False, True)}
        self._heights = {
            large: metrics.height() + 2.0 * REACH for large, metrics in self._metrics.items()
        }
        self._widths: dict[tuple[str, bool], float] = {}
        self._drawn: dict[tuple[str, str, int, float], QPixmap] = {}

    def width(self, text: str, *, large: bool) -> float:
        """Of a line; remembered, since every frame of a drag asks for the same lines."""
        found = self._widths.get((text, large))
        if found is None:
            if len(self._widths) >= MEASURED:
                self._widths.clear()
            found = self._widths[text, large] = self._metrics[large].horizontalAdvance(text)
        return found

    def height(self, *, large: bool) -> float:
        """From one row to the next."""
        return self._heights[large]

    def drawn(self, words: str, colour: str, size_px: int, ratio: float) -> QPixmap:
        """Words with a dark rim, readable over bright tissue; kept, as drawing them is slow."""
        key = (words, colour, size_px, ratio)
        if key not in self._drawn:
            if len(self._drawn) >= KEPT:
                self._drawn.clear()
            self._drawn[key] = _draw_words(*key)
        return self._drawn[key]


class PaneCaption(QGraphicsItem):
    """Covers a pane; draws in logical pixels of the pane."""

    def __init__(self, letters: Letters) -> None:
        super().__init__()
        self._rect = QRectF()
        self._caption: Caption | None = None
        self._placement = Placement()
        self._letters = letters
        self.setZValue(10)

    def show_caption(self, rect: QRectF, caption: Caption) -> None:
        """Say `caption` over `rect`, the pane in scene coordinates."""
        if rect == self._rect and caption == self._caption:
            return
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self._caption = caption
        self._placement = caption.placed((rect.height(), rect.width()), MARGIN, self._letters)
        self.update()

    @property
    def placement(self) -> Placement:
        """Where its words stand, in logical pixels of the pane."""
        return self._placement

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
        if caption.missing:
            self._paint_missing(painter, caption.missing)
        corner = self._rect.topLeft()
        for row in self._placement.rows:
            at = corner + QPointF(row.x, row.y)
            if row.on_tissue:
                ground = QRectF(at, QSizeF(row.width, row.height)).adjusted(-4, 0, 4, 0)
                painter.fillRect(ground, GROUND)
            size_px = TITLE_PX if row.large else LINE_PX
            ratio = painter.device().devicePixelRatio()
            words = self._letters.drawn(row.text, row.colour, size_px, ratio)
            painter.drawPixmap(at - QPointF(REACH, 0), words)
        bar = self._placement.bar
        if bar is not None:
            _paint_bar(painter, corner.x() + bar.x, corner.y() + bar.y, bar.length)

    def _paint_missing(self, painter: QPainter, words: str) -> None:
        """In the middle of the pane, in as many rows as it takes."""
        font = QFont()
        font.setPixelSize(MISSING_PX)
        painter.setFont(font)
        painter.setPen(QColor(MUTED))
        inner = self._rect.adjusted(MARGIN, 0, -MARGIN, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)


def _font(large: bool) -> QFont:
    font = QFont()
    font.setPixelSize(TITLE_PX if large else LINE_PX)
    font.setWeight(QFont.Weight.DemiBold if large else QFont.Weight.Normal)
    return font


def _draw_words(words: str, colour: str, size_px: int, ratio: float) -> QPixmap:
    font = _font(size_px == TITLE_PX)
    font.setPixelSize(size_px)
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


def _paint_bar(painter: QPainter, x: float, y: float, length: float) -> None:
    """A line with a tick at each end, light in a dark rim."""
    left, right, middle = round(x), round(x + length), round(y)
    for colour, rim in ((HALO, 1), (QColor(TEXT), 0)):
        wide = 1 + 2 * rim
        painter.fillRect(left - rim, middle - rim, right - left + wide, wide, colour)
        for end in (left, right):
            for top in (middle - 3 - rim, middle + 1 + rim):
                painter.fillRect(end - rim, top, wide, 3, colour)
