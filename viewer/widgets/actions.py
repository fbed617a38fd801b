"""The actions of the window, made from the table and the layouts of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import qtawesome
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from viewer.display.colours import ACCENT, TEXT
from viewer.display.protocols import own
from viewer.widgets.action_table import ACTIONS, ActionSpec


def icon_for(spec: ActionSpec) -> object:
    """The action's icon in the colours of the theme."""
    return qtawesome.icon(
        spec.icon, color=TEXT, color_disabled="#4A4F57", color_on=ACCENT, color_active="#FFFFFF"
    )


def tooltip(spec: ActionSpec) -> str:
    """Words and keys: `Fit (F)`."""
    keys = ", ".join(QKeySequence(key).toString() for key in spec.keys)
    words = f"{spec.text.rstrip('…')} ({keys})" if keys else spec.text.rstrip("…")
    return f"{words}\n{spec.hint}" if spec.hint else words


def specs() -> tuple[ActionSpec, ...]:
    """The table, and the layouts of the user's own hanging protocols."""
    layouts = (
        ActionSpec(
            f"layout_{layout.name}",
            layout.title,
            (layout.key,) if layout.key else (),
            checkable=True,
            group="Layout",
        )
        for layout in own().layouts
    )
    return (*ACTIONS, *layouts)


def make_actions(owner: QWidget, handlers: Mapping[str, Callable[[], None]]) -> dict[str, QAction]:
    """One QAction for each of `specs()`, calling the handler of its name.

    Raises KeyError when a row has no handler: every action does something.
    """
    actions = {}
    for spec in specs():
        action = QAction(spec.text, owner)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setAutoRepeat(not spec.checkable)  # a held key switches once
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setToolTip(tooltip(spec))
        if spec.icon:
            action.setIcon(icon_for(spec))  # type: ignore[arg-type]
        action.triggered.connect(_plain(handlers[spec.name]))
        owner.addAction(action)
        actions[spec.name] = action
    return actions


def _plain(handler: Callable[[], None]) -> Callable[[bool], None]:
    """Drop the `checked` argument: handlers read the session instead of the button."""

    def triggered(_checked: bool = False) -> None:
        handler()

    return triggered
