"""The graphics item that draws one hung image with its marks, straight in device pixels."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from models.geometry import Box
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.gray import buffer_of, contrast_key, table_of
from viewer.display.overlay import Overlays
from viewer.display.pyramid import ImagePyramid
from viewer.display.sampling import to_gray
from viewer.display.shown import ShownImage, ShownMarks
from viewer.display.viewport import Viewport
from viewer.display.voi import Voi
from viewer.faults import log_fault
from viewer.session.pages import NO_OVERLAYS
from viewer.widgets.pane_layer import Seen
from viewer.widgets.pane_marks import MarksPainter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PaneContent:
    """Everything that decides what a pane looks like.

    Attributes
    ----------
    viewport : in device pixels; left, top : the pane's corner in the widget, device pixels.
    ratio : device pixels per logical pixel.
    departures : from the vendor's look; contrast : the image after CLAHE, once computed.
    """

    image: ShownImage
    viewport: Viewport
    left: int
    top: int
    ratio: float
    voi: Voi
    inverted: bool
    marks: ShownMarks | None
    overlays: Overlays
    departures: Departures = VENDOR_LOOK
    contrast: ImagePyramid | None = None

    @property
    def sampled(self) -> tuple[Viewport, bool, bool, ImagePyramid | None]:
        """What the device pixels before the grey scale depend on, for one image."""
        wanted = self.departures
        contrast = self.contrast if wanted.clahe else None
        return self.viewport, self.inverted, wanted.sharpened, contrast

    @property
    def graded(self) -> tuple[Voi, bool, float]:
        """What their grey depends on."""
        return self.voi, self.inverted, self.departures.gamma


def content_of(seen: Seen, rect: Box) -> PaneContent:
    """What the pane at `rect` of the widget, device pixels, shows of an image."""
    state = seen.state
    return PaneContent(
        image=seen.image,
        viewport=seen.viewport,
        left=rect.column,
        top=rect.row,
        ratio=seen.ratio,
        voi=state.voi_of(seen.view),
        inverted=state.look.inverted,
        marks=state.marks.get(state.exam_key, {}).get(seen.view),
        overlays=state.overlays if state.marks_visible else NO_OVERLAYS,
        departures=state.look.departures,
        contrast=state.contrasts.get(contrast_key(seen.image)),
    )


class PaneImage(pg.GraphicsObject):
    """Samples the pyramid when place or zoom change, looks grey up when the window changes."""

    def __init__(self) -> None:
        super().__init__()
        self._content: PaneContent | None = None
        self._buffer: NDArray[Any] | None = None
        self._offset = (0, 0)
        self._gray: NDArray[np.uint8] | None = None
        self._marks = MarksPainter()

    def show_content(self, content: PaneContent | None) -> None:
        """Draw `content` from now on; buffers that still hold are kept."""
        if content == self._content:
            return
        old, self._content = self._content, content
        if content is None or old is None or content.image is not old.image:
            self.prepareGeometryChange()
            self._buffer = None
        elif content.sampled != old.sampled:
            self._buffer = None
        elif content.graded != old.graded:
            self._gray = None
        if self._buffer is None:
            self._gray = None
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The image in hung pixels: x is the column, y the row."""
        if self._content is None:
            return QRectF()
        rows, columns = self._content.image.shape
        return QRectF(0, 0, columns, rows)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw; an exception must not pass through Qt, which would end the program."""
        content = self._content
        if content is None:
            return
        try:
            self._paint(painter, content)
        except Exception as error:  # noqa: BLE001 - see above; the pane stays black
            log_fault(log, "a pane could not be drawn", error)

    def _paint(self, painter: QPainter, content: PaneContent) -> None:
        gray = self._gray_pixels(content)
        height, width = gray.shape
        if height == 0 or width == 0:
            return
        image = QImage(gray.data, width, height, gray.strides[0], QImage.Format.Format_Grayscale8)
        image.setDevicePixelRatio(content.ratio)
        painter.save()
        painter.resetTransform()
        y, x = self._offset
        painter.drawImage(
            QPointF((content.left + x) / content.ratio, (content.top + y) / content.ratio), image
        )
        self._marks.paint(painter, content)
        painter.restore()

    def _gray_pixels(self, content: PaneContent) -> NDArray[np.uint8]:
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
            self._gray = to_gray(self._buffer, table)
        return self._gray
