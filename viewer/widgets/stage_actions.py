"""What one key does in a staged protocol: on and back, through tiles and exams, and to gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction

from models.exam import View
from viewer.display.hanging import pane_rects
from viewer.display.layout import single
from viewer.display.strip import HEIGHT_PX, parted
from viewer.session import covering, staging
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.transitions import said
from viewer.widgets.view_grid import ViewGrid


class StageActions:
    """Turns the stage keys into transitions.

    Parameters
    ----------
    grid : the panes of the main window, in which a view stands alone.
    go_to_exam : shows the exam at a place in the list.
    """

    def __init__(
        self, session: Session, grid: ViewGrid, go_to_exam: Callable[[int], None]
    ) -> None:
        self._session = session
        self._grid = grid
        self._go_to_exam = go_to_exam

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        return {
            "next_stage": lambda: self._step(1),
            "previous_stage": lambda: self._step(-1),
            "missed": lambda: self._session.apply(lambda s: staging.missed(s, self._pane)),
            "coverage_map": lambda: self._session.apply(covering.map_toggled),
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Offer what there is an exam for."""
        actions["coverage_map"].setChecked(state.staged.map_visible)
        for name in self.handlers():
            actions[name].setEnabled(state.record is not None)

    def go_to(self, stage: int) -> None:
        """Stage number `stage`, from 0."""
        if self._session.state.record is not None:
            self._session.apply(lambda state: staging.entered(state, stage, self._pane))

    def _step(self, by: int) -> None:
        state = self._session.state
        if state.index is None:
            return
        stepped = staging.stepped(state, by, self._pane)
        if stepped is not None:
            self._session.apply(lambda _: stepped)
        elif 0 <= state.index + by < len(state.records):
            self._go_to_exam(state.index + by)
            stage = 0 if by > 0 else len(state.staged.protocol.stages) - 1
            self._session.apply(lambda s: staging.entered(s, stage, self._pane, at_end=by < 0))
        else:
            words = staging.LAST_EXAM if by > 0 else staging.FIRST_EXAM
            self._session.apply(lambda s: said(s, words))

    def _pane(self, view: View) -> tuple[int, int]:
        """(height, width) of the pane of a view that stands alone, below its strip."""
        rects = pane_rects(single(view), *self._grid.size_px())
        strip_px = round(HEIGHT_PX * self._grid.devicePixelRatioF())
        below, _ = parted(rects, self._session.state.images, strip_px)
        return below[view].height, below[view].width
