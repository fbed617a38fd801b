"""What the reader can do to how images are looked at: size, place, polarity, tool, words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtGui import QAction

from viewer.session import measurements, nipples, sizes, transitions
from viewer.session.session import Session
from viewer.session.state import SessionState, Tool
from viewer.widgets.screens import LifeSize
from viewer.widgets.view_grid import ViewGrid

ZOOM = 1.25
NEEDING_IMAGES = (
    "fit",
    "same_size",
    "true_size",
    "actual",
    "invert",
    "reset",
    "mark_nipple",
    "suggest_nipples",
)


class LookActions:
    """Turns keys and buttons into transitions.

    Parameters
    ----------
    focused_grid : the panes in which the focused view is.
    """

    def __init__(
        self, session: Session, focused_grid: Callable[[], ViewGrid], life_size: LifeSize
    ) -> None:
        self._session = session
        self._grid = focused_grid
        self.life_size = life_size

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        apply = self._session.apply
        return {
            "enlarge": lambda: apply(measurements.entered),
            "fit": lambda: apply(sizes.fitted),
            "same_size": lambda: apply(sizes.same_sized),
            "true_size": self.life_size.toggle,
            "measure_screen": self.life_size.measure,
            "mark_nipple": lambda: self._grid().mark_nipple(),
            "suggest_nipples": lambda: apply(nipples.suggested),
            "actual": lambda: self._grid().actual_pixels(),
            "zoom_in": lambda: self._grid().zoom(ZOOM),
            "zoom_out": lambda: self._grid().zoom(1 / ZOOM),
            "reset": lambda: apply(transitions.look_reset),
            "linked": lambda: apply(lambda state: replace(state, linked=not state.linked)),
            "tool_window": partial(self._take_up, Tool.WINDOW),
            "tool_pan": partial(self._take_up, Tool.PAN),
            "detail": lambda: apply(lambda state: replace(state, detail=state.detail.next)),
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on, and offer what there are images for."""
        actions["linked"].setChecked(state.linked)
        actions["invert"].setChecked(state.look.inverted)
        actions["tool_window"].setChecked(state.tool is Tool.WINDOW)
        actions["tool_pan"].setChecked(state.tool is Tool.PAN)
        actions["same_size"].setChecked(sizes.is_same_sized(state))
        actions["true_size"].setChecked(sizes.is_true_sized(state))
        for name in NEEDING_IMAGES:
            actions[name].setEnabled(bool(state.images))

    def _take_up(self, tool: Tool) -> None:
        self._session.apply(lambda state: measurements.tool_taken(state, tool))
