"""Draws the measurements of an image over its pane, as pages draw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from viewer.display.marks import MarkSize
from viewer.display.measure_marks import measurements_part
from viewer.session.measurements import drawn_on
from viewer.widgets.pane_layer import PaneLayer, Seen

COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class MeasureLayer(PaneLayer):
    """Keeps its pixels until anything about them changes."""

    Z = 8.5

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[object, NDArray[np.uint8], tuple[int, int]] | None = None

    def key(self, seen: Seen) -> object:
        """What is measured, where other words stand, and how the image hangs."""
        drawn = drawn_on(seen.state, seen.image)
        return (drawn, seen.image.to_hung, seen.taken) if drawn else None

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Lay the pixels on whole device pixels."""
        if self._drawn is None or self._drawn[0] != self._key:
            part, place = measurements_part(
                drawn_on(seen.state, seen.image),
                seen.image.to_hung,
                seen.viewport,
                MarkSize.for_scale(seen.ratio),
                seen.taken,
                seen.image.free,
            )
            self._drawn = self._key, part, place
        _, part, (y, x) = self._drawn
        height, width = part.shape[:2]
        if height and width:
            image = QImage(part.data, width, height, part.strides[0], COLOURED)
            painter.drawImage(QPointF(x, y), image)
