"""What an empty window offers: three big choices and the recent exams."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models import RESEARCH_USE_ONLY
from viewer.display.colours import TEXT
from viewer.icons import icon

CHOICES = (
    ("open_files", "Open files", "DICOM, PNG, TIFF, PGM,\nexam lists", "mdi6.file-image-outline"),
    ("open_folder", "Open folder", "a study, or a folder\nof many exams", "mdi6.folder-outline"),
    ("models", "Install models", "GLAM's weights,\nfetched by yourself", "mdi6.cube-outline"),
)
WIDTH = 640


class StartPage(QWidget):
    """Shown until an exam is open."""

    chosen = Signal(str)  # the name of an action
    recent_chosen = Signal(Path)
    continued = Signal()  # the session before is to go on

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start")
        inside = QWidget()
        inside.setFixedWidth(WIDTH)
        column = QVBoxLayout(inside)
        column.setSpacing(16)
        name = QLabel("Fourview")
        name.setProperty("role", "headline")
        column.addWidget(name)
        what = QLabel("Four-view mammograms, hung as they should be, with models beside them.")
        what.setProperty("role", "muted")
        column.addWidget(what)
        row = QHBoxLayout()
        row.setSpacing(12)
        for action, title, words, picture in CHOICES:
            row.addWidget(self._choice(action, title, words, picture))
        column.addLayout(row)
        self._continue = QPushButton()
        self._continue.setToolTip("Exam, layout, windows and what was done by hand as they were")
        self._continue.clicked.connect(self.continued)
        self._continue.hide()
        column.addWidget(self._continue)
        self._heading = QLabel("Recent")
        self._heading.setProperty("role", "muted")
        column.addWidget(self._heading)
        self._recents = QListWidget()
        self._recents.setFixedHeight(176)
        self._recents.setAccessibleName("Recent exams")
        self._recents.itemActivated.connect(self._open_recent)
        self._recents.itemClicked.connect(self._open_recent)
        column.addWidget(self._recents)
        drop = QLabel(f"Or drop files and folders here.   {RESEARCH_USE_ONLY}")
        drop.setProperty("role", "muted")
        column.addWidget(drop)
        centre = QVBoxLayout(self)
        centre.addStretch(2)
        centre.addWidget(inside, 0, Qt.AlignmentFlag.AlignHCenter)
        centre.addStretch(3)

    def _choice(self, action: str, title: str, words: str, picture: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "choice")
        button.setText(f"{title}\n\n{words}")
        button.setIcon(icon(picture, color=TEXT))
        button.setIconSize(QSize(32, 32))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFixedSize((WIDTH - 2 * 12 - 24) // 3, 148)
        button.clicked.connect(lambda: self.chosen.emit(action))
        return button

    def show_kept(self, words: str) -> None:
        """Offer to go on with the session before; no words offer nothing."""
        self._continue.setText(words.replace("&", "&&"))
        self._continue.setVisible(bool(words))

    def show_recents(self, recents: Sequence[Path]) -> None:
        """List the paths that were opened before."""
        self._recents.clear()
        for path in recents:
            item = QListWidgetItem(f"{path.name}    {path.parent}")
            item.setData(Qt.ItemDataRole.UserRole, path)
            item.setToolTip(str(path))
            self._recents.addItem(item)
        self._recents.setVisible(bool(recents))
        self._heading.setVisible(bool(recents))

    def _open_recent(self, item: QListWidgetItem) -> None:
        self.recent_chosen.emit(item.data(Qt.ItemDataRole.UserRole))
