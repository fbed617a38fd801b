"""One line a model: how it may speak of this exam, by light and shape, and why."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from models.catalog import name_of_model
from models.exam import View
from models.gate import Light, Verdict
from models.results import ExamResult, OwnResult
from viewer.display.colours import FAULT, MUTED, TEXT, WARNING
from viewer.display.gate_words import reasons_told

# Shapes beside colours, for those who do not see them.
_SHAPE = {Light.GREEN: "●", Light.AMBER: "▲", Light.RED: "■"}
_COLOUR = {Light.GREEN: TEXT, Light.AMBER: WARNING, Light.RED: FAULT}
_WORST_FIRST = (Light.RED, Light.AMBER, Light.GREEN)
_NOT_RUN = "○"
_WORDS = {Light.GREEN: "", Light.AMBER: "with a caution", Light.RED: "withheld"}


class ModelRows(QWidget):
    """What the gate said of each model that was run, and which were not; reasons stand below in
    full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._shown: tuple[ExamResult | None, tuple[str, ...]] | None = None
        self.hide()

    def show_result(self, result: ExamResult | None, used: tuple[str, ...]) -> None:
        """Replace the lines.

        Parameters
        ----------
        used : the models that the reader wants, by their ids.
        """
        if self._shown is not None and result is self._shown[0] and used == self._shown[1]:
            return
        self._shown = (result, used)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if result is not None:
            self._fill(result, used)
        self.setVisible(self._column.count() > 0)

    def _fill(self, result: ExamResult, used: tuple[str, ...]) -> None:
        told: set[str] = set()
        for model, by_view in result.verdicts.items():
            made = result.made.get(model, ())
            name = made[0].model_name if made else name_of_model(model)
            files = "\n".join(f"{each.weights_name} {each.weights_sha256[:12]}" for each in made)
            self._add(name, by_view, files)
            told |= {" ".join(verdict.reasons) for verdict in by_view.values()}
        for own in result.others.values():
            for words in _scores(own):
                self._reason(words)
        failed = {problem.subject for problem in result.problems}
        for problem in result.problems:
            if problem.reason not in told:
                self._line(f"{_SHAPE[Light.RED]}  {problem.subject}: failed", FAULT)
                self._reason(problem.reason)
        for model in used:
            was_run = model in result.verdicts or model in result.made
            if not was_run and name_of_model(model) not in failed:
                self._line(f"{_NOT_RUN}  {name_of_model(model)}: not run", MUTED)

    def _add(self, name: str, by_view: Mapping[View | None, Verdict], files: str) -> None:
        verdicts = by_view.values()
        light = next(one for one in _WORST_FIRST if any(each.light is one for each in verdicts))
        words = ": ".join(filter(None, (f"{_SHAPE[light]}  {name}", _WORDS[light])))
        self._line(words, _COLOUR[light], files)
        for reason in reasons_told(by_view):
            self._reason(reason)

    def _line(self, words: str, colour: str, tip: str = "") -> None:
        line = QLabel(words)
        line.setWordWrap(True)
        line.setStyleSheet(f"color: {colour}; font-size: 11px;")
        line.setToolTip(tip)
        self._column.addWidget(line)

    def _reason(self, words: str) -> None:
        told = QLabel(words)
        told.setProperty("role", "muted")
        told.setWordWrap(True)
        told.setIndent(18)
        self._column.addWidget(told)


def _scores(own: OwnResult) -> list[str]:
    """Numbers of a model from outside, by their names: of the exam, then of each view."""
    told: dict[str, list[str]] = {
        name: [f"exam {score:.2f}"] for name, score in own.scores.items()
    }
    for view, said in own.views.items():
        for name, score in said.scores.items():
            told.setdefault(name, []).append(f"{view.label} {score:.2f}")
    model = own.provenance.model_name
    return [f"{model}, {name}: {', '.join(each)} · not calibrated" for name, each in told.items()]
