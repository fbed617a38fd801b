"""Scores of one exam: both breasts side by side, with their views below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from models.exam import BreastLabels, FindingClass, Laterality, View, ViewPosition
from models.results import GlamResult
from viewer.display.colours import FINDING, LETTER
from viewer.session.state import SessionState

ORDER = (FindingClass.MALIGNANT, FindingClass.BENIGN)
SIDES = (Laterality.RIGHT, Laterality.LEFT)
NO_NUMBER = "–"


class ScoreTable(QWidget):
    """Rows: class, then its views; columns: right, left, exam, truth."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for column, words in enumerate(("R", "L", "Exam"), start=1):
            grid.addWidget(_label(words, "muted", Qt.AlignmentFlag.AlignRight), 0, column)
        self._numbers: dict[tuple[FindingClass, str, str], QLabel] = {}
        self._truth: dict[FindingClass, QLabel] = {}
        row = 1
        for finding in ORDER:
            heading = _label(f"{LETTER[finding]}  {finding.value.capitalize()}", "strong")
            heading.setStyleSheet(f"color: {FINDING[finding]};")
            grid.addWidget(heading, row, 0)
            for column, name in enumerate(("R", "L", "exam"), start=1):
                self._add(grid, row, column, (finding, "breast", name), "number")
            row += 1
            for position in ViewPosition:
                grid.addWidget(_label(f"     {position.value}", "muted"), row, 0)
                for column, side in enumerate(SIDES, start=1):
                    self._add(grid, row, column, (finding, position.value, side.value), "muted")
                row += 1
            truth = _label("", "truth")
            keep = truth.sizePolicy()  # nothing below moves from exam to exam
            keep.setRetainSizeWhenHidden(True)
            truth.setSizePolicy(keep)
            grid.addWidget(truth, row, 0, 1, 4)
            self._truth[finding] = truth
            row += 1

    def _add(
        self,
        grid: QGridLayout,
        row: int,
        column: int,
        key: tuple[FindingClass, str, str],
        role: str,
    ) -> None:
        label = _label(NO_NUMBER, role, Qt.AlignmentFlag.AlignRight)
        self._numbers[key] = label
        grid.addWidget(label, row, column)

    def show_state(self, state: SessionState) -> None:
        """Numbers of the exam on the screen, or dashes; the truth only once it is asked for."""
        glam = None if state.result is None else state.result.glam
        labels = {} if state.record is None else state.record.labels
        asked = state.marks_visible and state.overlays.truth
        for (finding, row, side), label in self._numbers.items():
            score, reason = _score(glam, finding, row, side)
            label.setText(NO_NUMBER if score is None else f"{score:.2f}")
            label.setToolTip(reason if score is None else f"{score:.4f}: {reason}")
        for finding, label in self._truth.items():
            words = [
                f"{side.value} {'yes' if known else 'no'}"
                for side in SIDES
                if asked and (known := labels.get(side, BreastLabels()).of(finding)) is not None
            ]
            label.setText(f"     T  truth: {', '.join(words)}" if words else "")
            label.setVisible(bool(words))


def _score(
    glam: GlamResult | None, finding: FindingClass, row: str, side: str
) -> tuple[float | None, str]:
    """The number for one cell and the words that explain it."""
    if glam is None:
        return None, "not run"
    model = f"uncalibrated, {glam.provenance.model_name} {glam.provenance.precision}"
    if side == "exam":
        return glam.exam_score(finding), f"the higher of both breasts ({model})"
    if row == "breast":
        score = glam.breast_score(Laterality(side), finding)
        return score, f"mean of the breast's views ({model})"
    view = View(Laterality(side), ViewPosition(row))
    if view in glam.views:
        return glam.views[view].score(finding), f"{view.label}, {finding.value} ({model})"
    return None, glam.withheld.get(view, "no such view")


def _label(words: str, role: str, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
    return label
