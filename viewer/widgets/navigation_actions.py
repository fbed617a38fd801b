"""What the reader can do to find the way: panes that move together, what follows the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QWidget

from viewer.session import navigation
from viewer.session.arcs import arc_stepped
from viewer.session.lenses import mirror
from viewer.session.looking import coupled
from viewer.session.session import Session, Transition
from viewer.session.sizes import fitted_on_breasts
from viewer.session.state import SessionState
from viewer.widgets.view_grid import ViewGrid

PEEK_S = 0.35
HELD: Mapping[str, Transition] = {
    "magnifier": navigation.magnifier,
    "mirror_lens": mirror,
}
OFFERED = ("coupled", "magnifier", "mirror_lens", "nipple_arc")  # where the right button asks
TAPPED: Mapping[str, Transition] = {
    "coupled": coupled,
    "fit_breast": fitted_on_breasts,
    "magnifier_scale": navigation.magnifier_scaled,
    "magnifier_negative": navigation.magnifier_inverted,
    "tied": navigation.tied,
    "nipple_arc": arc_stepped,
    "nipple_arc_both": navigation.arc_in_both,
}


class NavigationActions(QObject):
    """Turns keys and buttons into transitions; an event filter of every window with panes.

    A tap on the key of a `HELD` action switches it; held down, it lasts until the key is let go.

    Parameters
    ----------
    grids : every group of panes there is, to ask where the cursor is.
    """

    def __init__(
        self, session: Session, grids: Callable[[], Sequence[ViewGrid]], window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._grids = grids
        self._actions: Mapping[str, QAction] = {}
        self._pressed: dict[str, float] = {}
        window.installEventFilter(self)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        return {
            **{name: self._switching(name, step) for name, step in HELD.items()},
            **{name: self._applying(step) for name, step in TAPPED.items()},
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on."""
        self._actions = actions
        habits = state.navigation.habits
        actions["coupled"].setChecked(habits.coupled)
        actions["fit_breast"].setChecked(habits.on_breast)
        actions["magnifier"].setChecked(state.navigation.lens)
        actions["magnifier_scale"].setChecked(habits.lens_scale == 2)
        actions["magnifier_negative"].setChecked(habits.lens_negative)
        actions["mirror_lens"].setChecked(state.navigation.mirror)
        actions["tied"].setChecked(habits.tied)
        actions["nipple_arc"].setChecked(state.navigation.arc is not navigation.Arc.OFF)
        actions["nipple_arc_both"].setChecked(habits.arc_both)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Letting go of a key that was held undoes what pressing it did."""
        if (
            event.type() == QEvent.Type.KeyRelease
            and isinstance(event, QKeyEvent)
            and not event.isAutoRepeat()
        ):
            for name in [name for name in self._pressed if self._is_key_of(name, event)]:
                if time.monotonic() - self._pressed.pop(name) > PEEK_S:
                    self._apply(HELD[name])
        return super().eventFilter(watched, event)

    def _is_key_of(self, name: str, event: QKeyEvent) -> bool:
        shortcuts = [each for each in self._actions[name].shortcuts() if each.count()]
        keys = [each[0].key() for each in shortcuts]  # type: ignore[index]
        return event.key() in keys

    def _switching(self, name: str, step: Transition) -> Callable[[], None]:
        def switch() -> None:
            self._apply(step)
            self._pressed[name] = time.monotonic()  # from when it can be seen

        return switch

    def _applying(self, step: Transition) -> Callable[[], None]:
        return lambda: self._apply(step)

    def _apply(self, step: Transition) -> None:
        self._session.apply(step)
        for grid in self._grids():  # the cursor need not move first
            grid.point_here()
