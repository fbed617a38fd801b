"""The images that must not hang as standard views, each with its reason, ready to be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QListWidgetItem, QVBoxLayout, QWidget

from viewer.session.placing import TrayItem
from viewer.widgets.own_keys import KeyList

WORDS = "Double click or Enter shows an image alone. None of them hangs as a standard view."


class ImageTray(QDialog):
    """A list of title and reason; it stays beside the window while reading goes on."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Images set aside")
        self.setModal(False)
        self.resize(560, 320)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        words = QLabel(WORDS)
        words.setProperty("role", "muted")
        column.addWidget(words)
        self.list = KeyList()
        self.list.setAccessibleName("Images set aside")
        self.list.setWordWrap(True)
        self.list.itemActivated.connect(self._choose)
        column.addWidget(self.list)

    def show_items(self, items: Sequence[TrayItem]) -> None:
        """List `items`, the chosen row staying chosen."""
        row = max(self.list.currentRow(), 0)
        self.list.clear()
        for item in items:
            reason = item.reason[:1].upper() + item.reason[1:]
            entry = QListWidgetItem(f"{item.title}\n{reason}")
            entry.setData(Qt.ItemDataRole.UserRole, item.number)
            entry.setToolTip(item.file)
            self.list.addItem(entry)
        self.list.setCurrentRow(min(row, len(items) - 1))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
