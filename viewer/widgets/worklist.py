"""The opened exams, one a row."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from viewer.session.put_away import malignant_of
from viewer.session.state import Analysis, Phase, SessionState
from viewer.widgets.own_keys import KeyList

WIDTH = 200


class Worklist(KeyList):
    """Title and date, number of views, and the malignant score once there is one."""

    exam_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Exams")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(lambda item: self.exam_chosen.emit(self.row(item)))
        self.itemActivated.connect(lambda item: self.exam_chosen.emit(self.row(item)))

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """Rows, the current one, and what is known of each."""
        if old is None or old.records is not new.records:
            self.clear()
            for _ in new.records:
                self.addItem(QListWidgetItem())
        wanted = new.worklist_visible and new.panels_visible and not new.reading
        self.setVisible(wanted and len(new.records) > 1)
        fresh = old is None or (old.records, old.analyses, old.results, old.away, old.trust) != (
            new.records,
            new.analyses,
            new.results,
            new.away,
            new.trust,
        )
        if fresh:
            for row, record in enumerate(new.records):
                item = self.item(row)
                if item is not None:
                    item.setText(f"{record.title}\n{_detail(new, row)}")
                    item.setToolTip(record.exam_id)
        if new.index is not None:
            self.setCurrentRow(new.index)


def _stands(analysis: Analysis, *, scored: bool) -> str:
    """Where an analysis stands; empty where there is none, or a score that says it is done."""
    phase, progress = analysis.phase, analysis.progress
    if phase is Phase.NOT_RUN or (phase is Phase.DONE and scored):
        return ""
    if phase is Phase.RUNNING and progress is not None and progress.total > 1:
        return f"{phase.value} {100 * progress.done // progress.total} %"
    return phase.value


def _detail(state: SessionState, row: int) -> str:
    """What is there in one line; scores and what is amiss, if anything, in the next."""
    record = state.records[row]
    count = len(record.images)
    there = [record.date] if record.date else []
    there.append(f"{count} view{'' if count == 1 else 's'}")
    known = []
    result = state.results.get(record.exam_id)
    analysis = state.analyses.get(record.exam_id)
    away = state.away.get(record.exam_id)
    score = None if result is None else malignant_of(result)
    if away is not None and not state.trust.withholds(record.exam_id):
        score = away.malignant
    if score is not None:
        known.append(f"M {score:.2f}")
    if analysis is not None and (words := _stands(analysis, scored=bool(known))):
        known.append(words)
    if record.set_aside:
        known.append(f"{len(record.set_aside)} set aside")
    if record.problems:
        known.append(f"{len(record.problems)} ⚠")
    return "\n".join(" · ".join(words) for words in (there, known) if words)
