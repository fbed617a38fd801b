"""What a reader decides once: when models are seen, what is logged, how large words are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from viewer.preferences import MEMORIES_MB, SCALES, Preferences
from viewer.session.key_words import keyed
from viewer.session.trust import ReadingMode
from viewer.widgets.role_label import role_label

MODES = {
    ReadingMode.ON_REQUEST: (
        "On request",
        "Models run when you press {analyse}, and show what they say from then on.",
    ),
    ReadingMode.AFTER_LOCK: (
        "After the first read",
        "Models run by themselves. No score, mark or list of theirs, and no ground truth, "
        "is seen before you lock your reading ({lock}); the time is logged.",
    ),
    ReadingMode.AT_ONCE: (
        "At once",
        "Models run by themselves, and their marks are shown as they come.",
    ),
}


class SettingsDialog(QDialog):
    """Gives `Preferences`; nothing changes before OK."""

    chosen = Signal(object)  # Preferences

    def __init__(
        self,
        preferences: Preferences,
        audit_folder: Path | None,
        keys: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self.setMinimumWidth(560)
        self._preferences = preferences
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(role_label("title", "When models are seen"))
        self._modes = QButtonGroup(self)
        for number, (mode, (title, words)) in enumerate(MODES.items()):
            button = QRadioButton(title)
            button.setChecked(mode is preferences.mode)
            self._modes.addButton(button, number)
            column.addWidget(button)
            note = role_label("muted", keyed(words, keys))
            note.setContentsMargins(24, 0, 0, 4)
            column.addWidget(note)
        column.addSpacing(8)
        column.addWidget(role_label("title", "Audit log"))
        column.addWidget(
            role_label(
                "muted",
                "What was opened, viewed, shown and exported, and when; on this "
                "computer only. Exams have pseudonyms unless you switch names on.",
            )
        )
        self._names = QCheckBox("Name exams and the reader")
        self._names.setChecked(preferences.audit_names)
        row = QHBoxLayout()
        row.addWidget(self._names, 1)
        if audit_folder is not None:
            show = QPushButton("Open folder")
            show.setAutoDefault(False)
            url = QUrl.fromLocalFile(str(audit_folder))
            show.clicked.connect(lambda: QDesktopServices.openUrl(url))
            row.addWidget(show)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(role_label("title", "Sizes"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        self._scale = _combo(SCALES, preferences.scale_percent, "{} %")
        self._scale.setToolTip("In force when Fourview starts again; images keep their pixels")
        form.addRow("Words and controls", self._scale)
        self._memory = _combo(MEMORIES_MB, preferences.memory_mb, "{} MB")
        self._memory.setToolTip("Exams seen before come back at once as long as they are kept")
        form.addRow("Images kept in memory", self._memory)
        column.addLayout(form)
        column.addStretch(1)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        use = QPushButton("OK")
        use.setDefault(True)
        use.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(use)
        return row

    def accept(self) -> None:
        """Everything at once."""
        mode = list(MODES)[self._modes.checkedId()]
        self.chosen.emit(
            replace(
                self._preferences,
                mode=mode,
                audit_names=self._names.isChecked(),
                scale_percent=SCALES[self._scale.currentIndex()],
                memory_mb=MEMORIES_MB[self._memory.currentIndex()],
            )
        )
        super().accept()


def _combo(values: tuple[int, ...], chosen: int, words: str) -> QComboBox:
    combo = QComboBox()
    combo.addItems([words.format(value) for value in values])
    combo.setCurrentIndex(values.index(chosen))
    return combo
