"""The panes: hangs the images of the session, and turns mouse gestures into transitions."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QMenu, QWidget

from models.exam import View
from models.geometry import Box
from viewer.display.aim import at_actual_pixels, magnified
from viewer.display.hanging import pane_rects
from viewer.display.layout import Layout
from viewer.display.shown import fitted_or_placed
from viewer.display.strip import HEIGHT_PX, parted
from viewer.display.viewport import Viewport
from viewer.session import transitions
from viewer.session.drawn import drawn
from viewer.session.looking import looked_through
from viewer.session.navigation import Pointer, pointed
from viewer.session.nipples import marked
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.widgets.gestures import Gesture, PanDrag, PanePoint, WindowDrag
from viewer.widgets.measure_drag import MeasureDrag
from viewer.widgets.measure_menu import fill_measure_menu
from viewer.widgets.nipple_drag import NippleDrag, fill_nipple_menu
from viewer.widgets.pane import Pane, logical, uncovered
from viewer.widgets.pane_caption import Letters
from viewer.widgets.screens import screen_key
from viewer.widgets.together import do_together
from viewer.widgets.words_editor import WordsEditor

WHEEL_STEP = 1.2
DRAGGING = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)

Part = Callable[[SessionState], Layout]


def whole(state: SessionState) -> Layout:
    """The whole layout in force."""
    return state.panes


class ViewGrid(pg.GraphicsView):
    """Draws `SessionState`; every gesture ends in `session.apply`."""

    pointed = Signal(object)  # Pointer or None
    menu_wanted = Signal(object, object)  # view, QMenu to be filled before it opens

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, part: Part = whole
    ) -> None:
        """Draw those panes of the layout in force that are `part` of it."""
        super().__init__(parent, background="k")
        self.setObjectName("grid")
        # The scene fills every pixel, the background anew in each frame: what pyqtgraph asks Qt to
        # keep of it is the whole of it, and without the attribute Qt paints the window's below.
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Images")
        self._session = session
        self._part = part
        self._panes: dict[View, Pane] = {}
        self._letters = Letters()
        self._measure = MeasureDrag(session)
        # The first that takes a press has the drag.
        self._gestures: tuple[Gesture, ...] = (
            NippleDrag(session),
            self._measure,
            PanDrag(session),
            WindowDrag(session),
        )
        self._held: tuple[Gesture, View, Qt.MouseButton] | None = None
        session.changed.connect(self._on_changed)
        self._editor = WordsEditor(session, self._place_of, self)
        self._arrange()

    @property
    def layout_now(self) -> Layout:
        """The panes that it shows."""
        return self._part(self._session.state)

    # Drawing

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if (
            self._part(old) != self._part(new)
            or old.images is not new.images
            or old.look is not new.look
            or old.screens is not new.screens
        ):
            self._arrange()
        elif drawn(old) != drawn(new):
            self._draw()
        elif old.navigation != new.navigation:
            self._draw_layers()
        if old.navigation.follows != new.navigation.follows:
            self._hover(None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep fitted panes fitted and chest walls together."""
        super().resizeEvent(event)
        if hasattr(self, "_panes"):
            self._arrange()

    def _arrange(self) -> None:
        """Divide the widget among the layout's panes and find each one's viewport."""
        state = self._session.state
        ratio = self.devicePixelRatioF()
        whole_rects = pane_rects(self._part(state), *self.size_px())
        rects, strips = parted(whole_rects, state.images, round(HEIGHT_PX * ratio))
        found = fitted_or_placed(
            state.look.cameras,
            state.images,
            rects,
            state.look.sizing,
            self.pixel_mm(),
            on_breast=state.navigation.habits.on_breast,
        )
        for view in rects.keys() - self._panes.keys():
            self._panes[view] = Pane(self.scene(), self._letters)
        for view, pane in self._panes.items():
            rect = rects.get(view)
            pane.show_items(rect is not None)
            box, strip = strips.get(view, (Box(0, 0, 0, 0), None))
            pane.strip.show_strip(logical(box, ratio), strip)
            pane.viewport = found.get(view)
            if rect is not None:
                pane.rect = rect
        self._draw()

    def _draw(self) -> None:
        state, ratio = self._session.state, self.devicePixelRatioF()
        for view in self.layout_now.views:
            self._panes[view].show_view(state, view, ratio, self.pixel_mm())
        self._draw_layers()

    def _draw_layers(self) -> None:
        """What lies over the images: alone when only that changes, as the cursor moves."""
        ratio = self.devicePixelRatioF()
        for view in self.layout_now.views:
            self._panes[view].show_layers(self._session.state, ratio)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Make the pixels of all panes side by side, then draw one after the other."""
        do_together([self._panes[view].image.make for view in self.layout_now.views])
        super().paintEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        """Black where no image lies; painting below the images as well takes 2 ms a frame."""
        ratio = self.devicePixelRatioF()
        images = self._session.state.images
        shown = [
            self._panes[view].covered(images.get(view), ratio) for view in self.layout_now.views
        ]
        for part in uncovered(QRectF(rect), shown):
            painter.fillRect(part, Qt.GlobalColor.black)

    # Gestures

    def view_at(self, point: QPointF) -> View | None:
        """The view whose pane lies under a point of the widget, logical pixels."""
        ratio = self.devicePixelRatioF()
        for view in self.layout_now.views:
            if logical(self._panes[view].rect, ratio).contains(point):
                return view
        return None

    def pixel_mm(self) -> float | None:
        """Millimetres that a device pixel is wide here, or None until this screen is measured."""
        return self._session.state.screens.get(screen_key(self.screen()))

    def size_px(self) -> tuple[int, int]:
        """(height, width) in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.height() * ratio), round(self.width() * ratio)

    def viewports(self) -> dict[View, Viewport]:
        """What every visible pane shows now."""
        views = self.layout_now.views
        return {view: found for view in views if (found := self._panes[view].viewport) is not None}

    def _viewport(self, view: View) -> Viewport | None:
        """What the pane of a view shows; None where there is none of it."""
        return self._panes[view].viewport if view in self.layout_now.views else None

    def _in_pane(self, view: View, point: QPointF) -> tuple[float, float]:
        """(y, x) of a widget point in a pane, device pixels."""
        ratio, rect = self.devicePixelRatioF(), self._panes[view].rect
        return point.y() * ratio - rect.row, point.x() * ratio - rect.column

    def _hung_point(self, view: View, point: QPointF) -> tuple[float, float]:
        """(row, column) of the hung image under a widget point; the view's pane shows it."""
        viewport = self._panes[view].viewport
        y, x = self._in_pane(view, point)
        return (0.0, 0.0) if viewport is None else viewport.to_image(y, x)

    def _point(self, view: View, event: QMouseEvent, button: Qt.MouseButton) -> PanePoint | None:
        """Where the mouse is in the pane of a view; None where no image is shown there."""
        viewport = self._viewport(view)
        if viewport is None:
            return None
        y, x = self._in_pane(view, event.position())
        point = viewport.to_image(y, x)
        ratio = self.devicePixelRatioF()
        return PanePoint(view, viewport, y, x, *point, ratio, button, event.modifiers())

    def _place_of(self, view: View, stored: tuple[float, float]) -> QPoint | None:
        """The widget's point over a stored pixel; None where no pane shows it."""
        viewport = self._viewport(view)
        if viewport is None:
            return None
        image, rect = self._session.state.images[view], self._panes[view].rect
        y, x = viewport.to_pane(*image.to_hung.point(*stored))
        return (QPointF(rect.column + x, rect.row + y) / self.devicePixelRatioF()).toPoint()

    def _look(self, view: View, viewport: Viewport, *, other_way: bool = False) -> None:
        self._session.apply(
            lambda state: looked_through(state, view, viewport, other_way=other_way)
        )

    def zoom(
        self,
        factor: float,
        view: View | None = None,
        at: QPointF | None = None,
        *,
        other_way: bool = False,
    ) -> None:
        """Magnify a pane, by default the focused one, about a point, by default its centre."""
        view = view or self._session.state.focus
        viewport = self._viewport(view)
        if viewport is not None:
            point = None if at is None else self._in_pane(view, at)
            free = self._session.state.images[view].free
            zoomed = magnified(viewport, free, factor, point)
            self._look(view, zoomed, other_way=other_way)

    def _under_cursor(self) -> tuple[View | None, QPointF]:
        """The view whose pane lies under the cursor, and the widget's point there."""
        point = QPointF(self.mapFromGlobal(self.cursor().pos()))
        return self.view_at(point) if self.underMouse() else None, point

    def actual_pixels(self) -> None:
        """Show the view under the cursor, else the focused one, at 1:1."""
        view, point = self._under_cursor()
        at = None if view is None else self._in_pane(view, point)
        view = view or self._session.state.focus
        viewport = self._viewport(view)
        if viewport is not None:
            free = self._session.state.images[view].free
            self._look(view, at_actual_pixels(viewport, free, at))

    def mark_nipple(self) -> None:
        """The nipple lies under the cursor."""
        view, point = self._under_cursor()
        if view is None or self._viewport(view) is None:
            words = "Hold the cursor over the nipple and press the key again."
            self._session.apply(lambda state: transitions.said(state, words))
        else:
            at = self._hung_point(view, point)
            self._session.apply(lambda state: marked(state, view, *at))

    def go_to(self, view: View, row: float, column: float) -> None:
        """Bring an image point to the middle of its pane at 1:1."""
        viewport = self._viewport(view)
        if viewport is not None:
            self._look(view, viewport.scaled_to(1.0, 0, 0).centered_on(row, column))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom at the cursor; Shift for the other way of coupling panes."""
        view = self.view_at(event.position())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        steps = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        if view is not None and steps:
            self.zoom(WHEEL_STEP**steps, view, event.position(), other_way=shift)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Start a drag."""
        view = self.view_at(event.position())
        if view is not None and event.button() in DRAGGING:
            self._session.apply(lambda state: transitions.focused(state, view))
            at = self._point(view, event, event.button())
            if at is not None:
                held = next((each for each in self._gestures if each.take(at)), None)
                self._held = None if held is None else (held, view, event.button())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag, and tell what lies under the cursor."""
        if self._held is not None:
            gesture, view, button = self._held
            to = self._point(view, event, button)
            if to is not None:
                gesture.move(to)
        else:
            self._hover(event)
        self._point_at(event.position())

    def _hover(self, event: QMouseEvent | None) -> None:
        """Show what a press would take."""
        view = None if event is None else self.view_at(event.position())
        at = None
        if event is not None and view is not None:
            at = self._point(view, event, Qt.MouseButton.NoButton)
        # A fine cross while anything follows the cursor, which an arrow would hide.
        follows = self._session.state.navigation.follows
        quiet = Qt.CursorShape.CrossCursor if follows else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(self._measure.hover(at) or quiet)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a drag."""
        if self._held is not None:
            self._held[0].drop()
        self._held = None
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Enlarge the view, or go back, unless something is measured there."""
        view = self.view_at(event.position())
        if view is not None and event.button() is Qt.MouseButton.LeftButton:
            at = self._point(view, event, event.button())
            if at is None or not self._measure.double(at):
                self._session.apply(lambda state: transitions.enlarged(state, view))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """What can be done here."""
        view = self.view_at(QPointF(event.pos()))
        if view is not None:
            self._session.apply(lambda state: transitions.focused(state, view))
            menu = QMenu(self)
            self.menu_wanted.emit(view, menu)
            if self._viewport(view) is not None:
                point = self._hung_point(view, QPointF(event.pos()))
                fill_nipple_menu(menu, self._session, view, point)
                fill_measure_menu(menu, self._session)
            menu.exec(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing lies under the cursor any more."""
        super().leaveEvent(event)
        self._hover(None)
        self._point_at(None)

    def point_here(self) -> None:
        """Tell what lies under the cursor, if it is here."""
        view, point = self._under_cursor()
        if view is not None:
            self._point_at(point)

    def _point_at(self, point: QPointF | None) -> None:
        view = None if point is None else self.view_at(point)
        pointer = None
        if point is not None and view is not None and self._viewport(view) is not None:
            pointer = Pointer(view, *self._hung_point(view, point))
        self._session.apply(lambda state: pointed(state, pointer))
        self.pointed.emit(pointer)
