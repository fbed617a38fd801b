"""Draws the nipple-distance arc: the distance as a line, its tolerance dashed on both sides."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from viewer.display.band_marks import band_part
from viewer.display.colours import ACCENT
from viewer.display.distance_band import DistanceBand
from viewer.display.hanging import align_of
from viewer.display.signs import LETTER_PX
from viewer.display.viewport import Align
from viewer.session.arcs import arc_in, arc_source
from viewer.session.navigation import Arc
from viewer.widgets.pane_layer import PaneLayer, Seen
from viewer.widgets.tied_layer import draw_cross

BESIDE_PX = 14
GROUND = QColor(0, 0, 0, 150)
COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class ArcLayer(PaneLayer):
    """On tissue only; its words stand in the air beyond the nipple."""

    Z = 7.0

    def key(self, seen: Seen) -> object:
        """The band; in the pane that it is pinned in, that place."""
        band = arc_in(seen.state, seen.view)
        return band if isinstance(band, DistanceBand) else _pinned_at(seen)

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Three arcs, so thin that they hide nothing."""
        place = _pinned_at(seen)
        if place is not None:
            draw_cross(painter, *seen.viewport.to_pane(*place), seen.ratio)
        band = arc_in(seen.state, seen.view)
        if not isinstance(band, DistanceBand):
            return
        pixels, (top, left) = band_part(band, seen.image.free, seen.viewport, seen.ratio)
        height, width = pixels.shape[:2]
        if height and width:
            image = QImage(pixels.data, width, height, pixels.strides[0], COLOURED)
            painter.drawImage(QPointF(left, top), image)
        _draw_words(painter, seen, band)


def _pinned_at(seen: Seen) -> tuple[float, float] | None:
    """The place in this pane that the arc elsewhere is pinned to."""
    source = arc_source(seen.state)
    if seen.state.navigation.arc is not Arc.PINNED or source is None or source.view != seen.view:
        return None
    return source.row, source.column


def _draw_words(painter: QPainter, seen: Seen, band: DistanceBand) -> None:
    """`43 mm ± 10` beyond the nipple, as far as the pane reaches."""
    y, x = seen.viewport.to_pane(band.row, band.column)
    font = QFont(painter.font())
    font.setPixelSize(round(LETTER_PX * seen.ratio))
    painter.setFont(font)
    words = band.words
    wide = float(painter.fontMetrics().horizontalAdvance(words)) + 2.0
    high = float(painter.fontMetrics().height())
    beside = BESIDE_PX * seen.ratio
    left = x - beside - wide if align_of(seen.view) is Align.RIGHT else x + beside
    left = min(max(left, 0.0), max(seen.viewport.width - wide, 0.0))
    top = min(max(y - high / 2, 0.0), max(seen.viewport.height - high, 0.0))
    rect = QRectF(left, top, wide, high)
    painter.fillRect(rect, GROUND)
    painter.setPen(QColor(ACCENT))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
