"""The patches a model chose, in their order; a click goes there at 1:1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

SIDE = 112


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """One patch: words below it, grey pixels of shape (n, n), uint8, and what a click means."""

    words: str
    gray: NDArray[np.uint8]
    target: object


class PatchStrip(QListWidget):
    """A row of thumbnails under the panes; empty strips hide themselves."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + 16, SIDE + 28))
        self.setFixedHeight(SIDE + 34)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Selected patches")
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        self.hide()

    def show_thumbnails(self, thumbnails: Sequence[Thumbnail]) -> None:
        """Replace the thumbnails."""
        self.clear()
        for thumbnail in thumbnails:
            gray = np.ascontiguousarray(thumbnail.gray)
            height, width = gray.shape
            image = QImage(gray.data, width, height, width, QImage.Format.Format_Grayscale8)
            item = QListWidgetItem(QIcon(QPixmap.fromImage(image)), thumbnail.words)
            item.setData(Qt.ItemDataRole.UserRole, thumbnail.target)
            item.setToolTip(f"{thumbnail.words}: go there at 1:1")
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.addItem(item)
        self.setVisible(bool(thumbnails))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
