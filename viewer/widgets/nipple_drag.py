"""Moving the mark of a nipple with the mouse, and what the right button offers for it."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from models.exam import View
from viewer.display.signs import is_held
from viewer.display.viewport import Viewport
from viewer.session import nipples
from viewer.session.session import Session


class NippleDrag:
    """One drag of a mark, undone as one thing.

    Attributes
    ----------
    view : the pane whose mark is held, or None.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._has_moved = False
        self.view: View | None = None

    def take(self, view: View, viewport: Viewport, at: tuple[float, float], factor: float) -> bool:
        """Take hold of the mark if it lies at (y, x) of the pane."""
        state = self._session.state
        image, nipple = state.images.get(view), nipples.nipple_of(state, view)
        if image is None or nipple is None or not is_held(image, nipple, viewport, at, factor):
            return False
        self.view, self._has_moved = view, False
        return True

    def move(self, row: float, column: float) -> None:
        """Bring it to a hung point."""
        view, moving = self.view, self._has_moved
        if view is not None:
            self._has_moved = True
            self._session.apply(
                lambda state: nipples.marked(state, view, row, column, moving=moving)
            )

    def drop(self) -> None:
        """Let go; a suggestion that was clicked without moving it is accepted."""
        view, self.view = self.view, None
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
