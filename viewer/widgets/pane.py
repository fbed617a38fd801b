"""One view's place on the screen: its graphics items, made once and shown again and again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QRegion

from models.exam import View
from models.geometry import Box
from viewer.display.annotations import Detail
from viewer.display.shown import ShownImage
from viewer.display.signs import boxes_of, signs_on
from viewer.display.viewport import Viewport
from viewer.session.nipples import nipple_of
from viewer.session.state import SessionState
from viewer.widgets.arc_layer import ArcLayer
from viewer.widgets.captions import caption_of
from viewer.widgets.lens_layer import LensLayer
from viewer.widgets.measure_layer import MeasureLayer
from viewer.widgets.pane_caption import Letters, PaneCaption
from viewer.widgets.pane_content import content_of
from viewer.widgets.pane_coverage import PaneCoverage
from viewer.widgets.pane_image import PaneImage
from viewer.widgets.pane_layer import PaneLayer, Seen
from viewer.widgets.pane_signs import PaneSigns
from viewer.widgets.pane_strip import PaneStrip
from viewer.widgets.tied_layer import TiedLayer

# Made for every pane, drawn in the order of their z values.
LAYERS: tuple[type[PaneLayer], ...] = (PaneCoverage, MeasureLayer, ArcLayer, TiedLayer, LensLayer)


class Pane:
    """One view's place on the screen: the image in it, and the words over it."""

    def __init__(self, scene: pg.GraphicsScene, letters: Letters) -> None:
        self.image = PaneImage()
        self.caption = PaneCaption(letters)
        self.signs = PaneSigns()
        self.strip = PaneStrip()
        self.layers = tuple(make() for make in LAYERS)
        scene.addItem(self.image)
        scene.addItem(self.signs)
        scene.addItem(self.caption)
        scene.addItem(self.strip)
        for layer in self.layers:
            scene.addItem(layer)
        self.rect = Box(0, 0, 0, 0)
        self.viewport: Viewport | None = None
        self.seen: Seen | None = None

    def show_items(self, visible: bool) -> None:
        """Show or hide what lies in the pane; the strip goes by its own content."""
        for item in (self.image, self.caption, self.signs):
            item.setVisible(visible)
        if not visible:
            for layer in self.layers:
                layer.show_seen(QRectF(), None)

    def show_view(
        self, state: SessionState, view: View, ratio: float, screen_mm: float | None
    ) -> None:
        """Show the image of a view and say what is to be said of it; layers are apart.

        Parameters
        ----------
        ratio : device pixels per logical pixel; screen_mm : millimetres per device pixel of the
            calibrated screen, or None.
        """
        rect = logical(self.rect, ratio)
        self.caption.show_caption(rect, caption_of(state, view, self.viewport, ratio, screen_mm))
        image, viewport = state.images.get(view), self.viewport
        if image is None or viewport is None:
            self.seen = None
            self.image.show_content(rect, None)
            self.signs.show_signs(rect, (), ratio)
            return
        words = None if state.detail is Detail.NONE else self.caption.placement
        taken = () if words is None else boxes_of(words, ratio)
        nipple = nipple_of(state, view)
        signs = signs_on(image, nipple, viewport, ratio, words=words, ratio=ratio)
        self.signs.show_signs(rect, signs, ratio)
        corner = self.rect.column, self.rect.row
        self.seen = Seen(view, image, viewport, ratio, state, taken, *corner)
        self.image.show_content(rect, content_of(state, view, viewport.drawn, corner, ratio))

    def show_layers(self, state: SessionState, ratio: float) -> None:
        """Show what lies over the image, as of `state`."""
        seen = None if self.seen is None else replace(self.seen, state=state)
        rect = logical(self.rect, ratio)
        for layer in self.layers:
            layer.show_seen(rect, seen)

    def covered(self, image: ShownImage | None, ratio: float) -> QRectF:
        """The part of the scene that the image covers; nothing where none is shown."""
        if image is None or self.viewport is None:
            return QRectF()
        area = self.viewport.drawn.area(image.shape)
        corner = self.rect.row + area.row, self.rect.column + area.column
        return logical(Box(*corner, area.height, area.width), ratio)


def uncovered(whole: QRectF, shown: Iterable[QRectF]) -> list[QRect]:
    """The parts of a rectangle that no image covers, with a pixel of each image's rim."""
    region = QRegion(whole.toAlignedRect())
    for covered in shown:
        region -= QRegion(covered.toAlignedRect().adjusted(1, 1, -1, -1))
    return list(region)  # type: ignore[call-overload]


def logical(rect: Box, ratio: float) -> QRectF:
    """A rectangle of device pixels in the scene's logical ones."""
    return QRectF(rect.column / ratio, rect.row / ratio, rect.width / ratio, rect.height / ratio)
