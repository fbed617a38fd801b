"""What the reader can do to marks: all of them under one key, each kind with its own switch."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from viewer.display.overlay import Overlays
from viewer.session import transitions
from viewer.session.pages import nothing_to_draw
from viewer.session.session import Session
from viewer.session.state import SessionState

OVERLAYS = ("malignant", "benign", "patches", "calcifications", "masses", "own", "truth")
PEEK_S = 0.35


class MarkActions(QObject):
    """Turns keys and switches into transitions; an event filter of every window with panes."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._pressed: float | None = None
        self._keys: frozenset[str] = frozenset()

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        switches = {f"overlay_{name}": partial(self._toggle, name) for name in OVERLAYS}
        return {"marks": self._press, **switches}

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on."""
        shortcuts = (keys.toString() for keys in actions["marks"].shortcuts())
        self._keys = frozenset(keys.rpartition("+")[2] for keys in shortcuts)
        for name in OVERLAYS:
            actions[f"overlay_{name}"].setChecked(getattr(state.overlays, name))
        actions["marks"].setChecked(state.marks_visible)

    def fill_menu(self, menu: QMenu, actions: Mapping[str, QAction]) -> None:
        """The switches."""
        for name in ("marks", *(f"overlay_{overlay}" for overlay in OVERLAYS)):
            menu.addAction(actions[name])

    def change(self, **changes: object) -> None:
        """Other opacity, threshold, colours or kinds."""
        overlays: Overlays = replace(self._session.state.overlays, **changes)  # type: ignore[arg-type]
        self._session.apply(lambda state: transitions.overlaid(state, overlays))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Releasing the marks key after holding it undoes what pressing it did."""
        if (
            event.type() == QEvent.Type.KeyRelease
            and isinstance(event, QKeyEvent)
            and QKeySequence(event.key()).toString() in self._keys
            and not event.isAutoRepeat()
            and self._pressed is not None
        ):
            held = time.monotonic() - self._pressed
            self._pressed = None
            if held > PEEK_S:
                self._show_or_hide()
        return super().eventFilter(watched, event)

    def _press(self) -> None:
        self._pressed = time.monotonic()
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        self._session.apply(lambda s: replace(s, marks_visible=not s.marks_visible))

    def _toggle(self, name: str) -> None:
        overlays = self._session.state.overlays
        visible = self._session.state.marks_visible
        on = not getattr(overlays, name) if visible else True
        self.change(**{name: on})
        hint = nothing_to_draw(self._session.state, name) if on else ""
        self._session.apply(lambda state: transitions.said(state, hint))
