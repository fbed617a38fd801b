"""What dragging in a pane does: the first gesture that takes a press has the drag to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt

from models.exam import View
from viewer.display.viewport import Viewport
from viewer.session.gray import windowed
from viewer.session.looking import looked_through
from viewer.session.session import Session
from viewer.session.state import Tool

DRAG_PIXELS = 400.0  # dragging this far moves the centre by one width, or doubles the width


@dataclass(frozen=True, slots=True)
class PanePoint:
    """Where the mouse is, in the pane of a view that shows an image.

    Attributes
    ----------
    y, x : in the pane, device pixels; beyond its edges while a drag leads there.
    row, column : the hung image's point under it, continuous.
    ratio : device pixels per logical pixel.
    button : that is held down; modifiers : of the keyboard.
    """

    view: View
    viewport: Viewport
    y: float
    x: float
    row: float
    column: float
    ratio: float
    button: Qt.MouseButton
    modifiers: Qt.KeyboardModifier


class Gesture(Protocol):
    """One thing that a drag can do."""

    def take(self, at: PanePoint) -> bool:
        """Whether a press here begins it."""
        ...

    def move(self, to: PanePoint) -> None:
        """The mouse went on, in the pane where it began."""
        ...

    def drop(self) -> None:
        """The button was let go."""
        ...


class PanDrag:
    """The middle button, or the left one with the pan tool, moves the image under the cursor."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: PanePoint | None = None

    def take(self, at: PanePoint) -> bool:
        """Any press that pans."""
        pans = at.button is Qt.MouseButton.MiddleButton or self._session.state.tool is Tool.PAN
        self._last = at if pans else None
        return pans

    def move(self, to: PanePoint) -> None:
        """Keep the point of the image under the cursor; Shift for the other way of coupling."""
        if self._last is not None:
            moved = to.viewport.panned(to.y - self._last.y, to.x - self._last.x)
            shift = bool(to.modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._session.apply(
                lambda state: looked_through(state, to.view, moved, other_way=shift)
            )
            self._last = to

    def drop(self) -> None:
        """Stay there."""
        self._last = None


class WindowDrag:
    """The left button widens and brightens: one image, or all that are linked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: PanePoint | None = None

    def take(self, at: PanePoint) -> bool:
        """Any press with the left button."""
        self._last = at
        return at.button is Qt.MouseButton.LeftButton

    def move(self, to: PanePoint) -> None:
        """Up is brighter, right is wider; Shift for the other way of linking."""
        if self._last is None:
            return
        down = (to.y - self._last.y) / to.ratio
        across = (to.x - self._last.x) / to.ratio
        self._last = to
        state = self._session.state
        shift = bool(to.modifiers & Qt.KeyboardModifier.ShiftModifier)
        views = tuple(state.images) if state.linked != shift else (to.view,)
        brighter, wider = -down / DRAG_PIXELS, across / DRAG_PIXELS
        self._session.apply(lambda state: windowed(state, views, brighter, wider))

    def drop(self) -> None:
        """Stay so."""
        self._last = None
