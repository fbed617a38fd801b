"""Draws orientation letters and the nipple's mark over a pane."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.display.signs import Sign, sign_pixels

COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class PaneSigns(QGraphicsItem):
    """Covers a pane; signs have their places in its device pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._ratio = 1.0
        self._signs: tuple[Sign, ...] = ()
        self.setZValue(9)

    def show_signs(self, rect: QRectF, signs: tuple[Sign, ...], ratio: float) -> None:
        """Draw `signs` over `rect`, the pane in scene coordinates."""
        if (rect, signs, ratio) == (self._rect, self._signs, self._ratio):
            return
        if rect != self._rect:
            self.prepareGeometryChange()
        self._rect, self._signs, self._ratio = rect, signs, ratio
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The pane."""
        return self._rect

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw them on whole device pixels, clipped to the pane."""
        painter.save()
        painter.setClipRect(self._rect)
        for sign in self._signs:
            pixels = sign_pixels(sign.kind, sign.size_px)
            height, width = pixels.shape[:2]
            image = QImage(pixels.data, width, height, pixels.strides[0], COLOURED)
            image.setDevicePixelRatio(self._ratio)
            at = QPointF(sign.x / self._ratio, sign.y / self._ratio)
            painter.drawImage(self._rect.topLeft() + at, image)
        painter.restore()
