"""One file that a model works with: whether it is there, and what can be done about it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from models.catalog import ModelCard, PublishedWeights, Role
from models.store.shelf import Holding

_MB = 1_000_000


class WeightsRow(QWidget):
    """The file's purpose, its state, and three buttons."""

    fetch_wanted = Signal(object)  # PublishedWeights
    import_wanted = Signal(object)  # Role; a file that the user has downloaded
    check_wanted = Signal(object)  # Holding
    removal_wanted = Signal(object)  # Holding
    other_wanted = Signal(object)  # Role; a file of the user's, where it lies
    other_left = Signal(object)  # Role; back to the installed one

    def __init__(self, card: ModelCard, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._holding: Holding | None = None
        self._has_other = False
        what = role.what[:1].upper() + role.what[1:]
        heading = QLabel(what if role.needed else f"{what} (optional)")
        heading.setWordWrap(True)
        self._state = QLabel("…")
        self._state.setProperty("role", "muted")
        self._state.setWordWrap(True)
        self._fetch = QPushButton("Fetch")
        released = [one for one in card.released(role.id) if one.address and one.git_blob_sha1]
        self._fetch.setVisible(bool(released))
        self._offer(released)
        self._import = QPushButton("Import…")
        self._import.setToolTip("A file that you downloaded: checked, then copied")
        self._import.clicked.connect(self._want_import)
        self._check = QPushButton("Check")
        self._check.setToolTip("Its digest, that it fits the network, and that it computes")
        self._check.clicked.connect(self._want_check)
        self._remove = QPushButton("Remove…")
        self._remove.clicked.connect(self._want_removal)
        self._other = QPushButton()
        self._other.clicked.connect(self._want_other)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._fetch, self._import, self._other, self._check, self._remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addWidget(self._state)
        column.addLayout(buttons)

    def show_holding(self, holding: Holding, *, idle: bool, other: Path | None) -> None:
        """Its state; buttons work while nothing is being done.

        Parameters
        ----------
        other : a file of the user's that is used in place of the installed one.
        """
        self._holding = holding
        there = holding.path is not None
        self._has_other = other is not None
        self._state.setText(
            _words(holding) if other is None else f"Used from where it lies: {other}"
        )
        self._state.setToolTip(str(holding.path) if there else "")
        self._other.setText(
            "Use a file where it lies…" if other is None else "Use the installed one"
        )
        self._other.setEnabled(idle)
        self._fetch.setEnabled(idle and holding.accepted)
        self._import.setEnabled(idle and holding.accepted)
        agree = "Agree to the terms first" if not holding.accepted else ""
        self._fetch.setToolTip(agree or "From its authors, verified before it is used")
        for button in (self._check, self._remove):
            button.setVisible(there)
            button.setEnabled(idle)

    def _offer(self, released: list[PublishedWeights]) -> None:
        """One button for one file, a menu for several."""
        if len(released) == 1:
            self._fetch.setText(f"Fetch {released[0].variant}")
            self._fetch.clicked.connect(partial(self._want, released[0]))
            return
        menu = QMenu(self._fetch)
        for one in released:
            menu.addAction(one.variant).triggered.connect(partial(self._want, one))
        self._fetch.setMenu(menu)

    def _want(self, published: PublishedWeights, _checked: bool = False) -> None:
        self.fetch_wanted.emit(published)

    def _want_other(self) -> None:
        (self.other_left if self._has_other else self.other_wanted).emit(self._role)

    def _want_import(self) -> None:
        self.import_wanted.emit(self._role)

    def _want_check(self) -> None:
        self.check_wanted.emit(self._holding)

    def _want_removal(self) -> None:
        self.removal_wanted.emit(self._holding)


def _words(holding: Holding) -> str:
    if holding.path is None:
        return "Not installed"
    if holding.fault:
        return f"Unusable: {holding.fault}"
    size = f"{holding.size_bytes / _MB:.1f} MB"
    return f"Installed: {holding.variant} · {size} · sha256 {holding.sha256[:12]}"
