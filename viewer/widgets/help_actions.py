"""Finding what can be done: the palette, the sheet of keys, other keys, and what Fourview is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from viewer.keymap import Keymap
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.widgets.about_dialog import about_dialog
from viewer.widgets.actions import bind, pressed
from viewer.widgets.key_editor import KeyEditor
from viewer.widgets.key_sheet import KeySheet
from viewer.widgets.palette import Palette


class HelpActions(QObject):
    """Shows the dialogs, and holds the keys in force.

    `keys_changed` fires with the `Keymap` that a reader chose.
    """

    keys_changed = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._actions: Mapping[str, QAction] = {}
        self.keymap = Keymap()
        self._say(self.keymap)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        return {
            "palette": self._find,
            "keys": lambda: KeySheet(self._actions, self._window).show(),
            "edit_keys": self._edit,
            "about": lambda: about_dialog(self._window).show(),
        }

    def show_state(self, actions: Mapping[str, QAction], _state: SessionState) -> None:
        """Help is always there; these are the actions that it speaks of."""
        self._actions = actions

    def use(self, keymap: Keymap) -> None:
        """These keys are in force, and sentences name them."""
        self.keymap = keymap
        bind(self._actions, keymap)
        self._say(keymap)

    def _say(self, keymap: Keymap) -> None:
        keys = MappingProxyType(pressed(keymap))
        self._session.apply(lambda state: replace(state, keys=keys))

    def _find(self) -> None:
        palette = Palette(self._actions, self._window)
        palette.chosen.connect(lambda name: self._actions[name].trigger())
        palette.show_over(self._window)

    def _edit(self) -> None:
        editor = KeyEditor(self.keymap, self._window)
        editor.changed.connect(self._take)
        editor.open()  # no key of the panes reaches past it

    def _take(self, keymap: Keymap) -> None:
        self.use(keymap)
        self.keys_changed.emit(keymap)
