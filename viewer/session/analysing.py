"""Analyses exams one after the other, on the screen or not, and brings back what was kept."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from models.exam import Exam, View
from models.progress import Progress
from models.results import MadeBy
from viewer.display.placed import Placed
from viewer.exam_io.records import ExamRecord
from viewer.jobs.runner import Job, Runner, Task
from viewer.jobs.tasks import Analysed, Analyst
from viewer.jobs.unshown import Ask, read_first
from viewer.session import transitions, waiting
from viewer.session.key_words import keyed
from viewer.session.loaded import LoadedExams
from viewer.session.mappings import without_item
from viewer.session.placing import OUTDATED
from viewer.session.put_away import lightened
from viewer.session.session import Session
from viewer.session.state import UNTOUCHED, Analysis, Phase, SessionState
from viewer.session.trusting import analysed

NEEDED = "The saliency and scores shown before need an analysis: press {analyse}."

Placing = Mapping[View, Placed]


class AnalysisLane(QObject):
    """One analysis at a time; who waits is in the state, and nothing of their images is held.

    An exam is read when its turn comes, unless its images are in memory anyway. What was computed
    from images that the reader placed otherwise meanwhile is never shown.

    Parameters
    ----------
    cache_folder : where results are kept.
    demos : the weights that read phantoms, by the id of their model.
    loaded : the images that are in memory.
    """

    def __init__(
        self,
        session: Session,
        cache_folder: Path,
        demos: Mapping[str, Path],
        loaded: LoadedExams,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._loaded = session, loaded
        spare_core = max(1, (os.cpu_count() or 2) - 1)
        self._analyst, self._archivist = (
            Analyst(cache_folder, demos, threads=spare_core) for _ in range(2)
        )
        self._analysing = Runner("analysing", self)
        self._recalling = Runner("recalling", self)

    def ask(self, exam_id: str) -> None:
        """Run the chosen models on an exam of the list when its turn comes."""
        self._session.apply(lambda state: waiting.queued(state, exam_id))
        self._go_on()

    def stop(self, exam_id: str) -> None:
        """Stop the analysis of an exam, or let it wait no longer."""
        if waiting.running(self._session.state) == exam_id:
            self._analysing.stop()
        self._session.apply(lambda state: waiting.taken_out(state, exam_id))

    def stop_all(self) -> None:
        """Stop the running analysis, and let no exam wait any longer."""
        for exam_id in self._session.state.queue:
            self._session.apply(partial(waiting.taken_out, exam_id=exam_id))
        self._recalling.stop()
        self._analysing.stop()

    def recall(self, exam: Exam, made: Mapping[str, MadeBy]) -> None:
        """Show what these computations said of an exam before, if all of it was kept."""
        recall = self._archivist.recall
        self._bring(
            exam, lambda it, report, deliver, stop: recall(it, made, report, deliver, stop)
        )

    def bring_back(self, exam: Exam, models: Sequence[str]) -> None:
        """Show what these models said of an exam before, if all of it was kept."""
        choice, kept = self._session.state.model, self._archivist.kept
        self._bring(
            exam,
            lambda it, report, deliver, stop: kept(it, choice, models, report, deliver, stop),
        )

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self.stop_all()
        self._analysing.close()
        self._recalling.close()

    # One after the other

    def _go_on(self) -> None:
        state = self._session.state
        exam_id = waiting.next_of(state)
        if exam_id is None or self._analysing.busy:
            return
        record = next(each for each in state.records if each.exam_id == exam_id)
        placed = _placing(state, exam_id)
        words = f"Preparing {state.model_name_for(is_phantom=record.is_phantom)}"
        self._session.apply(lambda now: waiting.begun(now, exam_id, words))
        self._analysing.submit(
            Job(
                self._task(state, record),
                succeeded=partial(self._done, exam_id, placed),
                failed=partial(self._ended, exam_id, Phase.FAILED),
                cancelled=partial(self._stopped, exam_id),
                progressed=partial(self._tell, exam_id),
            )
        )

    def _task(self, state: SessionState, record: ExamRecord) -> Task:
        """On what is in memory, or else on files that are read first."""
        analyse, choice = self._analyst.analyse, state.model
        by_hand = state.works.get(record.exam_id, UNTOUCHED).now
        if record is state.record and state.exam is not None and _hangs_as_placed(state):
            return partial(analyse, state.exam, choice)
        loaded = self._loaded.peek(record.exam_id)
        if loaded is not None and loaded.exam is not None and not by_hand.placed:
            return partial(analyse, loaded.exam, choice)
        return partial(self._analyst.read_and_analyse, record, by_hand, choice)

    def _done(self, exam_id: str, placed: Placing, found: object) -> None:
        self._show(exam_id, placed, found)
        self._go_on()

    def _ended(self, exam_id: str, phase: Phase, reason: str) -> None:
        self._say_of(exam_id, Analysis(phase, reason=reason))
        self._go_on()

    def _stopped(self, exam_id: str) -> None:
        self._ended(exam_id, Phase.STOPPED, "Stopped.")

    def _tell(self, exam_id: str, progress: Progress) -> None:
        self._say_of(exam_id, Analysis(Phase.RUNNING, progress))

    def _say_of(self, exam_id: str, analysis: Analysis) -> None:
        self._session.apply(lambda state: transitions.analysis_changed(state, exam_id, analysis))

    def _show(self, exam_id: str, placed: Placing, found: object) -> None:
        """Results of the very images that were sent, under their own exam or nowhere."""
        if not isinstance(found, Analysed) or found.result.exam_id != exam_id:
            raise TypeError("an analysis gives the Analysed of its exam")
        if _placing(self._session.state, exam_id) != placed:
            self._say_of(exam_id, Analysis(reason=OUTDATED))
            return
        self._session.apply(lambda state: lightened(analysed(state, found.result, found.marks)))

    # What was kept

    def _bring(self, exam: Exam, ask: Ask) -> None:
        """Ask for what was said of the exam on the screen, as its images are placed."""
        exam_id, state = exam.exam_id, self._session.state
        placed = _placing(state, exam_id)
        task: Task = partial(ask, exam)
        if state.record is not None and not _hangs_as_placed(state):
            task = partial(read_first, ask, state.record, state.work.now)
        self._recalling.submit(
            Job(
                task,
                succeeded=partial(self._recalled, exam_id, placed),
                failed=partial(self._not_recalled, exam_id),
                cancelled=partial(self._recall_ended, exam_id),
            )
        )
        self._session.apply(lambda now: replace(now, recalling=exam_id))

    def _recalled(self, exam_id: str, placed: Placing, found: object) -> None:
        state = self._session.state
        if waiting.is_waiting(state, exam_id):
            self._recall_ended(exam_id)  # the analysis will say the same
        elif found is not None:
            try:
                self._show(exam_id, placed, found)
            finally:
                self._recall_ended(exam_id)
        else:
            self._not_recalled(exam_id, NEEDED if state.exam_key == exam_id else "")

    def _not_recalled(self, exam_id: str, why: str) -> None:
        state = self._session.state
        if exam_id in state.away:
            self._session.apply(lambda now: replace(now, away=without_item(now.away, exam_id)))
            if not waiting.is_waiting(state, exam_id):
                self._say_of(exam_id, Analysis())
        self._recall_ended(exam_id)
        if why:
            self._say(why)

    def _recall_ended(self, exam_id: str) -> None:
        if self._session.state.recalling == exam_id:
            self._session.apply(lambda now: replace(now, recalling=""))

    def _say(self, message: str) -> None:
        self._session.apply(lambda state: transitions.said(state, keyed(message, state.keys)))


def _hangs_as_placed(state: SessionState) -> bool:
    """Whether all that the reader gave a view is here; images of the tray come last."""
    return state.work.now.placed.keys() <= state.read.keys()


def _placing(state: SessionState, exam_id: str) -> Placing:
    return state.works.get(exam_id, UNTOUCHED).now.placed
