"""What a network saw: its very input, and a checkerboard of it and the image it came from."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models.errors import name_of
from models.exam import View
from models.inputs import ModelInputs
from models.seen import NetworkInput
from viewer.display.sight import Sight, SightKind
from viewer.display.sight_words import facts
from viewer.display.words import BETWEEN
from viewer.widgets.zoom_view import ZoomView

_HINT = {
    SightKind.CHECKER: "squares of the image and of the input brought back over it, in turn: "
    "lines of tissue that break at a square's edge are shifted, mirrored or scaled",
    SightKind.SOURCE: "the image alone",
    SightKind.INPUT: "the input brought back over the image by the inverse of its map",
}


class SightWindow(QDialog):
    """Stays beside the window while reading goes on.

    `model_wanted` fires with a model's id, `input_wanted` with a `NetworkInput`.
    """

    model_wanted = Signal(str)
    input_wanted = Signal(object)

    def __init__(self, models: Mapping[str, str], parent: QWidget | None = None) -> None:
        """`models` : names by id."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What the network saw")
        self.setModal(False)
        self.resize(1180, 760)
        self._sight: Sight | None = None
        self._spacing: Mapping[View, tuple[float, float] | None] = {}
        self.models = QComboBox()
        self.models.setAccessibleName("Model")
        self.inputs = QComboBox()
        self.inputs.setAccessibleName("Input")
        self.inputs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._exam = _words("title")
        self._weights = ""
        self._kinds = QButtonGroup(self)
        self._state = _words("")
        self._state.setWordWrap(True)
        self.given = ZoomView("The input as the network was given it")
        self.laid = ZoomView("The input over the image")
        self._facts = QFormLayout()
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._assemble()
        for model, name in models.items():
            self.models.addItem(name, model)
        self.models.activated.connect(self._want_model)
        self.inputs.activated.connect(self._want_input)

    def _assemble(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (self.models, self.inputs):
            head.addWidget(part)
        head.addWidget(self._exam, 1)
        for number, kind in enumerate(SightKind, start=1):
            head.addWidget(self._switch(kind, str(number)))
        pictures = QHBoxLayout()
        pictures.setSpacing(16)
        for title, view in (
            ("As the network was given it", self.given),
            ("Over the image, as it hangs", self.laid),
        ):
            side = QVBoxLayout()
            side.setSpacing(4)
            side.addWidget(_words("muted", title))
            side.addWidget(view, 1)
            pictures.addLayout(side, 1)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addLayout(self._facts, 1)
        foot.addWidget(close, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._state)
        column.addLayout(pictures, 1)
        column.addLayout(foot)

    def _switch(self, kind: SightKind, key: str) -> QToolButton:
        button = QToolButton()
        button.setText(kind.value)
        button.setToolTip(f"{kind.value} ({key})\n{_HINT[kind]}")
        button.setCheckable(True)
        button.setShortcut(key)
        button.setChecked(kind is SightKind.CHECKER)
        button.toggled.connect(self._show_picture)
        self._kinds.addButton(button, list(SightKind).index(kind))
        return button

    @property
    def model(self) -> str:
        """The id of the chosen one."""
        return str(self.models.currentData() or "")

    @property
    def exam(self) -> str:
        """Whose images they are."""
        return self._exam.text()

    @property
    def kind(self) -> SightKind:
        """What lies over the image."""
        return list(SightKind)[self._kinds.checkedId()]

    def wait(self, exam: str, words: str) -> None:
        """Show nothing but why there is nothing yet, or at all.

        Parameters
        ----------
        exam : whose images they are.
        """
        self._exam.setText(exam)
        self.inputs.clear()
        self._clear(words)

    def show_inputs(
        self,
        found: ModelInputs,
        spacing: Mapping[View, tuple[float, float] | None],
        wanted: View,
        remark: str = "",
    ) -> None:
        """Offer a model's inputs and ask for the first of a view, where there is one.

        Parameters
        ----------
        spacing : of stored pixels in mm, (row, column), by view.
        remark : what is to be said of all of them, as a sentence.
        """
        self._spacing = spacing
        self.inputs.clear()
        for seen in found.inputs:
            self.inputs.addItem(f"{seen.view.label}, {seen.name}", seen)
        reasons = {**found.withheld, **found.failed}
        lines = [f"{view.label if view else 'The exam'}: {why}" for view, why in reasons.items()]
        if remark:
            lines.insert(0, remark)
        files = [f"{name_of(each.path)} {each.sha256[:12]}" for each in found.files.values()]
        self._weights = BETWEEN.join(files)
        if not found.inputs:
            self._clear("\n".join(lines) or "It is given nothing of this exam.")
            return
        self._state.setText("\n".join(lines))
        views = [seen.view for seen in found.inputs]
        self.inputs.setCurrentIndex(views.index(wanted) if wanted in views else 0)
        self._want_input()

    def show_sight(self, sight: Sight) -> None:
        """Draw the chosen input."""
        self._sight = sight
        if self._state.text() == _DRAWING:
            self._state.setText("")
        self._state.setVisible(bool(self._state.text()))
        self.given.show_picture(sight.given)
        self._show_picture()

    def _clear(self, words: str) -> None:
        self._state.setText(words)
        self._state.setVisible(bool(words))
        self._show_facts(())
        self._show_no_pictures()

    def _show_no_pictures(self) -> None:
        self._sight = None
        self.given.show_picture(None)
        self.laid.show_picture(None)

    def _show_picture(self) -> None:
        if self._sight is not None:
            self.laid.show_picture(self._sight.pictures[self.kind])

    def _want_model(self) -> None:
        self.model_wanted.emit(self.model)

    def _want_input(self) -> None:
        seen = self.inputs.currentData()
        if not isinstance(seen, NetworkInput):
            return
        self._show_no_pictures()  # those of another input must not stand under these words
        told = facts(seen, self._spacing.get(seen.view))
        self._show_facts((*told, ("Weights", self._weights)) if self._weights else told)
        if not self._state.text():
            self._state.setText(_DRAWING)
        self._state.show()
        self.input_wanted.emit(seen)

    def _show_facts(self, told: tuple[tuple[str, str], ...]) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, words in told:
            self._facts.addRow(_words("muted", name), _words("fact", words))


_DRAWING = "Drawing…"


def _words(role: str, words: str = "") -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
