"""Widgets that keep the keys they use themselves from the window's single-key shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QListWidget, QSlider, QWidget

ARROWS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
SPACE = frozenset({Qt.Key.Key_Space})
CHOICES = ARROWS | {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def _is_own(event: QEvent, keys: frozenset[Qt.Key]) -> bool:
    """Whether Qt asks if a key is the widget's own (otherwise it becomes a shortcut)."""
    return (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.key() in keys
        and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    )


class KeySlider(QSlider):
    """A slider that the arrow keys move while it has the focus."""

    def event(self, event: QEvent) -> bool:
        """Keep the arrows."""
        if _is_own(event, ARROWS):
            event.accept()
            return True
        return super().event(event)


class KeyList(QListWidget):
    """A list that arrows and Return work in while it has the focus."""

    def event(self, event: QEvent) -> bool:
        """Keep the arrows and Return."""
        if _is_own(event, CHOICES):
            event.accept()
            return True
        return super().event(event)


class SpaceForControls(QObject):
    """Space presses a button or opens a list of choices that has the focus; elsewhere it is the
    window's.

    Parameters
    ----------
    window : all controls that are in it now.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        for kind in (QAbstractButton, QComboBox):
            for control in window.findChildren(kind):
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep Space."""
        if _is_own(event, SPACE):
            event.accept()
            return True
        return super().eventFilter(watched, event)
