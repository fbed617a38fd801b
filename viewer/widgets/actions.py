"""Makes the window's actions from their table, under the keys that are in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QWidget

from viewer.display.colours import ACCENT, TEXT
from viewer.display.protocols import own
from viewer.icons import icon
from viewer.keymap import Bound, Keymap, shown
from viewer.session.key_words import keyed
from viewer.widgets.action_spec import ActionSpec
from viewer.widgets.action_table import ACTIONS


def icon_for(spec: ActionSpec) -> QIcon:
    """The action's icon in the colours of the theme."""
    return icon(
        spec.icon, color=TEXT, color_disabled="#4A4F57", color_on=ACCENT, color_active="#FFFFFF"
    )


def tooltip(spec: ActionSpec, keys: tuple[str, ...], pressed: Mapping[str, str]) -> str:
    """Words and keys: `Fit (F)`; hints name those of other actions as `pressed` has them."""
    bound = ", ".join(shown(key) for key in keys)
    words = f"{spec.text.rstrip('…')} ({bound})" if bound else spec.text.rstrip("…")
    return f"{words}\n{keyed(spec.hint, pressed)}" if spec.hint else words


def hint_of(action: QAction) -> str:
    """The second line of an action's tooltip, in the keys that are in force; often empty."""
    return action.toolTip().partition("\n")[2]


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
        if spec.icon:
            action.setIcon(icon_for(spec))
        action.triggered.connect(_plain(handlers[spec.name]))
        owner.addAction(action)
        actions[spec.name] = action
    bind(actions, Keymap())
    return actions


def bind(actions: Mapping[str, QAction], keymap: Keymap) -> None:
    """Give actions their keys, and say these in their tooltips."""
    words = pressed(keymap)
    for spec in specs():
        keys = keymap.keys_of(_bound(spec))
        actions[spec.name].setShortcuts([QKeySequence(key) for key in keys])
        actions[spec.name].setToolTip(tooltip(spec, keys, words))


def pressed(keymap: Keymap) -> dict[str, str]:
    """What is pressed for each action, as sentences say it: its keys, or else its title."""
    words = {}
    for spec in specs():
        keys = [shown(key) for key in keymap.keys_of(_bound(spec))]
        words[spec.name] = " or ".join(keys) or f"“{spec.text.rstrip('…')}”"
    return words


def bindable() -> tuple[Bound, ...]:
    """Everything that keys can be bound to."""
    return tuple(_bound(spec) for spec in specs())


def _bound(spec: ActionSpec) -> Bound:
    return Bound(spec.name, spec.text.rstrip("…"), spec.keys)


def _plain(handler: Callable[[], None]) -> Callable[[bool], None]:
    """Drop the `checked` argument: handlers read the session instead of the button."""

    def triggered(_checked: bool = False) -> None:
        handler()

    return triggered
