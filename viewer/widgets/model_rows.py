"""One line a model: how it may speak of this exam, by light and shape, and why."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from models.catalog import CARDS
from models.exam import View
from models.gate import Light, Verdict
from models.results import ExamResult
from viewer.display.colours import FAULT, TEXT, WARNING

# Shapes beside colours, for those who do not see them.
_SHAPE = {Light.GREEN: "●", Light.AMBER: "▲", Light.RED: "■"}
_COLOUR = {Light.GREEN: TEXT, Light.AMBER: WARNING, Light.RED: FAULT}
_WORST_FIRST = (Light.RED, Light.AMBER, Light.GREEN)
_WORDS = {Light.GREEN: "", Light.AMBER: "with a caution", Light.RED: "withheld"}


class ModelRows(QWidget):
    """What the gate said of each model that was run; reasons stand below in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._shown: ExamResult | None = None
        self.hide()

    def show_result(self, result: ExamResult | None) -> None:
        """Replace the lines."""
        if result is self._shown:
            return
        self._shown = result
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        verdicts = {} if result is None else result.verdicts
        for model, by_view in verdicts.items():
            name = CARDS[model].name if model in CARDS else model
            self._add(name, by_view)
        self.setVisible(bool(verdicts))

    def _add(self, name: str, by_view: Mapping[View | None, Verdict]) -> None:
        verdicts = by_view.values()
        light = next(one for one in _WORST_FIRST if any(each.light is one for each in verdicts))
        words = ": ".join(filter(None, (f"{_SHAPE[light]}  {name}", _WORDS[light])))
        line = QLabel(words)
        line.setStyleSheet(f"color: {_COLOUR[light]};")
        self._column.addWidget(line)
        for reason in _told(by_view):
            told = QLabel(reason)
            told.setProperty("role", "muted")
            told.setWordWrap(True)
            told.setIndent(18)
            self._column.addWidget(told)


def _told(by_view: Mapping[View | None, Verdict]) -> list[str]:
    """Every reason once, with the views that it holds for unless it holds for all."""
    views: dict[str, list[str]] = {}
    for view, verdict in by_view.items():
        for reason in verdict.reasons:
            views.setdefault(reason, []).append("" if view is None else view.label)
    return [
        reason if len(whose) == len(by_view) else f"{', '.join(whose)}: {reason}"
        for reason, whose in views.items()
    ]
