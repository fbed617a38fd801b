"""Clusters and masses as a list beside the images; a click goes there at 1:1."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidgetItem, QMenu, QWidget

from viewer.display.finding_marks import COLOUR
from viewer.display.findings import FindingKind
from viewer.session.findings import ListedFinding
from viewer.widgets.own_keys import KeyList

MOST_ROWS = 6


class FindingList(KeyList):
    """An item a finding: its label as on the image and its view; below, its size and score, which
    no panel is too narrow for.

    `chosen` fires with the place to go to, `why_wanted` with the `ListedFinding` of a cluster.
    """

    chosen = Signal(object)
    why_wanted = Signal(object)

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
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self._shown: tuple[ListedFinding, ...] = ()
        self.hide()

    @property
    def current(self) -> ListedFinding | None:
        """That of the chosen line."""
        row = self.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

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

    def _show_menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is not None:
            self.menu_of(self.row(item)).popup(self.viewport().mapToGlobal(at))

    def menu_of(self, row: int) -> QMenu:
        """What can be done with a line; the menu goes when it is closed."""
        menu, finding = QMenu(self), self._shown[row]
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go there at 1:1").triggered.connect(
            lambda: self.chosen.emit(finding.target)
        )
        if finding.kind is FindingKind.CALCIFICATIONS:
            menu.addAction("Why this score…").triggered.connect(
                lambda: self.why_wanted.emit(finding)
            )
        return menu

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
