"""Draws the nipple-distance arc: the distance as a line, its tolerance dashed on both sides."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from viewer.display.colours import ACCENT
from viewer.display.distance_band import DistanceBand
from viewer.display.hanging import align_of
from viewer.display.signs import LETTER_PX
from viewer.display.viewport import Align
from viewer.session.arcs import arc_in, arc_source
from viewer.session.navigation import Arc
from viewer.widgets.pane_layer import PaneLayer, Seen
from viewer.widgets.tied_layer import draw_cross

BESIDE_PX, DASH = 14, (6.0, 5.0)
RIM = QColor(0, 0, 0, 150)


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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for beyond in (-band.tolerance, 0.0, band.tolerance):
            if band.distance + beyond > 0.0:
                for run in _runs(seen, band, beyond):
                    _stroke(painter, run, seen.ratio, dashed=beyond != 0.0)
        _draw_words(painter, seen, band)


def _pinned_at(seen: Seen) -> tuple[float, float] | None:
    """The place in this pane that the arc elsewhere is pinned to."""
    source = arc_source(seen.state)
    if seen.state.navigation.arc is not Arc.PINNED or source is None or source.view != seen.view:
        return None
    return source.row, source.column


def _runs(seen: Seen, band: DistanceBand, beyond: float) -> list[QPolygonF]:
    """The parts of a ring that lie on tissue, device pixels."""
    ring = band.ring(beyond)
    placed = seen.viewport.affine.points(ring)
    runs, run = [], QPolygonF()
    for (y, x), on_tissue in zip(placed, seen.image.free.hold(ring), strict=True):
        if on_tissue:
            run.append(QPointF(x, y))
        elif not run.isEmpty():
            runs.append(run)
            run = QPolygonF()
    return [*runs, run]


def _stroke(painter: QPainter, run: QPolygonF, ratio: float, *, dashed: bool) -> None:
    for colour, width in ((RIM, 3.0), (QColor(ACCENT), 1.0)):
        pen = QPen(colour, width * ratio)
        if dashed:
            pen.setDashPattern([length * (1.0 if width == 1.0 else 1 / 3) for length in DASH])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawPolyline(run)


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
    painter.fillRect(rect, RIM)
    painter.setPen(QColor(ACCENT))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
