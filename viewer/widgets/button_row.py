"""Buttons for actions, in groups; those that find no room are in a menu at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from viewer.display.colours import TEXT
from viewer.icons import icon

SIDE_PX = 32
BETWEEN_PX = 2
BETWEEN_GROUPS_PX = 12

Groups = Sequence[Sequence[str]]


class ButtonRow(QWidget):
    """As many buttons as `fit` was given room for.

    Parameters
    ----------
    groups : names of actions as they stand, a little apart from group to group.
    leaving : names that leave together where room is short, the first to leave first; all
        others stay.
    """

    def __init__(
        self,
        groups: Groups,
        leaving: Groups,
        actions: Mapping[str, QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._groups = groups
        self._leaving = leaving
        self._actions = actions
        self._buttons: dict[str, QToolButton] = {}
        self._boxes: list[QWidget] = []
        row = _flush_row(self, BETWEEN_GROUPS_PX)
        for names in groups:
            box = QWidget()
            inside = _flush_row(box, BETWEEN_PX)
            for name in names:
                self._buttons[name] = button_for(actions[name])
                inside.addWidget(self._buttons[name])
            self._boxes.append(box)
            row.addWidget(box)
        self.menu = QMenu(self)
        self._more = QToolButton()
        self._more.setIcon(icon("mdi6.dots-horizontal", color=TEXT))
        self._more.setToolTip("More buttons, for which there is no room")
        self._more.setFixedSize(SIDE_PX, SIDE_PX)
        self._more.setMenu(self.menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.addWidget(self._more)
        self.fit(self._width(frozenset()))

    def fit(self, room_px: int) -> None:
        """Show what `room_px` logical pixels hold, or those that never leave."""
        gone: tuple[str, ...] = ()
        for names in ((), *self._leaving):
            gone = (*gone, *names)
            if self._width(frozenset(gone)) <= room_px:
                break
        for name, button in self._buttons.items():
            button.setVisible(name not in gone)
        for box, names in zip(self._boxes, self._groups, strict=True):
            box.setVisible(any(name not in gone for name in names))
        self.menu.clear()
        for names in self._groups:
            self.menu.addActions([self._actions[name] for name in names if name in gone])
            self.menu.addSeparator()
        self._more.setVisible(bool(gone))
        self.setFixedWidth(self._width(frozenset(gone)))

    def _width(self, gone: frozenset[str]) -> int:
        """Logical pixels that the row takes without some of its buttons."""
        counts = [sum(name not in gone for name in names) for names in self._groups]
        widths = [n * (SIDE_PX + BETWEEN_PX) - BETWEEN_PX for n in counts if n]
        if gone:
            widths.append(SIDE_PX)
        return sum(widths) + BETWEEN_GROUPS_PX * (len(widths) - 1)


def button_for(action: QAction) -> QToolButton:
    """A square button with the action's icon."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(20, 20))
    button.setAutoRaise(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFixedSize(SIDE_PX, SIDE_PX)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _flush_row(owner: QWidget, spacing: int) -> QHBoxLayout:
    row = QHBoxLayout(owner)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    return row
