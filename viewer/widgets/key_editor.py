"""Other keys for actions: one key one meaning, kept in a file that can be carried elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from models.errors import ExportError, InputError
from viewer.keymap import Keymap, read_keymap, shown, write_keymap
from viewer.widgets.actions import bindable

NAME = Qt.ItemDataRole.UserRole
FILTER = "Keys (*.json)"


class KeyEditor(QDialog):
    """A list of actions and their keys; what is chosen is in force at once."""

    changed = Signal(object)  # Keymap

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        self.resize(680, 640)
        self._keymap = keymap
        self._bounds = bindable()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search actions")
        self.search.textChanged.connect(self._fill)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["Action", "Keys"])
        self.list.setRootIsDecorated(False)
        self.list.setColumnWidth(0, 420)
        self.list.setAccessibleName("Actions")
        self.list.currentItemChanged.connect(lambda *_: self._offer())
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName("New key")
        self.fault = QLabel()
        self.fault.setProperty("role", "fault")
        self.fault.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(self._one())
        column.addWidget(self.fault)
        column.addLayout(self._all())
        self._fill()

    def _one(self) -> QHBoxLayout:
        """What can be done with the action that is chosen."""
        row = QHBoxLayout()
        row.addWidget(QLabel("New key"))
        row.addWidget(self.edit, 1)
        for words, handler in (
            ("Use", lambda: self.use(self.edit.keySequence().toString())),
            ("No key", lambda: self._change(())),
            ("As it came", self._restore),
        ):
            row.addWidget(_button(words, handler))
        return row

    def _all(self) -> QHBoxLayout:
        """What can be done with all of them."""
        row = QHBoxLayout()
        for words, handler in (
            ("Import…", self._choose_import),
            ("Export…", self._choose_export),
            ("All as they came", lambda: self._take(Keymap())),
        ):
            row.addWidget(_button(words, handler))
        row.addStretch(1)
        row.addWidget(_button("Close", self.close))
        return row

    def choose(self, name: str) -> None:
        """Choose an action by its name."""
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None and item.data(0, NAME) == name:
                self.list.setCurrentItem(item)

    def use(self, key: str) -> None:
        """Bind a key to the action that is chosen; a conflict is said, and nothing changes."""
        self._change((key,))

    def load(self, path: Path) -> None:
        """Take over a file of keys; what is wrong with it is said, and nothing changes."""
        try:
            if not path.exists():
                raise InputError(path, "there is no such file")
            self._take(read_keymap(path, self._bounds))
        except InputError as error:
            self.fault.setText(str(error))

    def save(self, path: Path) -> None:
        """Write the keys to a file."""
        try:
            write_keymap(path, self._keymap)
            self.fault.setText("")
        except ExportError as error:
            self.fault.setText(str(error))

    def _name(self) -> str:
        item = self.list.currentItem()
        return "" if item is None else str(item.data(0, NAME))

    def _change(self, keys: tuple[str, ...]) -> None:
        name = self._name()
        if not name:
            return
        try:
            self._take(self._keymap.with_keys(name, keys, self._bounds))
        except ValueError as error:
            self.fault.setText(str(error))

    def _restore(self) -> None:
        if not self._name():
            return
        try:
            self._take(self._keymap.without(self._name(), self._bounds))
        except ValueError as error:
            self.fault.setText(str(error))

    def _take(self, keymap: Keymap) -> None:
        self._keymap = keymap
        self.fault.setText("")
        self.edit.clear()
        self.changed.emit(keymap)
        self._fill()

    def _fill(self) -> None:
        chosen = self._name()
        wanted = self.search.text().casefold().split()
        self.list.clear()
        for bound in self._bounds:
            keys = "   ".join(shown(key) for key in self._keymap.keys_of(bound))
            if all(each in f"{bound.words} {keys}".casefold() for each in wanted):
                item = QTreeWidgetItem([bound.words, keys])
                item.setData(0, NAME, bound.name)
                if bound.name in self._keymap.changed:
                    font = item.font(1)
                    font.setBold(True)
                    item.setFont(1, font)
                self.list.addTopLevelItem(item)
        self.choose(chosen)

    def _offer(self) -> None:
        self.edit.clear()
        self.fault.setText("")

    def _choose_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import keys", "", FILTER)
        if name:
            self.load(Path(name))

    def _choose_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export keys", "fourview-keys.json", FILTER)
        if name:
            self.save(Path(name))


def _button(words: str, handler: object) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)  # Return is a key that can be chosen
    button.clicked.connect(lambda _=False: handler())  # type: ignore[operator]
    return button
