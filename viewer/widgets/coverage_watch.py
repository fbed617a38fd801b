"""Notes which tissue is really on the screen at 1:1 or larger, and stays there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from models.exam import View
from viewer.display.coverage import Rect, common_part, full_size_part
from viewer.display.shown import ShownImage
from viewer.session.covering import seen
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.widgets.in_sight import is_in_sight
from viewer.widgets.view_grid import ViewGrid

STAYS_MS = 150  # what is there for less was passed, not looked at

Parts = dict[View, tuple[ShownImage, Rect]]


class CoverageWatch(QObject):
    """Compares what is on the screen with what was a moment before; both times there is seen.

    Parameters
    ----------
    grids : gives the panes of every window.
    """

    def __init__(
        self, session: Session, grids: Callable[[], Iterable[ViewGrid]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._grids = grids
        self._before: Parts = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self.look)
        session.changed.connect(self._on_changed)
        self._windows_of().focusWindowChanged.connect(self._on_other_window)

    @staticmethod
    def _windows_of() -> QGuiApplication:
        application = QGuiApplication.instance()
        if not isinstance(application, QGuiApplication):
            raise TypeError("windows need their application")
        return application

    def _on_other_window(self, _: object) -> None:
        """Time in another window, or with a dialog open, is no time spent looking."""
        self._before = {}
        self._timer.start()

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        # Wherever panes look, the images are of the state; other changes move no image.
        if _places(old) != _places(new) and not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The windows go; nothing is seen any more."""
        self._timer.stop()
        self._windows_of().focusWindowChanged.disconnect(self._on_other_window)
        self._session.changed.disconnect(self._on_changed)

    def look(self) -> None:
        """What stayed on the screen since the last look was seen; look again while it moves."""
        now = self._parts()
        for view, (image, rect) in now.items():
            before = self._before.get(view)
            stayed = common_part(rect, before[1]) if before and before[0] is image else None
            if stayed is not None:
                self._note(view, stayed)
        if not _same(now, self._before):
            self._timer.start()
        self._before = now

    def _note(self, view: View, rect: Rect) -> None:
        self._session.apply(lambda state: seen(state, view, rect))

    def _parts(self) -> Parts:
        """What every window that can be seen shows at full size."""
        images = self._session.state.images
        found: Parts = {}
        grids = tuple(self._grids())
        windows = {grid.window() for grid in grids}
        for grid in grids:
            if not is_in_sight(grid, windows):
                continue
            for view, viewport in grid.viewports().items():
                rect = full_size_part(viewport, images[view].shape) if view in images else None
                if rect is not None:
                    found[view] = (images[view], rect)
        return found


def _places(state: SessionState) -> tuple[object, ...]:
    return id(state.look), id(state.images), state.panes, state.spread


def _same(one: Parts, other: Parts) -> bool:
    return one.keys() == other.keys() and all(
        one[view][0] is other[view][0] and one[view][1] == other[view][1] for view in one
    )
