"""What the reader can do to measurements by key and menu: tools, showing, wording, deleting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction

from viewer.session import measurements
from viewer.session.session import Session
from viewer.session.state import SessionState, Tool

TOOLS = tuple(tool for tool in Tool if measurements.kind_of(tool) is not None)


class MeasureActions:
    """Turns keys and buttons into transitions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        apply = self._session.apply
        return {
            **{f"tool_{tool.value}": partial(self._take_up, tool) for tool in TOOLS},
            "measurements": lambda: apply(measurements.visible_or_not),
            "delete_measurement": lambda: apply(measurements.deleted),
            "word_measurement": lambda: apply(measurements.writing),
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on, and offer what there is something for."""
        for tool in TOOLS:
            actions[f"tool_{tool.value}"].setChecked(state.tool is tool)
            actions[f"tool_{tool.value}"].setEnabled(bool(state.images))
        actions["measurements"].setChecked(state.measuring.visible)
        chosen = measurements.measurement_of(state, state.measuring.selected)
        for name in ("delete_measurement", "word_measurement"):
            actions[name].setEnabled(chosen is not None)

    def _take_up(self, tool: Tool) -> None:
        """The tool, or the usual one again when it is in hand already."""
        wanted = Tool.WINDOW if self._session.state.tool is tool else tool
        self._session.apply(lambda state: measurements.tool_taken(state, wanted))
