"""What the reader can do to how images hang: layouts, the tray, and images placed by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from models.exam import STANDARD_VIEWS, View
from viewer.display.hanging import all_layouts
from viewer.display.protocols import SINGLE
from viewer.session import placing
from viewer.session.hands import TURNS, Hands
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.transitions import laid_out
from viewer.widgets.image_tray import ImageTray


class HangingActions(QObject):
    """Turns actions and menu entries into transitions and into work of the `Hands`."""

    def __init__(self, session: Session, hands: Hands, tray: ImageTray, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._hands = hands
        self.tray = tray
        self.tray.chosen.connect(hands.show_aside)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        handlers: dict[str, Callable[[], None]] = {
            "undo": self._hands.undo,
            "redo": self._hands.redo,
            "tray": self._show_tray,
        }
        for name in TURNS:
            handlers[name] = partial(self._hands.turn, name)
        for name in all_layouts():
            handlers[f"layout_{name}"] = partial(self._lay_out, name)
        return handlers

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick the layout in force, name what would be undone, count the tray."""
        for name in all_layouts():
            if name != SINGLE:  # that one is `enlarge`
                actions[f"layout_{name}"].setChecked(state.layout == name)
        actions["enlarge"].setChecked(state.layout == SINGLE)
        for name, steps in (("undo", state.work.done), ("redo", state.work.undone)):
            actions[name].setEnabled(bool(steps))
            actions[name].setText(
                f"{name.capitalize()}: {steps[-1][0]}" if steps else name.title()
            )
        can_turn = placing.source_of(state, state.focus) is not None
        for name in TURNS:
            actions[name].setEnabled(can_turn)
        items = placing.tray_of(state)
        actions["tray"].setEnabled(bool(items))
        actions["tray"].setText(
            f"Images set aside ({len(items)})…" if items else "Images set aside…"
        )
        if self.tray.isVisible():
            self.tray.show_items(items)

    def fill_menu(self, menu: QMenu, view: View, actions: Mapping[str, QAction]) -> None:
        """What can be done with how one image hangs."""
        state = self._session.state
        layouts = menu.addMenu("Layout")
        for name in (*(f"layout_{name}" for name in all_layouts() if name != SINGLE), "enlarge"):
            layouts.addAction(actions[name])
        if placing.source_of(state, view) is not None:
            by_hand = menu.addMenu("By hand")
            for wanted in STANDARD_VIEWS:
                action = by_hand.addAction(f"Show this image as {wanted.label}")
                action.setEnabled(wanted != view)
                action.triggered.connect(
                    lambda _=False, wanted=wanted: self._hands.show_as(view, wanted)
                )
            by_hand.addSeparator()
            for name in (*TURNS, "undo", "redo"):
                by_hand.addAction(actions[name])
        menu.addAction(actions["tray"])

    def _lay_out(self, name: str) -> None:
        self._session.apply(lambda state: laid_out(state, name))

    def _show_tray(self) -> None:
        self.tray.show_items(placing.tray_of(self._session.state))
        self.tray.show()
        self.tray.raise_()
        self.tray.activateWindow()
