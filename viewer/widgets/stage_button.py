"""How far reading has come: one dot a stage, and how much tissue was on the screen at 1:1."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from viewer.session.covering import percent_seen, shares_seen
from viewer.session.staging import place_of
from viewer.session.state import SessionState

REACHED, AHEAD = "●", "○"
ACTIONS = ("next_stage", "previous_stage", "missed", "coverage_map")


class StageButton(QToolButton):
    """`●●○○○ 64 %`; the menu names the stages and goes to each."""

    stage_chosen = Signal(int)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stages")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Stages")
        self._actions = actions
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self._stages: tuple[str, ...] = ()
        self._reached = -1

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """Dots and share of the exam on the screen."""
        self.setVisible(new.record is not None)
        if old is not None and _decides(old) == _decides(new):
            return
        self._stages = tuple(stage.title for stage in new.staged.protocol.stages)
        place = place_of(new)
        self._reached = -1 if place is None else place.stage
        shares = shares_seen(new)
        percent = percent_seen(shares)
        dots = "".join(
            REACHED if number <= self._reached else AHEAD for number in range(len(self._stages))
        )
        self.setText(dots if percent is None else f"{dots}  {percent} %")
        lines = [
            f"{REACHED if number <= self._reached else AHEAD}  {number + 1}  {title}"
            for number, title in enumerate(self._stages)
        ]
        if percent is not None:
            lines.append(f"Tissue on the screen at 1:1 or larger: {percent} %")
            lines += [
                f"    {view.label}  {percent_seen({view: share})} %"
                for view, share in shares.items()
            ]
        keys = self._actions["next_stage"].shortcut().toString()
        back = self._actions["previous_stage"].shortcut().toString()
        self.setToolTip("\n".join([*lines, f"{keys} goes on, {back} goes back"]))

    def _fill(self) -> None:
        self._menu.clear()
        for number, title in enumerate(self._stages):
            entry = self._menu.addAction(f"{number + 1}  {title}")
            entry.setCheckable(True)
            entry.setChecked(number == self._reached)
            entry.triggered.connect(lambda _=False, number=number: self.stage_chosen.emit(number))
        self._menu.addSeparator()
        self._menu.addActions([self._actions[name] for name in ACTIONS])


def _decides(state: SessionState) -> tuple[object, ...]:
    """The parts of the state that it shows."""
    staged = state.staged
    key = state.exam_key
    return id(state.images), state.index, staged.places.get(key), id(staged.coverage.get(key))
