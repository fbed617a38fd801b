"""What Fourview is, how to learn of a newer one, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models import RESEARCH_USE_ONLY, __version__
from viewer import facts
from viewer.resource_files import licences_file
from viewer.widgets.role_label import role_label

PURPOSE = (
    "Reads four-view mammograms in a hanging protocol and runs published deep-learning models on "
    "this computer. Scores are not calibrated. Nothing leaves this computer."
)
UPDATES = (
    "Fourview never asks the network whether there is a newer one. To find out, compare the "
    "version above with the newest where you got it; a newer one is installed over this one and "
    "keeps your settings and weights."
)
RIGHTS = (
    "Apache License 2.0. The models and their weights belong to their authors; see Models for "
    "citations and licences."
)


def about_dialog(parent: QWidget | None) -> QDialog:
    """Name, version, purpose, what it must not be used for, updates, licences, the computer."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("About Fourview")
    column = QVBoxLayout(dialog)
    column.setContentsMargins(28, 24, 28, 24)
    column.setSpacing(12)
    for role, words in (
        ("headline", "Fourview"),
        ("muted", f"Version {__version__}{_memory_words()}"),
        ("strong", RESEARCH_USE_ONLY),
        ("", PURPOSE),
        ("title", "Updates"),
        ("", UPDATES),
        ("muted", RIGHTS),
    ):
        label = role_label(role, words)
        label.setMinimumWidth(460)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(label)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(_opener(dialog, "This computer…", "This computer", computer_words))
    row.addWidget(_opener(dialog, "Licences…", "Licences of what Fourview is made of", _licences))
    row.addStretch(1)
    close = QPushButton("Close")
    close.setDefault(True)
    close.clicked.connect(dialog.close)
    row.addWidget(close)
    column.addLayout(row)
    return dialog


def computer_words() -> str:
    """Versions, system and folders; what PyTorch finds is left to `fourview info`."""
    sections: Mapping[str, Mapping[str, str]] = {
        "Fourview": facts.program(),
        "Computer": facts.computer(),
        "Libraries": facts.libraries(),
        "Folders": facts.paths(),
    }
    parts = []
    for title, entries in sections.items():
        width = max(map(len, entries))
        rows = "\n".join(f"  {name:{width}}  {words}" for name, words in entries.items())
        parts.append(f"{title}\n{rows}")
    parts.append("`fourview info` on the command line also tells of devices, codecs and weights.")
    return "\n\n".join(parts)


def _licences() -> str:
    path = licences_file()
    if path is None:
        return (
            "Fourview runs from Python here: each library's licence lies in its own folder.\n"
            "An installed Fourview brings all of them together in THIRD_PARTY_LICENSES.txt."
        )
    return path.read_text(encoding="utf-8")


def _opener(parent: QWidget, words: str, title: str, text: Callable[[], str]) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: _text_dialog(parent, title, text()).show())
    return button


def _text_dialog(parent: QWidget, title: str, text: str) -> QDialog:
    """A text to be read and copied."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.resize(860, 640)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    page = QPlainTextEdit(text)
    page.setReadOnly(True)
    page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    column.addWidget(page)
    return dialog


def _memory_words() -> str:
    megabytes = facts.resident_megabytes()
    return f" · {megabytes} MB of memory in use" if megabytes else ""
