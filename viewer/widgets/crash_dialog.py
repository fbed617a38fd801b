"""What went wrong that nobody foresaw, as a report that can be saved, and how to go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.errors import ExportError
from models.whole_file import write_whole
from viewer.widgets.role_label import role_label

REPORT_NAME = "fourview-report.txt"
ERROR = (
    "Something went wrong in Fourview",
    "An error that nobody foresaw. What you had open is kept, and you can go on reading; what you "
    "did last may not have been done. Check it, or close Fourview and open it again.",
)
CRASH = (
    "Fourview crashed last time",
    "What was open and how you left it is kept: it comes back by itself, or is offered on the "
    "start page.",
)
PATIENTS = (
    "The report tells where in the program it happened and what it runs on, "
    "and nothing of patients."
)


class CrashDialog(QDialog):
    """The report, and what can be done with it; it stays beside the window."""

    def __init__(
        self,
        words: tuple[str, str],
        report: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Report of an error")
        self.setMinimumWidth(640)
        self._report = report
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(role_label("headline", words[0]))
        column.addWidget(role_label("", words[1]))
        self._text = QPlainTextEdit(report)
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setMinimumHeight(220)
        self._text.setTabChangesFocus(True)
        column.addWidget(self._text, 1)
        column.addWidget(role_label("muted", PATIENTS))
        self._fault = role_label("fault", "")
        self._fault.hide()
        column.addWidget(self._fault)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        save = QPushButton("Save report…")
        save.clicked.connect(self._choose)
        copy = QPushButton("Copy")
        copy.clicked.connect(self._copy)
        row.addWidget(save)
        row.addWidget(copy)
        row.addStretch(1)
        close = QPushButton("Go on")
        close.clicked.connect(self.close)
        row.addWidget(close)
        close.setDefault(True)
        close.setFocus()
        return row

    def _choose(self) -> None:
        start = str(Path.home() / REPORT_NAME)
        name, _ = QFileDialog.getSaveFileName(self, "Save report", start, "Text (*.txt)")
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write the report to a file; where that fails, the dialog says why."""
        try:
            write_whole(path, lambda file: file.write(self._report.encode("utf-8")))
        except ExportError as error:
            self._fault.setText(str(error))
            self._fault.show()
        else:
            self._fault.hide()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
