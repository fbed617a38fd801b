"""Everything about one model: whose it is, what it knows, its terms and its files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.catalog import ModelCard
from models.store.shelf import Holding
from viewer.widgets.role_label import role_label
from viewer.widgets.weights_row import WeightsRow


class ModelPage(QWidget):
    """The card as words, then what can be done."""

    agreed = Signal(object)  # ModelCard
    fetch_wanted = Signal(object, object)  # ModelCard, PublishedWeights
    check_wanted = Signal(object)  # Holding
    removal_wanted = Signal(object)  # Holding
    import_wanted = Signal(object, object)  # ModelCard, Role
    use_chosen = Signal(str, bool)  # model id
    other_wanted = Signal(object, object)  # ModelCard, Role
    other_left = Signal(object, object)  # ModelCard, Role

    def __init__(
        self, card: ModelCard, demo: ModelCard | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.card = card
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 12, 0)
        column.setSpacing(8)
        column.addWidget(role_label("headline", card.name))
        column.addWidget(role_label("", card.summary))
        self._use = QCheckBox("Use it when analysing")
        self._use.toggled.connect(self._choose_use)
        column.addWidget(self._use)
        self._agree = QCheckBox("I agree to these terms")
        self._agree.toggled.connect(self._say_agreed)
        if card.terms:
            column.addWidget(role_label("title", "Terms"))
            column.addWidget(role_label("muted", card.terms))
            column.addWidget(role_label("muted", f"The authors' own words: {card.terms_url}"))
            column.addWidget(self._agree)
        column.addWidget(role_label("title", "Files"))
        self._rows: dict[str, WeightsRow] = {}
        for role in card.roles:
            row = WeightsRow(card, role)
            row.fetch_wanted.connect(self._fetch)
            row.import_wanted.connect(self._want_import)
            row.check_wanted.connect(self.check_wanted)
            row.removal_wanted.connect(self.removal_wanted)
            row.other_wanted.connect(self._want_other)
            row.other_left.connect(self._leave_other)
            self._rows[role.id] = row
            column.addWidget(row)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        page = QPushButton("Open the authors' page")
        page.setToolTip(card.url)
        page.clicked.connect(self._open_page)
        buttons.addWidget(page)
        buttons.addStretch(1)
        column.addLayout(buttons)
        for title, text in (
            ("Trained on", card.trained_on),
            ("Limits", card.limits),
            ("Its numbers", card.scores),
            ("What it may be given", card.input_contract),
            ("Cite", card.citation),
        ):
            column.addWidget(role_label("title", title))
            column.addWidget(role_label("muted", text))
        if demo is not None:
            column.addWidget(role_label("title", demo.name))
            column.addWidget(role_label("muted", f"{demo.summary} {demo.obtain}"))
        column.addStretch(1)

    def show_holdings(
        self,
        holdings: Mapping[str, Holding],
        others: Mapping[str, Path],
        *,
        idle: bool,
        used: bool,
    ) -> None:
        """The state of its files, by role; `others` are used where they lie, by key."""
        for role, row in self._rows.items():
            if role in holdings:
                other = others.get(self.card.key(role))
                row.show_holding(holdings[role], idle=idle, other=other)
        accepted = all(holding.accepted for holding in holdings.values())
        self._agree.blockSignals(True)
        self._agree.setChecked(accepted)
        self._agree.setEnabled(idle and not accepted)
        self._agree.setText("You have agreed" if accepted else "I agree to these terms")
        self._agree.blockSignals(False)
        self._use.blockSignals(True)
        self._use.setChecked(used)
        self._use.blockSignals(False)

    def _fetch(self, published: object) -> None:
        self.fetch_wanted.emit(self.card, published)

    def _want_import(self, role: object) -> None:
        self.import_wanted.emit(self.card, role)

    def _want_other(self, role: object) -> None:
        self.other_wanted.emit(self.card, role)

    def _leave_other(self, role: object) -> None:
        self.other_left.emit(self.card, role)

    def _choose_use(self, used: bool) -> None:
        self.use_chosen.emit(self.card.id, used)

    def _say_agreed(self, agrees: bool) -> None:
        if agrees:
            self.agreed.emit(self.card)

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self.card.url))
