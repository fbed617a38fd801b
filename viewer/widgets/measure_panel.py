"""The list of measurements: a click goes there, a double click writes beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QToolButton, QVBoxLayout, QWidget

from viewer.session.measure_rows import MeasureRow, decides_rows, measure_rows
from viewer.session.state import SessionState
from viewer.widgets.own_keys import KeyList

ROW_PX, MOST_ROWS = 26, 8
TOOLS = ("copy_measurements", "export_measurements")


class MeasurePanel(QWidget):
    """Folds away; nothing of it is there until something is measured."""

    picked = Signal(object)  # a MeasureRow: keys speak of it
    chosen = Signal(object)  # a MeasureRow: go there
    words_wanted = Signal(object)  # a MeasureRow: write beside it

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        self._title = QToolButton()
        self._title.setCheckable(True)
        self._title.setChecked(True)
        self._title.setProperty("role", "fold")
        self._title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._title.setToolTip("Fold the list of measurements, or unfold it")
        self._title.toggled.connect(self._fold)
        head.addWidget(self._title)
        head.addStretch(1)
        for name in TOOLS:
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            head.addWidget(button)
        column.addLayout(head)
        self.list = KeyList()
        self.list.setAccessibleName("Measurements")
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.currentRowChanged.connect(self._pick)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.list.itemDoubleClicked.connect(self._write)
        column.addWidget(self.list)
        self._rows: tuple[MeasureRow, ...] = ()
        self._fold(True)
        self.hide()

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """The rows, and which of them is selected."""
        if old is None or decides_rows(old) != decides_rows(new):
            self._show_rows(measure_rows(new))
        chosen = new.measuring.selected
        number = next((n for n, row in enumerate(self._rows) if row.held == chosen), -1)
        if number != self.list.currentRow():
            with QSignalBlocker(self.list):
                self.list.setCurrentRow(number)

    def _show_rows(self, rows: Sequence[MeasureRow]) -> None:
        self._rows = tuple(rows)
        with QSignalBlocker(self.list):
            self.list.clear()
        for row in self._rows:
            parts = (row.place, row.kind, row.value, row.words)
            item = QListWidgetItem("   ".join(part for part in parts if part))
            item.setToolTip("\n".join((f"{row.kind} on {row.place}", *row.details)))
            self.list.addItem(item)
        self._title.setText(f"Measurements ({len(rows)})")
        self.list.setFixedHeight(min(len(rows), MOST_ROWS) * ROW_PX + 4)
        self.setVisible(bool(rows))

    def _fold(self, is_open: bool) -> None:
        arrows = Qt.ArrowType.DownArrow, Qt.ArrowType.RightArrow
        self._title.setArrowType(arrows[0] if is_open else arrows[1])
        self.list.setVisible(is_open)

    def _pick(self, number: int) -> None:
        if number >= 0:
            self.picked.emit(self._rows[number])

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self._rows[self.list.row(item)])

    def _write(self, item: QListWidgetItem) -> None:
        self.words_wanted.emit(self._rows[self.list.row(item)])
