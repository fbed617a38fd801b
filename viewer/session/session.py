"""The one place that holds the state of the window and tells everyone when it changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from viewer.session.state import SessionState

Transition = Callable[[SessionState], SessionState]


class Session(QObject):
    """Holds a `SessionState`; `changed(old, new)` fires after each transition that changed it."""

    changed = Signal(object, object)

    def __init__(self, state: SessionState | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state or SessionState()

    @property
    def state(self) -> SessionState:
        """The state now."""
        return self._state

    def apply(self, transition: Transition) -> None:
        """Replace the state by what `transition` makes of it."""
        old, new = self._state, transition(self._state)
        if new is not old:
            self._state = new
            self.changed.emit(old, new)
