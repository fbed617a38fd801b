"""Paints an image with its marks, straight in device pixels; what still holds is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from viewer.display.gray import buffer_of, table_of
from viewer.display.sampling import to_gray
from viewer.widgets.pane_content import PaneContent
from viewer.widgets.pane_marks import MarksPainter


class ContentPainter:
    """Samples the pyramid when place or zoom change, looks grey up when the window changes."""

    def __init__(self) -> None:
        self._content: PaneContent | None = None
        self._buffer: NDArray[Any] | None = None
        self._offset = (0, 0)
        self._gray: NDArray[np.uint8] | None = None
        self._marks = MarksPainter()

    def paint(self, painter: QPainter, content: PaneContent) -> None:
        """Paint where `content` belongs in the widget, whatever the painter's transform."""
        self._forget_what_changed(content)
        gray, (y, x) = self._gray_pixels(content)
        height, width = gray.shape
        if height == 0 or width == 0:
            return
        image = QImage(gray.data, width, height, gray.strides[0], QImage.Format.Format_Grayscale8)
        image.setDevicePixelRatio(content.ratio)
        painter.save()
        painter.resetTransform()
        painter.drawImage(
            QPointF((content.left + x) / content.ratio, (content.top + y) / content.ratio), image
        )
        self._marks.paint(painter, content)
        painter.restore()

    def _forget_what_changed(self, content: PaneContent) -> None:
        old, self._content = self._content, content
        if old is None or content.image is not old.image or content.sampled != old.sampled:
            self._buffer = None
        if old is None or self._buffer is None or content.graded != old.graded:
            self._gray = None

    def _gray_pixels(self, content: PaneContent) -> tuple[NDArray[np.uint8], tuple[int, int]]:
        """The grey, and where in the viewport its upper-left pixel belongs."""
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
            self._gray = np.ascontiguousarray(gray[:, ::-1]) if content.mirrored else gray
        y, x = self._offset
        if content.mirrored:
            x = content.viewport.width - x - self._gray.shape[1]
        return self._gray, (y, x)
