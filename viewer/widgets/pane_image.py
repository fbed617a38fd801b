"""The graphics item that draws one hung image with its marks, straight in device pixels."""

from __future__ import annotations

import logging

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.faults import log_fault
from viewer.widgets.content_painter import ContentPainter
from viewer.widgets.pane_content import PaneContent

log = logging.getLogger(__name__)


class PaneImage(pg.GraphicsObject):
    """Has the whole image for its extent; what of it is seen is in its content."""

    def __init__(self) -> None:
        super().__init__()
        self._content: PaneContent | None = None
        self._painter = ContentPainter()

    def show_content(self, content: PaneContent | None) -> None:
        """Draw `content` from now on."""
        if content == self._content:
            return
        old, self._content = self._content, content
        if content is None or old is None or content.image is not old.image:
            self.prepareGeometryChange()
            self._painter = ContentPainter()  # nothing of an image stays when it goes
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
        if self._content is None:
            return
        try:
            self._painter.paint(painter, self._content)
        except Exception as error:  # noqa: BLE001 - see above; the pane stays black
            log_fault(log, "a pane could not be drawn", error)
