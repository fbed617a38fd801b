"""One picture that the wheel magnifies and the mouse moves, drawn in device pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.display.pyramid import ImagePyramid
from viewer.display.sampling import sample
from viewer.display.viewport import Align, Viewport, clamp, fit, one_to_one

_STEP = 1.25
_NOTCH = 120  # eighths of a degree


class ZoomView(QWidget):
    """Fitted until it is magnified; a double click magnifies to 1:1 there, and fits again."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setToolTip("Wheel magnifies, dragging moves, a double click goes to 1:1 and back")
        self._pyramid: ImagePyramid | None = None
        self._viewport: Viewport | None = None  # None while fitted
        self._dragged_from: QPointF | None = None

    @property
    def pyramid(self) -> ImagePyramid | None:
        """What is shown."""
        return self._pyramid

    @property
    def viewport_now(self) -> Viewport | None:
        """Where it looks, or None while there is nothing to be seen."""
        if self._pyramid is None:
            return None
        height, width = self._size_px()
        if self._viewport is None:
            return fit(self._pyramid.shape, height, width, Align.CENTER)
        return self._viewport

    def show_picture(self, pyramid: ImagePyramid | None) -> None:
        """Show another picture: at the same place, if it is as large as the one before."""
        same = (
            pyramid is not None
            and self._pyramid is not None
            and pyramid.shape == self._pyramid.shape
        )
        self._pyramid = pyramid
        if not same:
            self._viewport = None
        self.update()

    def fit(self) -> None:
        """All of it."""
        self._viewport = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Black, and the picture's device pixels."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        viewport = self.viewport_now
        if self._pyramid is not None and viewport is not None:
            buffer, (top, left) = sample(self._pyramid, viewport)
            pixels = np.ascontiguousarray(buffer)
            height, width = pixels.shape
            if height and width:
                ratio = self.devicePixelRatioF()
                image = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8)
                image.setDevicePixelRatio(ratio)
                painter.drawImage(QPointF(left / ratio, top / ratio), image)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Magnify at the cursor."""
        viewport = self.viewport_now
        if viewport is not None:
            at = event.position() * self.devicePixelRatioF()
            factor = _STEP ** (event.angleDelta().y() / _NOTCH)
            self._look(viewport.zoomed(factor, at.y(), at.x()))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """1:1 there, or all of it again."""
        viewport = self.viewport_now
        if viewport is None:
            return
        if self._viewport is not None:
            self.fit()
        else:
            at = event.position() * self.devicePixelRatioF()
            self._look(one_to_one(viewport, at.y(), at.x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to move."""
        self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The picture stays under the cursor."""
        viewport = self.viewport_now
        if self._dragged_from is None or viewport is None or self._viewport is None:
            return
        by = (event.position() - self._dragged_from) * self.devicePixelRatioF()
        self._dragged_from = event.position()
        self._look(viewport.panned(by.y(), by.x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Stay there."""
        del event
        self._dragged_from = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A magnified picture keeps its middle."""
        super().resizeEvent(event)
        if self._viewport is not None:
            height, width = self._size_px()
            self._look(self._viewport.resized(height, width, Align.CENTER))

    def _look(self, viewport: Viewport) -> None:
        if self._pyramid is not None:
            self._viewport = clamp(viewport, self._pyramid.shape)
            self.update()

    def _size_px(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.height() * ratio)), max(1, round(self.width() * ratio))
