"""The graphics item that draws one hung image with its marks, straight in device pixels."""

from __future__ import annotations

import logging

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.faults import log_fault
from viewer.widgets.content_painter import ContentPainter
from viewer.widgets.pane_content import PaneContent

log = logging.getLogger(__name__)


class PaneImage(QGraphicsItem):
    """Covers a pane; what of the image is seen there is in its content."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._content: PaneContent | None = None
        self._painter = ContentPainter()

    def show_content(self, rect: QRectF, content: PaneContent | None) -> None:
        """Draw `content` from now on over `rect`, the pane in scene coordinates."""
        if content == self._content and rect == self._rect:
            return
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        old, self._content = self._content, content
        if content is None or old is None or content.image is not old.image:
            self._painter = ContentPainter()  # nothing of an image stays when it goes
        self.update()

    def make(self) -> None:
        """Make the pixels of its content, if they are not made; in any thread, but one."""
        try:
            if self._content is not None:
                self._painter.make(self._content)
        except Exception:  # noqa: BLE001 - `paint` meets the same, and says so
            log.debug("the pixels of a pane could not be made ahead")

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The pane."""
        return self._rect

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
