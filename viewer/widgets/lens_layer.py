"""Draws the lens over a pane: a part of an image by the same painter that draws the pane."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from models.geometry import Box
from viewer.display.colours import LINE, TEXT, WARNING
from viewer.display.signs import LETTER_PX, nipple_sign, sign_pixels
from viewer.session.lenses import Lens, lens_in
from viewer.session.nipples import nipple_of
from viewer.widgets.content_painter import ContentPainter
from viewer.widgets.pane_content import PaneContent, content_of
from viewer.widgets.pane_layer import PaneLayer, Seen

INSET_PX = 6


class LensLayer(PaneLayer):
    """Lies over the words of the pane as well: a reader who holds a lens there looks at it."""

    Z = 14.0

    def __init__(self) -> None:
        super().__init__()
        self._painter = ContentPainter()

    def key(self, seen: Seen) -> object:
        """The lens, and everything that decides what its image looks like."""
        lens = lens_in(seen.state, seen.view, seen.viewport, seen.ratio)
        if lens is None:
            return None
        return lens, _content(seen, lens), nipple_of(seen.state, lens.view)

    def extent(self, seen: Seen) -> Box | None:
        """The lens alone, so that no more of the pane is painted as it moves."""
        lens = lens_in(seen.state, seen.view, seen.viewport, seen.ratio)
        if lens is None:
            return None
        return Box(
            lens.head.row,
            lens.head.column,
            lens.head.height + lens.area.height,
            lens.head.width,
        )

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Its image, its words above, and a frame that tells a mirrored breast from the pane's."""
        lens = lens_in(seen.state, seen.view, seen.viewport, seen.ratio)
        if lens is None:
            return
        painter.save()
        try:
            painter.setClipRect(_rect(lens.area), Qt.ClipOperation.IntersectClip)
            painter.fillRect(_rect(lens.area), Qt.GlobalColor.black)
            self._painter.paint(painter, _content(seen, lens))
            self._draw_nipple(painter, seen, lens)
        finally:  # whatever fails, nobody takes the black for the pane's image
            painter.restore()
            _draw_head(painter, lens, seen.ratio)
            _draw_frame(painter, lens, seen.ratio)

    def _draw_nipple(self, painter: QPainter, seen: Seen, lens: Lens) -> None:
        nipple = nipple_of(seen.state, lens.view)
        if nipple is None:
            return
        y, x = lens.viewport.to_pane(*nipple.hung(seen.state.images[lens.view].mammogram))
        sign = nipple_sign(
            y,
            lens.area.width - x if lens.mirrored else x,
            guessed=nipple.guessed,
            factor=seen.ratio,
        )
        pixels = sign_pixels(sign.kind, sign.size_px)
        height, width = pixels.shape[:2]
        image = QImage(
            pixels.data,
            width,
            height,
            pixels.strides[0],
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        painter.drawImage(QPointF(lens.area.column + sign.x, lens.area.row + sign.y), image)


def _content(seen: Seen, lens: Lens) -> PaneContent:
    corner = seen.left + lens.area.column, seen.top + lens.area.row
    return content_of(
        seen.state,
        lens.view,
        lens.viewport,
        corner,
        seen.ratio,
        negative=lens.negative,
        mirrored=lens.mirrored,
    )


def _draw_head(painter: QPainter, lens: Lens, ratio: float) -> None:
    """Black words on amber say that it is the other breast, and which way round."""
    rect = _rect(lens.head)
    painter.fillRect(rect, QColor(WARNING if lens.mirrored else LINE))
    font = QFont(painter.font())
    font.setPixelSize(round(LETTER_PX * ratio))
    font.setBold(lens.mirrored)
    painter.setFont(font)
    painter.setPen(QColor("#000000" if lens.mirrored else TEXT))
    inset = INSET_PX * ratio
    inner = rect.adjusted(inset, 0, -inset, 0)
    left, right = lens.sides
    for words, side in (
        (left, Qt.AlignmentFlag.AlignLeft),
        (lens.words, Qt.AlignmentFlag.AlignHCenter),
        (right, Qt.AlignmentFlag.AlignRight),
    ):
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, words)


def _draw_frame(painter: QPainter, lens: Lens, ratio: float) -> None:
    width = max(round(ratio), 1) * (2 if lens.mirrored else 1)
    pen = QPen(QColor(WARNING if lens.mirrored else TEXT), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    inside = width / 2
    painter.drawRect(_rect(lens.area).adjusted(inside, 0, -inside, -inside))


def _rect(box: Box) -> QRectF:
    return QRectF(box.column, box.row, box.width, box.height)
