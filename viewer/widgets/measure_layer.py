"""Draws the measurements of an image over its pane, as pages draw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from models.geometry import Affine
from viewer.display.marks import MarkSize
from viewer.display.measure_lines import DrawnMeasurement
from viewer.display.measure_marks import MeasurementMarks
from viewer.display.shown import ShownImage
from viewer.session.measurements import drawn_on
from viewer.widgets.pane_layer import PaneLayer, Seen

COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class MeasureLayer(PaneLayer):
    """Draws where the image is drawn, so that lines lie on what was measured to the pixel; keeps
    its pixels until anything about them changes."""

    Z = 8.5

    def __init__(self) -> None:
        super().__init__()
        self._asked: tuple[object, ...] = ()
        self._drawn: tuple[tuple[DrawnMeasurement, ...], ShownImage] | None = None
        self._marks = MeasurementMarks((), Affine())
        self._parts: tuple[object, list[tuple[QPoint, QImage]]] | None = None

    def key(self, seen: Seen) -> object:
        """What is measured, where other words stand, and how the image hangs."""
        state, image = seen.state, seen.image
        # A pan brings the very same values, and to compare them one by one takes longer.
        asked = state.work.now.measurements, state.measuring, image
        if list(map(id, asked)) != list(map(id, self._asked)):
            drawn = drawn_on(state, image), image
            if drawn != self._drawn:
                self._marks = MeasurementMarks(drawn[0], image.to_hung, image.free)
            self._asked, self._drawn = asked, drawn
        return (self._marks, seen.taken) if self._marks.drawn else None

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Lay the pixels on whole device pixels."""
        if self._parts is None or self._parts[0] != self._key:
            self._parts = None  # before others take its place: their memory is faster then
            size = MarkSize.for_scale(seen.ratio)
            parts = self._marks.parts(seen.viewport.drawn, size, seen.taken)
            self._parts = self._key, [(QPoint(x, y), _image_of(part)) for part, (y, x) in parts]
        for corner, image in self._parts[1]:
            painter.drawImage(corner, image)


def _image_of(part: NDArray[np.uint8]) -> QImage:
    """The same pixels, which QImage holds on to, but wants row after row."""
    pixels = np.ascontiguousarray(part)
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], COLOURED)
