"""Paints saliency, patches and ground truth over an image, each layer kept while it holds."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from models.exam import FindingClass
from viewer.display.marks import MarkSize, marks_layer, trimmed
from viewer.display.overlay import Overlays, colour_table, outlined, view_saliency

if TYPE_CHECKING:
    from viewer.widgets.pane_image import PaneContent

Placed = tuple[NDArray[np.uint8], tuple[int, int]]
COLOURED = QImage.Format.Format_ARGB32_Premultiplied


class MarksPainter:
    """Keeps warped saliency, its colours and the drawn marks between repaints."""

    def __init__(self) -> None:
        self._content: PaneContent | None = None
        self._warped: dict[FindingClass, Placed] = {}
        self._coloured: dict[FindingClass, QImage] = {}
        self._drawn: Placed | None = None

    def paint(self, painter: QPainter, content: PaneContent) -> None:
        """Paint the overlays that are on; the painter is in logical pixels of the widget."""
        self._forget_what_changed(content)
        marks, overlays = content.marks, content.overlays
        if marks is not None:
            for finding in overlays.findings:
                if finding not in self._warped:
                    layer = marks.saliency[finding]
                    self._warped[finding] = view_saliency(layer, content.viewport)
                values, (y, x) = self._warped[finding]
                if finding not in self._coloured:
                    self._coloured[finding] = _coloured(values, finding, overlays)
                _draw(painter, content, self._coloured[finding], y, x)
        if (marks is not None and overlays.patches) or (overlays.truth and content.image.truth):
            if self._drawn is None:
                self._drawn = _marks(content)
            pixels, (y, x) = self._drawn
            height, width = pixels.shape[:2]
            image = QImage(pixels.data, width, height, pixels.strides[0], COLOURED)
            _draw(painter, content, image, y, x)

    def _forget_what_changed(self, content: PaneContent) -> None:
        old, self._content = self._content, content
        moved = (
            old is None
            or old.image is not content.image
            or old.marks is not content.marks
            or old.viewport != content.viewport
        )
        if moved:
            self._warped.clear()
        if moved or old is None or old.overlays != content.overlays:
            self._coloured.clear()
            self._drawn = None


def _coloured(values: NDArray[np.uint8], finding: FindingClass, overlays: Overlays) -> QImage:
    """Saliency in the overlays' colours; Qt's conversion takes half the time of a look-up."""
    height, width = values.shape
    values = np.ascontiguousarray(outlined(values, overlays))
    indexed = QImage(values.data, width, height, width, QImage.Format.Format_Indexed8)
    indexed.setColorTable(_qt_colours(finding, overlays))
    return indexed.convertToFormat(COLOURED)


@lru_cache(maxsize=16)
def _qt_colours(finding: FindingClass, overlays: Overlays) -> list[int]:
    """A colour table as the 0xAARRGGBB numbers, not premultiplied, that Qt takes."""
    blue, green, red, alpha = colour_table(finding, overlays).T.astype(np.uint32)
    channels = [
        np.minimum((channel * 255 + alpha // 2) // np.maximum(alpha, 1), 255)
        for channel in (red, green, blue)
    ]
    colours = (alpha << 24) | (channels[0] << 16) | (channels[1] << 8) | channels[2]
    return [int(colour) for colour in colours]


def _marks(content: PaneContent) -> Placed:
    """Contours, squares and letters, as the exporter draws them; as small as they are."""
    overlays = content.overlays
    pixels = marks_layer(
        content.viewport,
        truth=content.image.truth if overlays.truth else (),
        patches=content.marks.patches if content.marks and overlays.patches else (),
        peaks=content.marks.peaks(overlays) if content.marks else (),
        size=MarkSize.for_scale(content.ratio),
    )
    return trimmed(pixels)


def _draw(painter: QPainter, content: PaneContent, image: QImage, y: int, x: int) -> None:
    """Draw with the upper-left corner on pixel (y, x) of the pane, device pixels."""
    if image.isNull():
        return
    image.setDevicePixelRatio(content.ratio)
    at = QPointF((content.left + x) / content.ratio, (content.top + y) / content.ratio)
    painter.drawImage(at, image)
