"""Everything that can be done, found by typing some of its words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.widgets.action_spec import ActionSpec
from viewer.widgets.actions import hint_of, specs

WIDTH, HEIGHT = 640, 440
ROW = 32
MOVING = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class Palette(QDialog):
    """A line to type in and what it finds; Return does it, Esc does nothing."""

    chosen = Signal(str)  # the name of an action

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Commands")
        self.setObjectName("palette")
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setModal(True)
        self.resize(WIDTH, HEIGHT)
        self._actions = actions
        self.line = QLineEdit()
        self.line.setPlaceholderText("What do you want to do?")
        self.line.setAccessibleName("Search commands")
        self.line.textChanged.connect(self._find)
        self.line.returnPressed.connect(self._choose)
        self.line.installEventFilter(self)
        self.found = QListWidget()
        self.found.setAccessibleName("Commands")
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.itemClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.line)
        column.addWidget(self.found, 1)
        self._find("")

    def show_over(self, window: QWidget) -> None:
        """At the top of a window, in the middle."""
        place = window.mapToGlobal(window.rect().topLeft())
        self.move(place.x() + (window.width() - WIDTH) // 2, place.y() + 80)
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrows move in the list while the line is typed in."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in MOVING
        ):
            self.found.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _find(self, typed: str) -> None:
        self.found.clear()
        wanted = typed.casefold().split()
        ranked = sorted(
            (rank, place, spec)
            for place, spec in enumerate(specs())
            if (rank := _rank(spec, self._words(spec), wanted)) is not None
        )
        for _, _, spec in ranked:
            self._add(spec)
        self.found.setCurrentRow(0)

    def _words(self, spec: ActionSpec) -> str:
        """What an action is called now, which may tell more than the table does."""
        return self._actions[spec.name].text().rstrip("…")

    def _add(self, spec: ActionSpec) -> None:
        action = self._actions[spec.name]
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, spec.name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self._words(spec))
        item.setToolTip(hint_of(action))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(8, 0, 8, 0)
        line.setSpacing(12)
        words = QLabel(self._words(spec))
        group = QLabel(spec.group if action.isEnabled() else f"{spec.group} · not now")
        keys = QLabel("   ".join(each.toString() for each in action.shortcuts()))
        words.setEnabled(action.isEnabled())
        group.setProperty("role", "muted")
        keys.setProperty("role", "muted")
        line.addWidget(words)
        line.addWidget(group)
        line.addStretch(1)
        line.addWidget(keys)
        item.setSizeHint(QSize(0, ROW))
        self.found.addItem(item)
        self.found.setItemWidget(item, row)

    def _choose(self) -> None:
        if self.found.currentRow() < 0:
            return
        name = self.found.currentItem().data(Qt.ItemDataRole.UserRole)
        if self._actions[name].isEnabled():
            self.accept()
            self.chosen.emit(name)


def _rank(spec: ActionSpec, words: str, wanted: list[str]) -> int | None:
    """The smaller the nearer; None where a word typed is nowhere."""
    name = words.casefold()
    everything = f"{name} {spec.text} {spec.group} {spec.hint}".casefold()
    if not all(each in everything for each in wanted):
        return None
    if not wanted or name.startswith(" ".join(wanted)):
        return 0
    return 1 if all(each in name for each in wanted) else 2
