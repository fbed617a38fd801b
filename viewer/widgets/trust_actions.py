"""Locking the first read, and the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from viewer.preferences import Preferences
from viewer.session import trusting
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.trust import ReadingMode
from viewer.widgets.settings_dialog import SettingsDialog


class TrustActions(QObject):
    """Turns keys into transitions, and holds the preferences in force.

    `preferences_changed` fires with the `Preferences` that a reader chose.

    Attributes
    ----------
    audit_folder : where the audit log lies, or None.
    """

    preferences_changed = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.preferences = Preferences()
        self.audit_folder: Path | None = None

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        return {
            "lock": self._lock,
            "reveal": lambda: self._session.apply(trusting.revealed),
            "settings": self._show,
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """A first read that began under the lock is locked once; in another mode it need not."""
        waits = state.exam is not None and state.trust.withholds(state.exam_key)
        actions["lock"].setEnabled(waits)
        locking = state.trust.mode is ReadingMode.AFTER_LOCK
        actions["lock"].setVisible(locking or waits)
        actions["reveal"].setEnabled(waits and not locking)

    def use(self, preferences: Preferences) -> None:
        """These are in force."""
        before, self.preferences = self.preferences, preferences
        if before.mode is not preferences.mode:
            self._session.apply(lambda state: trusting.mode_chosen(state, preferences.mode))

    def _lock(self) -> None:
        now = datetime.now().astimezone()
        self._session.apply(lambda state: trusting.locked(state, now))

    def _show(self) -> None:
        dialog = SettingsDialog(
            self.preferences, self.audit_folder, self._session.state.keys, self._window
        )
        dialog.chosen.connect(self._take)
        dialog.open()

    def _take(self, preferences: Preferences) -> None:
        self.use(preferences)
        self.preferences_changed.emit(preferences)
