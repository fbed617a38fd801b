"""Which weights GLAM runs with, where to get them, and how to run it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.catalog import DEMO, GLAM
from models.errors import WeightsError
from models.glam.room import MOST_PATCHES
from models.weights import are_for_phantoms
from viewer.session.state import ModelChoice

DEVICES = ("auto", "cpu", "cuda:0", "mps")
PRECISIONS = ("auto", "fp32", "bf16", "fp16")


class ModelsDialog(QDialog):
    """One page: the model that needs weights, and the built-in one; gives a `ModelChoice`."""

    chosen = Signal(object)

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Models")
        self.setMinimumWidth(640)
        self._choice = choice
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(_words("title", GLAM.name))
        column.addWidget(_words("muted", f"{GLAM.citation}\n\n{GLAM.licence}\n\n{GLAM.obtain}"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        self._weights = QLineEdit("" if choice.weights is None else str(choice.weights))
        self._weights.setPlaceholderText("model_sep.ckpt or model_joint.ckpt")
        browse = QPushButton("Browse…")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._weights)
        row.addWidget(browse)
        form.addRow("Weights", row)
        counts = tuple(str(count) for count in range(1, MOST_PATCHES + 1))
        self._patches = _combo(counts, str(choice.patches))
        self._patches.setToolTip("Patches studied per view; 1 as released, the paper goes to 6")
        form.addRow("Patches", self._patches)
        self._device = _combo(DEVICES, choice.device)
        form.addRow("Device", self._device)
        self._precision = _combo(PRECISIONS, choice.precision)
        form.addRow("Precision", self._precision)
        column.addLayout(form)
        self._fault = QLabel()
        self._fault.setProperty("role", "fault")
        self._fault.setWordWrap(True)
        self._fault.hide()
        column.addWidget(self._fault)
        column.addWidget(_words("title", DEMO.name))
        column.addWidget(_words("muted", f"{DEMO.summary}\n\n{DEMO.licence}\n\n{DEMO.obtain}"))
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        use = QPushButton("Use these")
        use.setDefault(True)
        use.clicked.connect(self._use)
        buttons.addWidget(cancel)
        buttons.addWidget(use)
        column.addLayout(buttons)

    def _browse(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "GLAM weights", self._weights.text(), "Weights (*.ckpt *.pth *.safetensors)"
        )
        if name:
            self._weights.setText(name)

    def _use(self) -> None:
        words = self._weights.text().strip()
        weights = Path(words).expanduser() if words else None
        fault = "" if weights is None else _why_not(weights)
        if fault:
            self._fault.setText(fault)
            self._fault.show()
            return
        self.chosen.emit(
            ModelChoice(
                weights,
                int(self._patches.currentText()),
                self._device.currentText(),
                self._precision.currentText(),
            )
        )
        self.accept()


def _why_not(weights: Path) -> str:
    """Why a file cannot be what GLAM runs with, as far as a look at it tells; or ''."""
    if not weights.is_file():
        return f"There is no file {weights}."
    try:
        if are_for_phantoms(weights):
            return f"{weights.name} holds {DEMO.name}, which reads phantoms without being chosen."
    except WeightsError as error:
        return str(error)
    return ""


def _words(role: str, words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _combo(words: tuple[str, ...], current: str) -> QComboBox:
    combo = QComboBox()
    combo.addItems(words)
    combo.setCurrentText(current)
    return combo
