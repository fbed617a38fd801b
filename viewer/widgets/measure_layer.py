"""Draws the measurements of an image over its pane, as pages draw them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from viewer.display.marks import MarkSize
from viewer.display.measure_lines import DrawnMeasurement
from viewer.display.measure_marks import MeasurementMarks
from viewer.session.measurements import drawn_on
from viewer.widgets.pane_layer import PaneLayer, Seen

COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class MeasureLayer(PaneLayer):
    """Draws where the image is drawn, so that lines lie on what was measured to the pixel; keeps
    what `MeasurementMarks` keeps until other things are drawn or the image hangs otherwise."""

    Z = 8.5

    def __init__(self) -> None:
        super().__init__()
        self._asked: tuple[object, ...] = ()
        self._drawn: tuple[DrawnMeasurement, ...] = ()
        self._marks: tuple[object, MeasurementMarks] | None = None

    def key(self, seen: Seen) -> object:
        """What is measured, where other words stand, and how the image hangs."""
        asked = seen.state.work.now.measurements, seen.state.measuring, seen.image
        # The very same values measure the same: comparing them would take longer than drawing.
        if len(self._asked) != 3 or any(
            a is not b for a, b in zip(asked, self._asked, strict=True)
        ):
            self._asked, self._drawn = asked, drawn_on(seen.state, seen.image)
        return (self._drawn, seen.image.to_hung, seen.taken) if self._drawn else None

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Lay the pixels on whole device pixels."""
        about = self._drawn, seen.image
        if self._marks is None or self._marks[0] != about:
            self._marks = about, MeasurementMarks(self._drawn, seen.image.to_hung, seen.image.free)
        size = MarkSize.for_scale(seen.ratio)
        for part, (y, x) in self._marks[1].parts(seen.viewport.drawn, size, seen.taken):
            pixels = np.ascontiguousarray(part)
            height, width = pixels.shape[:2]
            image = QImage(pixels.data, width, height, pixels.strides[0], COLOURED)
            painter.drawImage(QPoint(x, y), image)
