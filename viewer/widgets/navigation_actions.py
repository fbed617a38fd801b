"""What the reader can do to find the way: panes that move together, what follows the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction

from viewer.session.looking import coupled
from viewer.session.session import Session
from viewer.session.state import SessionState


class NavigationActions:
    """Turns keys and buttons into transitions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        return {"coupled": lambda: self._session.apply(coupled)}

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on."""
        actions["coupled"].setChecked(state.navigation.habits.coupled)
