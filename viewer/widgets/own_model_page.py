"""What is known of a model from outside without loading it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from models.rooms import OwnModel
from viewer.widgets.role_label import role_label


class OwnModelPage(QWidget):
    """Its package, and whether it is used; its code runs once somebody analyses with it."""

    use_chosen = Signal(str, bool)  # model id

    def __init__(self, model: OwnModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 12, 0)
        column.setSpacing(8)
        column.addWidget(role_label("headline", model.id))
        column.addWidget(
            role_label(
                "", f"A model from outside, of the package {model.package} {model.version}."
            )
        )
        self._use = QCheckBox("Use it when analysing")
        self._use.toggled.connect(lambda used: self.use_chosen.emit(model.id, used))
        column.addWidget(self._use)
        column.addWidget(
            role_label(
                "muted",
                "A package is a program that can do whatever you can do: use only what you trust. "
                "Nothing of it is loaded before an analysis asks for it.",
            )
        )
        column.addWidget(role_label("title", "Files"))
        column.addWidget(role_label("muted", f"fourview weights import FILE --as {model.id}"))
        column.addStretch(1)

    def show_used(self, *, used: bool) -> None:
        """Tick it without a signal."""
        self._use.blockSignals(True)
        self._use.setChecked(used)
        self._use.blockSignals(False)
