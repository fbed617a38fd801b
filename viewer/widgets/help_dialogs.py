"""The sheet of keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from viewer.widgets.actions import specs

MOUSE = (
    ("Left drag", "the chosen tool: window/level at start"),
    ("Shift + left drag", "window one view, or all when linking is off"),
    ("Middle drag", "pan"),
    ("Wheel", "zoom at the cursor"),
    ("Left drag on a measurement", "move it, or one of its points"),
    ("Double click", "enlarge, and back; on a measurement: its words"),
    ("Right click", "what can be done here"),
)
COLUMNS = 3
WIDTH_PX = 1240
KEYS_PX = 112
MOST_OF_SCREEN = 0.92  # the title bar needs the rest


def keys_dialog(parent: QWidget | None) -> QDialog:
    """Every key and gesture, by group; no larger than the screen, and what is below scrolls."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Keys")
    sheet = QWidget()
    sheet.setObjectName("panel")
    row = QHBoxLayout(sheet)
    row.setContentsMargins(28, 24, 28, 24)
    row.setSpacing(40)
    columns = [QVBoxLayout() for _ in range(COLUMNS)]
    heights = [0] * COLUMNS
    for group, rows in sorted(_groups().items(), key=lambda each: -len(each[1])):
        shortest = heights.index(min(heights))
        heights[shortest] += len(rows) + 2
        columns[shortest].addWidget(_sheet(group, rows))
    for column in columns:
        column.setSpacing(20)
        column.addStretch(1)
        row.addLayout(column, 1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(sheet)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(area)
    room = dialog.screen().availableSize() * MOST_OF_SCREEN
    width = min(WIDTH_PX, room.width())
    dialog.resize(width, min(sheet.heightForWidth(width), room.height()))
    return dialog


def _groups() -> dict[str, list[tuple[str, str]]]:
    """(keys, words) of every action that has keys, and of the mouse."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for spec in specs():
        if spec.keys:
            keys = "  ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in spec.keys
            )
            hint = f" ({spec.hint})" if spec.hint else ""
            groups.setdefault(spec.group, []).append((keys, f"{spec.text.rstrip('…')}{hint}"))
    return {**groups, "Mouse": list(MOUSE)}


def _sheet(group: str, rows: list[tuple[str, str]]) -> QWidget:
    sheet = QWidget()
    grid = QGridLayout(sheet)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    heading = QLabel(group)
    heading.setProperty("role", "title")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (keys, words) in enumerate(rows, start=1):
        left = QLabel(keys)
        left.setProperty("role", "number")
        left.setMinimumWidth(KEYS_PX)
        grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
        right = QLabel(words)
        right.setWordWrap(True)
        right.setProperty("role", "muted")
        grid.addWidget(right, row, 1)
    return sheet
