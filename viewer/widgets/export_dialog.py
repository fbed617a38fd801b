"""What to write as a picture: the page or one view, how large, with or without words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from models.exam import View

PAGE, FULL_PAGE, PANE, FULL_PANE = range(4)


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """A picture to be written.

    Attributes
    ----------
    view : one view alone, or None for the page.
    full_resolution : every stored pixel on a pixel of its own.
    marks : with the overlays that are on the screen; plain : without words and banner.
    deidentified : without anything that tells whose images they are.
    """

    path: Path
    view: View | None
    full_resolution: bool
    marks: bool
    plain: bool
    deidentified: bool = False


class ExportDialog(QDialog):
    """Emits one `ExportChoice` and closes."""

    chosen = Signal(object)

    def __init__(
        self, view: View, name: str, folder: Path, marks: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)  # it names the exam on the screen, which stays there
        self.setWindowTitle("Export picture")
        self.setMinimumWidth(420)
        self._view, self._name, self._folder = view, name, folder
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        what = QLabel("What")
        what.setProperty("role", "title")
        column.addWidget(what)
        self._group = QButtonGroup(self)
        for number, words in enumerate(
            (
                "The page as it is on the screen",
                "The page at full resolution",
                f"{view.label} as it is on the screen",
                f"{view.label} at full resolution",
            )
        ):
            button = QRadioButton(words)
            button.setChecked(number == PAGE)
            self._group.addButton(button, number)
            column.addWidget(button)
        self._marks = QCheckBox("With the marks and measurements that are on the screen")
        self._marks.setChecked(marks)
        self._plain = QCheckBox("Plain: image only, no words and no banner")
        column.addWidget(self._marks)
        column.addWidget(self._plain)
        self._deidentified = QCheckBox("De-identified: nothing tells whose images they are")
        self._deidentified.setToolTip("Such a picture cannot open its exam again")
        column.addWidget(self._deidentified)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        save = QPushButton("Save as…")
        save.setDefault(True)
        save.clicked.connect(self._save)
        row.addWidget(cancel)
        row.addWidget(save)
        column.addLayout(row)

    def _save(self) -> None:
        number = self._group.checkedId()
        name = "deidentified" if self._deidentified.isChecked() else self._name
        suggested = name if number in (PAGE, FULL_PAGE) else f"{name}_{self._view.name}"
        chooser = QFileDialog(self, "Export picture", str(self._folder), "PNG (*.png)")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("png")  # before Qt asks whether to overwrite
        chooser.selectFile(f"{suggested}.png")
        if chooser.exec():
            self.choose(Path(chooser.selectedFiles()[0]))

    def choose(self, path: Path) -> None:
        """Ask for the picture to be written to `path`."""
        number = self._group.checkedId()
        self.chosen.emit(
            ExportChoice(
                path,
                None if number in (PAGE, FULL_PAGE) else self._view,
                number in (FULL_PAGE, FULL_PANE),
                self._marks.isChecked(),
                self._plain.isChecked(),
                self._deidentified.isChecked(),
            )
        )
        self.accept()
