"""What the saliency's colours mean, from the threshold to 1."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from models.exam import FindingClass
from viewer.display.colours import LETTER
from viewer.display.overlay import Overlays, colour_table

BAR_HEIGHT = 8
STEP = 4  # a pixmap of few colours asks for little width


class Legend(QWidget):
    """One bar for each class whose saliency is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self._rows: dict[FindingClass, tuple[QLabel, QLabel, QLabel]] = {}
        for row, finding in enumerate(reversed(FindingClass)):
            low, bar, high = QLabel(), QLabel(), QLabel("1")
            bar.setScaledContents(True)
            bar.setFixedHeight(BAR_HEIGHT)
            for column, label in enumerate((low, bar, high)):
                label.setProperty("role", "muted")
                grid.addWidget(label, row, column)
                keep = label.sizePolicy()
                keep.setRetainSizeWhenHidden(True)
                if label is bar:
                    keep.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
                label.setSizePolicy(keep)
            self._rows[finding] = (low, bar, high)

    def show_overlays(self, overlays: Overlays) -> None:
        """Colours as they look on black."""
        for finding, labels in self._rows.items():
            low, bar, _ = labels
            low.setText(f"{LETTER[finding]}  {overlays.threshold:.2f}")
            first = min(round(overlays.threshold * 255), 255 - STEP)
            colours = np.ascontiguousarray(colour_table(finding, overlays)[first::STEP, :3])
            image = QImage(
                colours.data, len(colours), 1, colours.nbytes, QImage.Format.Format_BGR888
            )
            bar.setPixmap(QPixmap.fromImage(image))
            for label in labels:
                label.setVisible(overlays.shows(finding))
