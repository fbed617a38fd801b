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
    left, top : the pane's corner in the widget, device pixels.
    """

    view: View
    image: ShownImage
    viewport: Viewport
    ratio: float
    state: SessionState
    taken: tuple[Box, ...] = ()
    left: int = 0
    top: int = 0


class PaneLayer(QGraphicsItem):
    """Covers a pane; repaints only when what it depends on has changed.

    Subclasses say what that is (`key`), draw it (`draw`), and how far above the image (`Z`).
    """

    Z = 8.0

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._extent = QRectF()
        self._seen: Seen | None = None
        self._key: object = None
        self.setZValue(self.Z)

    def key(self, seen: Seen) -> object:
        """Everything besides place and zoom that decides what is drawn; None: nothing is."""
        raise NotImplementedError

    def draw(self, painter: QPainter, seen: Seen) -> None:
        """Draw in device pixels of the pane: x to the right, y down, (0, 0) its corner."""
        raise NotImplementedError

    def extent(self, seen: Seen) -> Box | None:  # noqa: ARG002 - for those that draw on less
        """The part of the pane that is drawn on, device pixels; None: all of it may be."""
        return None

    def show_seen(self, rect: QRectF, seen: Seen | None) -> None:
        """Draw over `rect`, the pane in scene coordinates; None leaves it empty."""
        key = None if seen is None else self.key(seen)
        place = None if seen is None or key is None else (seen.viewport, seen.ratio, key)
        self._seen = seen
        if (place, rect) == (self._key, self._rect):
            return
        part = None if seen is None or place is None else self.extent(seen)
        extent = rect
        if seen is not None and part is not None:
            left, top, ratio = rect.left(), rect.top(), seen.ratio
            extent = QRectF(
                left + part.column / ratio,
                top + part.row / ratio,
                part.width / ratio,
                part.height / ratio,
            )
        if extent != self._extent:
            self.prepareGeometryChange()
        self._key, self._rect, self._extent = place, rect, extent
        self.setVisible(place is not None)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """What of the pane is drawn on."""
        return self._extent

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
