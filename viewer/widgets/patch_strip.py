"""The patches a model chose, in their order; a click goes there at 1:1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidgetItem, QWidget

from viewer.session.thumbnails import SIDE, Thumbnail
from viewer.widgets.own_keys import KeyList

COLUMNS = 2
CELL = QSize(SIDE + 12, SIDE + 26)


class PatchStrip(KeyList):
    """Thumbnails beside the images, where they never push an image aside."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(CELL)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        rows = -(-len(thumbnails) // COLUMNS)
        self.setFixedHeight(rows * CELL.height() + 4)
        self.setVisible(bool(thumbnails))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
