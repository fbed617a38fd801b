"""Paints an image with its marks, straight in device pixels; what still holds is kept.

Pixels are made apart from being painted: making takes no part of Qt, so any thread may do it.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from viewer.display.gray import buffer_of, table_of
from viewer.display.sampling import to_gray
from viewer.widgets.pane_content import PaneContent
from viewer.widgets.pane_marks import Layer, PaneMarks, Place


class ContentPainter:
    """Samples the pyramid when place or zoom change, looks grey up when the window changes."""

    def __init__(self) -> None:
        self._content: PaneContent | None = None
        self._buffer: NDArray[Any] | None = None
        self._offset = (0, 0)
        self._gray: NDArray[np.uint8] | None = None
        self._marks = PaneMarks()
        self._layers: list[Layer] = []

    def make(self, content: PaneContent) -> None:
        """Make the pixels of `content` as far as they are not made; in any thread, but one."""
        self._forget_what_changed(content)
        if self._buffer is None:
            self._buffer, self._offset = buffer_of(
                content.image,
                content.viewport,
                content.departures,
                content.contrast,
                inverted=content.inverted,
            )
        if self._gray is None:
            table = table_of(
                content.image,
                content.voi,
                inverted=content.inverted,
                departures=content.departures,
            )
            gray = to_gray(self._buffer, table)
            self._gray = as_drawn(gray[:, ::-1] if content.mirrored else gray)
        self._layers = self._marks.layers(content) if self._gray.size else []

    def paint(self, painter: QPainter, content: PaneContent) -> None:
        """Paint where `content` belongs in the widget, whatever the painter's transform."""
        self.make(content)
        gray = self._gray
        if gray is None or gray.size == 0:
            return
        y, x = self._offset
        if content.mirrored:
            x = content.viewport.width - x - gray.shape[1]
        painter.save()
        painter.resetTransform()
        _draw(painter, content, gray, (y, x), QImage.Format.Format_RGB32)
        for pixels, place in self._layers:
            _draw(painter, content, pixels, place, QImage.Format.Format_ARGB32_Premultiplied)
        painter.restore()

    def _forget_what_changed(self, content: PaneContent) -> None:
        old, self._content = self._content, content
        if old is None or content.image is not old.image or content.sampled != old.sampled:
            self._buffer = None
        if old is None or self._buffer is None or content.graded != old.graded:
            self._gray = None


def as_drawn(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey in the four bytes a pixel, shape (rows, columns, 4), that Qt need only copy."""
    if gray.size == 0:
        return np.zeros((*gray.shape, 4), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(gray), cv2.COLOR_GRAY2BGRA))


def _draw(
    painter: QPainter,
    content: PaneContent,
    pixels: NDArray[np.uint8],
    place: Place,
    kind: QImage.Format,
) -> None:
    """Draw `pixels` with their upper-left corner on a device pixel of the pane."""
    height, width = pixels.shape[:2]
    if height == 0 or width == 0:
        return
    image = QImage(pixels.data, width, height, pixels.strides[0], kind)
    image.setDevicePixelRatio(content.ratio)
    y, x = place
    at = QPointF((content.left + x) / content.ratio, (content.top + y) / content.ratio)
    painter.drawImage(at, image)
