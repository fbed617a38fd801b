"""Draws the measurements of an image over its pane, as pages draw them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from viewer.display.marks import MarkSize
from viewer.display.measure_marks import DrawnMeasurement, Part, measurement_parts
from viewer.session.measurements import drawn_on
from viewer.widgets.pane_layer import PaneLayer, Seen

COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class MeasureLayer(PaneLayer):
    """Keeps its pixels until anything about them changes."""

    Z = 8.5

    def __init__(self) -> None:
        super().__init__()
        self._now: tuple[DrawnMeasurement, ...] = ()
        self._drawn: tuple[object, list[Part]] | None = None

    def key(self, seen: Seen) -> object:
        """What is measured, where other words stand, and how the image hangs."""
        self._now = drawn_on(seen.state, seen.image)
        return (self._now, seen.image.to_hung, seen.taken) if self._now else None

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Lay the pixels on whole device pixels."""
        if self._drawn is None or self._drawn[0] != self._key:
            parts = measurement_parts(
                self._now,
                seen.image.to_hung,
                seen.viewport,
                MarkSize.for_scale(seen.ratio),
                seen.taken,
                seen.image.free,
            )
            # QImage borrows their memory: contiguous, and kept as long as it is drawn.
            self._drawn = self._key, [(np.ascontiguousarray(each), at) for each, at in parts]
        for part, (y, x) in self._drawn[1]:
            height, width = part.shape[:2]
            image = QImage(part.data, width, height, part.strides[0], COLOURED)
            painter.drawImage(QPointF(x, y), image)
