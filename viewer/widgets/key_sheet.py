"""The sheet of keys: on the screen, on paper and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, Qt
from PySide6.QtGui import QAction, QKeySequence, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models import __version__
from models.errors import ExportError
from models.whole_file import write_whole
from viewer.widgets.actions import hint_of, specs

MOUSE = (
    ("Left drag", "the chosen tool: window/level at start"),
    ("Shift + left drag", "window one view, or all when linking is off"),
    ("Middle drag", "pan"),
    ("Wheel", "zoom at the cursor"),
    ("Left drag on a measurement", "move it, or one of its points"),
    ("Double click", "enlarge, and back; on a measurement: its words"),
    ("Right click", "what can be done here"),
)
EVERYWHERE = (
    ("Tab  Shift+Tab", "from the images to buttons, lists and panels, and on"),
    ("Esc", "back to the images"),
    ("Space", "presses the button that has the focus"),
)
COLUMNS = 3
WIDTH_PX = 1240
KEYS_PX = 112
MOST_OF_SCREEN = 0.92  # the title bar needs the rest

Groups = dict[str, list[tuple[str, str]]]


class KeySheet(QDialog):
    """Every key and gesture, by group; no larger than the screen, and what is below scrolls."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        self._groups = groups_of(actions)
        sheet = _columns(self._groups)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sheet)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addLayout(self._buttons())
        room = self.screen().availableSize() * MOST_OF_SCREEN
        width = min(WIDTH_PX, room.width())
        height = sheet.heightForWidth(width) + 64
        self.resize(width, min(height, room.height()))

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(28, 8, 28, 16)
        self._fault = QLabel()
        self._fault.setProperty("role", "fault")
        row.addWidget(self._fault, 1)
        for words, handler in (("Print…", self._print), ("Save as PDF…", self._choose)):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.clicked.connect(handler)
            row.addWidget(button)
        return row

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            printed_document(self._groups).print_(printer)

    def _choose(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the keys", str(Path.home() / "fourview-keys.pdf"), "PDF (*.pdf)"
        )
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write the sheet as PDF; where that fails, the dialog says why."""
        try:
            write_whole(path, lambda file: file.write(pdf_of(self._groups)))
        except ExportError as error:
            self._fault.setText(str(error))
        else:
            self._fault.setText("")


def groups_of(actions: Mapping[str, QAction]) -> Groups:
    """(keys, words) of every action that has keys now, by group, and of the mouse."""
    groups: Groups = {}
    for spec in specs():
        shortcuts = actions[spec.name].shortcuts()
        if shortcuts:
            keys = "  ".join(
                key.toString(QKeySequence.SequenceFormat.NativeText) for key in shortcuts
            )
            told = hint_of(actions[spec.name])
            hint = f" ({told})" if told else ""
            groups.setdefault(spec.group, []).append((keys, f"{spec.text.rstrip('…')}{hint}"))
    return {**groups, "Focus": list(EVERYWHERE), "Mouse": list(MOUSE)}


def printed_document(groups: Groups) -> QTextDocument:
    """The sheet in black on white, for a printer."""
    parts = [f"<h2>Fourview {escape(__version__)}: keys</h2>"]
    for group, rows in groups.items():
        cells = "".join(
            f'<tr><td width="130"><b>{escape(keys)}</b></td><td>{escape(words)}</td></tr>'
            for keys, words in rows
        )
        parts.append(
            f'<h3>{escape(group)}</h3><table cellspacing="0" cellpadding="2">{cells}</table>'
        )
    document = QTextDocument()
    document.setDefaultStyleSheet(
        "* { color: black; font-size: 9pt; } h2 { font-size: 14pt; } h3 { font-size: 10pt; }"
    )
    document.setHtml("".join(parts))
    return document


def pdf_of(groups: Groups) -> bytes:
    """The sheet as a PDF of A4 pages."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Fourview: keys")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(15, 12, 15, 12), QPageLayout.Unit.Millimeter)
    printed_document(groups).print_(writer)
    del writer  # ends the file
    return bytes(data.data())


def _columns(groups: Groups) -> QWidget:
    sheet = QWidget()
    sheet.setObjectName("panel")
    row = QHBoxLayout(sheet)
    row.setContentsMargins(28, 24, 28, 12)
    row.setSpacing(40)
    columns = [QVBoxLayout() for _ in range(COLUMNS)]
    heights = [0] * COLUMNS
    for group, rows in sorted(groups.items(), key=lambda each: -len(each[1])):
        shortest = heights.index(min(heights))
        heights[shortest] += len(rows) + 2
        columns[shortest].addWidget(_sheet(group, rows))
    for column in columns:
        column.setSpacing(20)
        column.addStretch(1)
        row.addLayout(column, 1)
    return sheet


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
