"""What is drawn over the image of a pane and moves with it: the base of such layers."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from models.exam import View
from models.geometry import Box
from viewer.display.shown import ShownImage
from viewer.display.viewport import Viewport
from viewer.faults import log_fault
from viewer.session.state import SessionState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """An image in its pane, and the state that it is shown in.

    Attributes
    ----------
    viewport : in device pixels; ratio : device pixels per logical pixel.
    taken : rectangles of the pane where words stand already, device pixels.
    """

    view: View
    image: ShownImage
    viewport: Viewport
    ratio: float
    state: SessionState
    taken: tuple[Box, ...] = ()


class PaneLayer(QGraphicsItem):
    """Covers a pane; repaints only when what it depends on has changed.

    Subclasses say what that is (`key`), draw it (`draw`), and how far above the image (`Z`).
    """

    Z = 8.0

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._seen: Seen | None = None
        self._key: object = None
        self.setZValue(self.Z)

    def key(self, seen: Seen) -> object:
        """Everything besides place and zoom that decides what is drawn; None: nothing is."""
        raise NotImplementedError

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Draw in device pixels of the pane: x to the right, y down, (0, 0) its corner."""
        raise NotImplementedError

    def show_seen(self, rect: QRectF, seen: Seen | None) -> None:
        """Draw over `rect`, the pane in scene coordinates; None leaves it empty."""
        key = None if seen is None else self.key(seen)
        place = None if seen is None or key is None else (seen.viewport, seen.ratio, key)
        self._seen = seen
        if (place, rect) == (self._key, self._rect):
            return
        if rect != self._rect:
            self.prepareGeometryChange()
        self._key, self._rect = place, rect
        self.setVisible(place is not None)
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
        """Draw, clipped to the pane; an exception must not pass through Qt."""
        seen = self._seen
        if seen is None or self._key is None:
            return
        painter.save()
        try:
            painter.setClipRect(self._rect)
            painter.translate(self._rect.topLeft())
            painter.scale(1 / seen.ratio, 1 / seen.ratio)
            self.draw(painter, seen)
        except Exception as error:  # noqa: BLE001 - see above; the layer stays empty
            log_fault(log, "a layer could not be drawn", error)
        finally:
            painter.restore()
