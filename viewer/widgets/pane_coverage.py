"""Tints the tissue that was never on the screen at 1:1: quietly, with an edge as second cue."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from viewer.display.colours import ACCENT, bgr
from viewer.display.coverage import CELL_PX
from viewer.session.covering import missed_cells
from viewer.session.staged import image_key
from viewer.widgets.pane_layer import PaneLayer, Seen

INSIDE, EDGE = 0.14, 0.55  # opacities
_ROUND = np.ones((3, 3), np.uint8)


class PaneCoverage(PaneLayer):
    """What is left to be seen at full size, as the image moves and zooms."""

    Z = 4.0

    def __init__(self) -> None:
        super().__init__()
        self._tinted: tuple[object, NDArray[np.uint8]] | None = None

    def key(self, seen: Seen) -> object:
        """The coverage of this image, while the map is on."""
        staged = seen.state.staged
        if not staged.map_visible:
            return None
        of_exam = staged.coverage.get(seen.state.exam_key, {})
        return id(seen.image), of_exam.get(image_key(seen.image.mammogram))

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """A see-through tint over the cells, a stronger one at their edge."""
        key = self.key(seen)
        if self._tinted is None or self._tinted[0] != key:
            self._tinted = key, _tinted(missed_cells(seen.state, seen.view))
        tint = self._tinted[1]
        viewport = seen.viewport
        rows, columns = tint.shape[:2]
        side = CELL_PX * viewport.scale
        place = QRectF(
            -viewport.column * viewport.scale,
            -viewport.row * viewport.scale,
            columns * side,
            rows * side,
        )
        image = QImage(
            tint.data, columns, rows, tint.strides[0], QImage.Format.Format_ARGB32_Premultiplied
        )
        painter.drawImage(place, image)


def _tinted(cells: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """ndarray, shape (rows, columns, 4), uint8, premultiplied BGRA."""
    padded = np.pad(cells, 1, mode="edge").view(np.uint8)
    inner = cv2.erode(padded, _ROUND)[1:-1, 1:-1] > 0
    opacity = np.where(cells, np.where(inner, INSIDE, EDGE), 0.0)[..., None]
    colour = np.array([*bgr(ACCENT), 255], dtype=np.float64)
    return np.ascontiguousarray((opacity * colour).astype(np.uint8))
