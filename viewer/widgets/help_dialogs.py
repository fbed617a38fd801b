"""What Fourview is, and the sheet of keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from models import RESEARCH_USE_ONLY, __version__
from viewer.widgets.actions import specs

MOUSE = (
    ("Left drag", "the chosen tool: window/level at start"),
    ("Shift + left drag", "window one view, or all when linking is off"),
    ("Middle drag", "pan"),
    ("Wheel", "zoom at the cursor"),
    ("Double click", "enlarge, and back"),
    ("Right click", "what can be done here"),
)
COLUMNS = 3


def about_dialog(parent: QWidget | None) -> QDialog:
    """Name, version, purpose, and what it must not be used for."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("About Fourview")
    column = QVBoxLayout(dialog)
    column.setContentsMargins(28, 24, 28, 24)
    column.setSpacing(12)
    for role, words in (
        ("headline", "Fourview"),
        ("muted", f"Version {__version__}"),
        ("strong", RESEARCH_USE_ONLY),
        (
            "",
            "Reads four-view mammograms in a hanging protocol and runs published deep-learning "
            "models on this computer. Scores are not calibrated. Nothing leaves this computer.",
        ),
        (
            "muted",
            "Apache License 2.0. The models and their weights belong to their authors; "
            "see Models for citations and licences.",
        ),
    ):
        label = QLabel(words)
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.setMinimumWidth(420)
        column.addWidget(label)
    return dialog


def keys_dialog(parent: QWidget | None) -> QDialog:
    """Every key and gesture, by group."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Keys")
    grid = QGridLayout(dialog)
    grid.setContentsMargins(28, 24, 28, 24)
    grid.setHorizontalSpacing(48)
    grid.setVerticalSpacing(20)
    groups: dict[str, list[tuple[str, str]]] = {}
    for spec in specs():
        if spec.keys:
            keys = "  ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in spec.keys
            )
            hint = f" ({spec.hint})" if spec.hint else ""
            groups.setdefault(spec.group, []).append((keys, f"{spec.text.rstrip('…')}{hint}"))
    groups["Mouse"] = list(MOUSE)
    for place, (group, rows) in enumerate(groups.items()):
        grid.addWidget(
            _sheet(group, rows), place // COLUMNS, place % COLUMNS, Qt.AlignmentFlag.AlignTop
        )
    return dialog


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
        grid.addWidget(left, row, 0)
        right = QLabel(words)
        right.setProperty("role", "muted")
        grid.addWidget(right, row, 1)
    return sheet
