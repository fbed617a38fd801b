"""Everything that could not be done, each with its reason, ready to be copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from models.errors import Problem

SOME = "What could not be done, or does not hang as a standard view."
NONE = "Nothing to report: everything that was opened could be read."


class ProblemTray(QDialog):
    """A list of subject and reason; it stays beside the window while reading goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Problems")
        self.setModal(False)
        self.resize(900, 400)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        column.addWidget(self._words)
        self._list = QTreeWidget()
        self._list.setHeaderLabels(["What", "Why"])
        self._list.setRootIsDecorated(False)
        self._list.setColumnWidth(0, 220)
        column.addWidget(self._list)
        row = QHBoxLayout()
        row.addStretch(1)
        copy = QPushButton("Copy details")
        copy.clicked.connect(self._copy)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        row.addWidget(copy)
        row.addWidget(close)
        column.addLayout(row)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """List `problems`."""
        self._list.clear()
        for problem in problems:
            item = QTreeWidgetItem([problem.subject])
            item.setData(0, Qt.ItemDataRole.UserRole, problem.reason)
            self._list.addTopLevelItem(item)
            reason = QLabel(problem.reason.removeprefix(f"{problem.subject}: "))
            reason.setTextFormat(Qt.TextFormat.PlainText)
            reason.setWordWrap(True)
            reason.setContentsMargins(4, 4, 4, 4)
            reason.setToolTip(str(problem.path or ""))
            self._list.setItemWidget(item, 1, reason)
        self._words.setText(SOME if problems else NONE)

    def _copy(self) -> None:
        items = (self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount()))
        role = Qt.ItemDataRole.UserRole
        lines = [f"{item.text(0)}\t{item.data(0, role)}" for item in items if item is not None]
        QGuiApplication.clipboard().setText("\n".join(lines))
