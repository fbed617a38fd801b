"""Paints saliency, patches and ground truth over an image, each layer kept while it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from models.exam import FindingClass
from viewer.display.marks import MarkSize, marks_layer
from viewer.display.overlay import colour_table, colourised, view_saliency

if TYPE_CHECKING:
    from viewer.widgets.pane_image import PaneContent

Layer = tuple[NDArray[np.uint8], tuple[int, int]]


class MarksPainter:
    """Keeps warped saliency, its colours and the drawn marks between repaints."""

    def __init__(self) -> None:
        self._content: PaneContent | None = None
        self._saliency: dict[FindingClass, Layer] = {}
        self._colours: dict[FindingClass, NDArray[np.uint8]] = {}
        self._drawn: NDArray[np.uint8] | None = None

    def paint(self, painter: QPainter, content: PaneContent) -> None:
        """Paint the overlays that are on; the painter is in logical pixels of the widget."""
        self._forget_what_changed(content)
        marks, overlays = content.marks, content.overlays
        if marks is not None:
            for finding in overlays.findings:
                if finding not in self._saliency:
                    self._saliency[finding] = view_saliency(
                        marks.saliency[finding], content.viewport
                    )
                buffer, (y, x) = self._saliency[finding]
                if finding not in self._colours:
                    self._colours[finding] = colourised(buffer, colour_table(finding, overlays))
                _draw(painter, content, self._colours[finding], y, x)
        if (marks is not None and overlays.patches) or (overlays.truth and content.image.truth):
            if self._drawn is None:
                self._drawn = _marks(content)
            _draw(painter, content, self._drawn, 0, 0)

    def _forget_what_changed(self, content: PaneContent) -> None:
        old, self._content = self._content, content
        moved = (
            old is None
            or old.image is not content.image
            or old.marks is not content.marks
            or old.viewport != content.viewport
        )
        if moved:
            self._saliency.clear()
        if moved or old is None or old.overlays != content.overlays:
            self._colours.clear()
            self._drawn = None


def _marks(content: PaneContent) -> NDArray[np.uint8]:
    """Contours, squares and letters, as the exporter draws them."""
    overlays = content.overlays
    return marks_layer(
        content.viewport,
        truth=content.image.truth if overlays.truth else (),
        patches=content.marks.patches if content.marks and overlays.patches else (),
        peaks=content.marks.peaks(overlays) if content.marks else (),
        size=MarkSize.for_scale(content.ratio),
    )


def _draw(
    painter: QPainter, content: PaneContent, pixels: NDArray[np.uint8], y: int, x: int
) -> None:
    """Draw premultiplied BGRA with its corner on pixel (y, x) of the pane, device pixels."""
    height, width = pixels.shape[:2]
    if height == 0 or width == 0:
        return
    image = QImage(
        pixels.data,
        width,
        height,
        pixels.strides[0],
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(content.ratio)
    at = QPointF((content.left + x) / content.ratio, (content.top + y) / content.ratio)
    painter.drawImage(at, image)
