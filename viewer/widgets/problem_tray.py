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


class ProblemTray(QDialog):
    """A list of subject and reason; it stays beside the window while reading goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Problems")
        self.setModal(False)
        self.resize(760, 320)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        words = QLabel("What could not be done or does not hang as a standard view.")
        words.setProperty("role", "muted")
        column.addWidget(words)
        self._list = QTreeWidget()
        self._list.setHeaderLabels(["What", "Why"])
        self._list.setRootIsDecorated(False)
        self._list.setWordWrap(True)
        self._list.setColumnWidth(0, 200)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
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
            item = QTreeWidgetItem([problem.subject, problem.reason])
            item.setToolTip(1, str(problem.path or problem.reason))
            self._list.addTopLevelItem(item)

    def _copy(self) -> None:
        items = (self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount()))
        lines = [f"{item.text(0)}\t{item.text(1)}" for item in items if item is not None]
        QGuiApplication.clipboard().setText("\n".join(lines))
