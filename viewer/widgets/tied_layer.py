"""Draws the tied cursor: a cross that leaves its middle free."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from models.geometry import Box
from viewer.display.colours import ACCENT
from viewer.session.tying import tied_place
from viewer.widgets.pane_layer import PaneLayer, Seen

ARM_PX, GAP_PX = 16, 5  # logical pixels from the middle
STROKES = ((QColor(0, 0, 0, 180), 4), (QColor(ACCENT), 2))


class TiedLayer(PaneLayer):
    """In every pane but the one under the cursor."""

    Z = 13.0

    def key(self, seen: Seen) -> object:
        """Where the cross is."""
        return tied_place(seen.state, seen.view)

    def extent(self, seen: Seen) -> Box | None:
        """No more than the cross."""
        place = tied_place(seen.state, seen.view)
        if place is None:
            return None
        y, x = seen.viewport.to_pane(*place)
        reach = math.ceil((ARM_PX + 2) * seen.ratio)
        return Box(math.floor(y) - reach, math.floor(x) - reach, 2 * reach + 1, 2 * reach + 1)

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Four arms."""
        place = tied_place(seen.state, seen.view)
        if place is not None:
            draw_cross(painter, *seen.viewport.to_pane(*place), seen.ratio)


def draw_cross(painter: QPainter, y: float, x: float, ratio: float) -> None:
    """A cross around a point of the pane, device pixels, two of them wide on plain screens."""
    y, x = float(round(y)), float(round(x))
    arm, gap = ARM_PX * ratio, GAP_PX * ratio
    lines = [
        QLineF(x + right * gap, y + down * gap, x + right * arm, y + down * arm)
        for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1))
    ]
    for colour, width in STROKES:
        painter.setPen(QPen(colour, width * max(round(ratio), 1)))
        painter.drawLines(lines)
