"""Clusters and masses as a list beside the images; a click goes there at 1:1."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidgetItem, QWidget

from viewer.display.finding_marks import COLOUR
from viewer.session.findings import ListedFinding
from viewer.widgets.own_keys import KeyList

MOST_ROWS = 6


class FindingList(KeyList):
    """An item a finding: its label as on the image and its view; below, its size and score, which
    no panel is too narrow for."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findings")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self.setAccessibleName("Findings")
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        self._shown: tuple[ListedFinding, ...] = ()
        self.hide()

    def show_findings(self, findings: Sequence[ListedFinding]) -> None:
        """Replace the lines."""
        if tuple(findings) == self._shown:
            return
        self._shown = tuple(findings)
        self.clear()
        for finding in findings:
            line = f"{finding.label}   {finding.where}\n{finding.words}"
            item = QListWidgetItem(line)
            item.setForeground(QColor(COLOUR[finding.kind]))
            item.setData(Qt.ItemDataRole.UserRole, finding.target)
            item.setToolTip(f"{line}\nGo there at 1:1")
            self.addItem(item)
        rows = min(len(findings), MOST_ROWS)
        self.setFixedHeight(rows * max(self.sizeHintForRow(0), 1) + 2 * self.frameWidth())
        self.setVisible(bool(findings))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
