"""Says in the bar when models are seen, and locks the first read."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from viewer.display.colours import TEXT
from viewer.icons import icon
from viewer.session.state import SessionState
from viewer.session.trust import ReadingMode

WORDS = {
    ReadingMode.ON_REQUEST: "AI on request",
    ReadingMode.AFTER_LOCK: "AI after lock",
    ReadingMode.AT_ONCE: "AI at once",
}


class ModeButton(QToolButton):
    """A press locks the reading where that is awaited, else opens the settings."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName("Reading mode")
        self._actions = actions
        self._icons = {
            name: icon(f"mdi6.{name}", color=TEXT)
            for name in (
                "lock-open-variant-outline",
                "lock-outline",
                "eye-outline",
                "eye-check-outline",
            )
        }
        self.clicked.connect(self._press)

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """The mode, and whether the exam on the screen is locked."""
        self.setVisible(new.record is not None)
        if old is not None and (old.trust, old.record, old.keys) == (
            new.trust,
            new.record,
            new.keys,
        ):
            return
        trust = new.trust
        when = trust.locked.get(new.exam_key)
        held = trust.mode is ReadingMode.AFTER_LOCK or trust.withholds(new.exam_key)
        if held:
            icon = "lock-open-variant-outline" if when is None else "lock-outline"
        else:
            icon = "eye-check-outline" if trust.mode is ReadingMode.AT_ONCE else "eye-outline"
        self.setIcon(self._icons[icon])
        words = WORDS[ReadingMode.AFTER_LOCK if held else trust.mode]
        self.setText(words if when is None or not held else f"Locked {when:%H:%M}")
        lock = self._actions["lock"].toolTip().partition("\n")[0]
        self.setToolTip(
            f"{lock}: from then on you see what models say"
            if trust.withholds(new.exam_key)
            else f"Models are seen {trust.mode.value}; Settings change it"
        )

    def _press(self) -> None:
        lock = self._actions["lock"]
        (lock if lock.isEnabled() else self._actions["settings"]).trigger()
