"""What the reader can do to find the way: panes that move together, what follows the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction

from viewer.session.looking import coupled
from viewer.session.session import Session
from viewer.session.sizes import fitted_on_breasts
from viewer.session.state import SessionState


class NavigationActions:
    """Turns keys and buttons into transitions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        apply = self._session.apply
        return {
            "coupled": lambda: apply(coupled),
            "fit_breast": lambda: apply(fitted_on_breasts),
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on."""
        habits = state.navigation.habits
        actions["coupled"].setChecked(habits.coupled)
        actions["fit_breast"].setChecked(habits.on_breast)
