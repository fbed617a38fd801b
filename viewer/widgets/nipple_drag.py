"""Moving the mark of a nipple with the mouse, and what the right button offers for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from models.exam import View
from viewer.display.signs import is_held
from viewer.session import nipples
from viewer.session.session import Session
from viewer.widgets.gestures import PanePoint


class NippleDrag:
    """The left button on a nipple's mark moves it; one drag is undone as one thing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._has_moved = False
        self._view: View | None = None

    def take(self, at: PanePoint) -> bool:
        """Take hold of the mark if it lies there."""
        state = self._session.state
        image, nipple = state.images.get(at.view), nipples.nipple_of(state, at.view)
        if at.button is not Qt.MouseButton.LeftButton or image is None or nipple is None:
            return False
        if not is_held(image, nipple, at.viewport, (at.y, at.x), at.ratio):
            return False
        self._view, self._has_moved = at.view, False
        return True

    def move(self, to: PanePoint) -> None:
        """Bring it there."""
        moving, self._has_moved = self._has_moved, True
        self._session.apply(
            lambda state: nipples.marked(state, to.view, to.row, to.column, moving=moving)
        )

    def drop(self) -> None:
        """Let go; a suggestion that was clicked without moving it is accepted."""
        view, self._view = self._view, None
        if view is not None and not self._has_moved:
            self._session.apply(lambda state: nipples.accepted(state, view))


def fill_nipple_menu(
    menu: QMenu, session: Session, view: View, point: tuple[float, float]
) -> None:
    """Mark it at a hung (row, column); accept a suggestion, or forget it."""
    menu.addSeparator()
    menu.addAction("Nipple here").triggered.connect(
        lambda: session.apply(lambda state: nipples.marked(state, view, *point))
    )
    known = nipples.nipple_of(session.state, view)
    if known is None:
        menu.addAction("Suggest nipples").triggered.connect(
            lambda: session.apply(nipples.suggested)
        )
        return
    if known.guessed:
        menu.addAction("Accept the suggested nipple").triggered.connect(
            lambda: session.apply(lambda state: nipples.accepted(state, view))
        )
    menu.addAction("Forget the nipple").triggered.connect(
        lambda: session.apply(lambda state: nipples.forgotten(state, view))
    )
