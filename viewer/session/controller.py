"""What the reader's actions do: transitions of the session and work for the runners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from models.errors import Problem
from models.exam import Exam
from models.progress import Progress
from viewer.display.pane_key import AsideView, is_current
from viewer.display.protocols import SINGLE
from viewer.display.shown import ShownImage
from viewer.exam_io.load import assemble
from viewer.exam_io.records import ExamRecord
from viewer.export.context import PageContext
from viewer.jobs.runner import Job, Runner
from viewer.jobs.tasks import Opened, load_prior, load_shown, open_paths, warm_up
from viewer.session import placing, transitions
from viewer.session.analysing import AnalysisLane
from viewer.session.contrast import ContrastWorker
from viewer.session.hands import Hands
from viewer.session.loaded import LoadedExams
from viewer.session.pages import reopened
from viewer.session.pictures import PictureWriter
from viewer.session.put_away import lightened
from viewer.session.reasons import Reasons
from viewer.session.session import Session
from viewer.session.sights import Sights
from viewer.session.state import NOT_RUN, Phase


def _as_new() -> None:
    """Exams come as nobody has looked at them."""


class Controller(QObject):
    """Turns actions into transitions and jobs; looking, reading, analysing and writing never
    wait for each other.

    Parameters
    ----------
    demos : the weights that read phantoms, by the id of their model.
    analyses_opened : whether an exam on the screen is analysed without being asked to.
    """

    opened = Signal(list)  # the paths, after a scan of them found something to show

    def __init__(
        self,
        session: Session,
        cache_folder: Path,
        demos: Mapping[str, Path] | None = None,
        parent: QObject | None = None,
        *,
        analyses_opened: bool = False,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self._analyses_opened = analyses_opened
        self._looking = Runner("looking", self)
        self._reading = Runner("reading", self)
        self.pictures = PictureWriter(session, self)
        self._contrasting = ContrastWorker(session, self)
        self.sights = Sights(session, demos or {}, self)
        self.reasons = Reasons(session, demos or {}, self)
        self._to_come_back: tuple[ExamRecord, PageContext] | None = None
        self.loaded = LoadedExams()
        self.lane = AnalysisLane(session, cache_folder, demos or {}, self.loaded, self)
        self.hands = Hands(session, self.stop, self)
        self.hands.restored.connect(self._come_back_whole)
        self._being_read: ExamRecord | None = None

    # Opening and moving between exams

    def warm_up(self) -> None:
        """Get ready to read, unless reading has begun already."""
        if not self.is_reading:
            self._looking.submit(Job(warm_up))

    @property
    def is_reading(self) -> bool:
        """Whether files are being looked at or read."""
        return self._looking.busy or self._reading.busy

    def open_paths(self, paths: Sequence[Path], resume: Callable[[], None] = _as_new) -> None:
        """Look for exams in files and folders, or for the one that a picture shows.

        Parameters
        ----------
        resume : called when exams were found, and before one is shown.
        """
        self._say("Looking for exams…")
        self._looking.submit(
            Job(
                partial(open_paths, tuple(paths)),
                succeeded=partial(self._opened, resume),
                failed=self._say,
                progressed=self._tell_progress,
            )
        )

    def _opened(self, resume: Callable[[], None], outcome: object) -> None:
        if not isinstance(outcome, Opened):
            raise TypeError("opening gives Opened")
        self.lane.stop_all()
        self._reading.stop()
        self.loaded.clear()
        found = outcome.found
        self.session.apply(
            lambda state: transitions.opened(state, found.exams, found.problems, outcome.paths)
        )
        self._to_come_back = None
        if outcome.context is not None:
            self._to_come_back = (found.exams[outcome.index], outcome.context)
        if found.exams:
            resume()
            index = self.session.state.index
            self.go_to(outcome.index if index is None else index)
            self.opened.emit(list(outcome.paths))
        elif found.problems:
            self._say(found.problems[0].reason)

    def go_to(self, index: int) -> None:
        """Show the exam at `index`; outside the list nothing happens."""
        records = self.session.state.records
        if not 0 <= index < len(records):
            return
        record = records[index]
        self.session.apply(lambda state: lightened(transitions.shown(state, index)))
        loaded = self.loaded.use(record.exam_id)
        if loaded is not None:
            for item in loaded.items:
                self._show(item)
            if loaded.exam is not None:
                self._finish(record, loaded.exam)
                return
        if self._being_read is not record:
            self._read(record)

    def step(self, by: int) -> None:
        """The next (+1) or previous (−1) exam."""
        index = self.session.state.index
        if index is not None:
            self.go_to(index + by)

    def _read(self, record: ExamRecord) -> None:
        self._being_read = record
        self.loaded.begin(record.exam_id)
        self._reading.submit(
            Job(
                partial(load_shown, record, self.session.state.focus),
                succeeded=partial(self._read_whole, record),
                failed=partial(self._read_failed, record),
                cancelled=partial(self._read_stopped, record),
                delivered=partial(self._received, record),
            )
        )

    def _received(self, record: ExamRecord, item: object) -> None:
        if not isinstance(item, ShownImage | Problem):
            raise TypeError("reading delivers images and problems")
        self.loaded[record.exam_id].items.append(item)
        if self._is_shown(record):
            self._show(item)

    def _show(self, item: ShownImage | Problem) -> None:
        if isinstance(item, Problem):
            self.session.apply(lambda state: transitions.problem_met(state, item))
        else:
            self.session.apply(lambda state: transitions.image_ready(state, item))

    def _read_whole(self, record: ExamRecord, exam: object) -> None:
        if not isinstance(exam, Exam):
            raise TypeError("reading gives an Exam")
        self._being_read = None
        self.loaded[record.exam_id].exam = exam
        if self._is_shown(record):
            self._finish(record, exam)
        else:
            self._analyse_unasked(exam)

    def _read_failed(self, record: ExamRecord, reason: str) -> None:
        self._read_whole(record, assemble(record, [Problem(record.title, reason)]))

    def _read_stopped(self, record: ExamRecord) -> None:
        self.loaded.let_go(record.exam_id)
        if self._being_read is record:
            self._being_read = None

    def _finish(self, record: ExamRecord, exam: Exam) -> None:
        """All of the exam on the screen is here: read the next one ahead, let old ones go."""
        self.session.apply(lambda state: transitions.all_ready(state, exam))
        self._come_back(record, exam)
        self.hands.restore()
        state = self.session.state
        away = state.away.get(record.exam_id)
        if away is not None and state.exam is not None:
            self.lane.recall(state.exam, away.made)
        self._analyse_unasked(exam)
        self.loaded.make_room(record.exam_id)
        state = self.session.state
        if state.prior is None:
            self._read_ahead()
        else:
            self._read_prior(record, state.prior)

    def _read_prior(self, record: ExamRecord, prior: ExamRecord) -> None:
        """Read what hangs beside the exam on the screen; it is kept as long as that one is."""
        self._being_read = None
        self.session.apply(lambda state: replace(state, reading_prior=True))
        self._reading.submit(
            Job(
                partial(load_prior, prior, record.date),
                succeeded=partial(self._prior_read, record),
                failed=partial(self._prior_failed, record, prior),
                delivered=partial(self._received_prior, record),
            )
        )

    def _received_prior(self, record: ExamRecord, item: object) -> None:
        if not self._is_shown(record):
            return
        if isinstance(item, Problem):
            problem = item
            self.session.apply(
                lambda state: replace(state, prior_problems=(*state.prior_problems, problem))
            )
        elif isinstance(item, ShownImage):
            image = item
            self.session.apply(lambda state: placing.prior_ready(state, image))

    def _prior_failed(self, record: ExamRecord, prior: ExamRecord, reason: str) -> None:
        self._received_prior(record, Problem(prior.title, reason))
        self._prior_read(record)

    def _prior_read(self, record: ExamRecord, _: object = None) -> None:
        if self._is_shown(record):
            self.session.apply(lambda state: replace(state, reading_prior=False))
            self._read_ahead()

    def _read_ahead(self) -> None:
        """Read the next exam before it is asked for."""
        state = self.session.state
        if state.index is not None and state.index + 1 < len(state.records):
            ahead = state.records[state.index + 1]
            if ahead.exam_id not in self.loaded:
                self._read(ahead)

    def _come_back(self, record: ExamRecord, exam: Exam) -> None:
        """Look at the exam as the opened picture does, if these are the images it shows."""
        if self._to_come_back is None or self._to_come_back[0] is not record:
            return
        context = self._to_come_back[1]
        self.session.apply(lambda state: placing.placed_again(state, context.placed))
        if self.session.state.aside_to_read:
            return  # images of the tray come last
        self._to_come_back = None
        shown = self.session.state.exam or exam
        for view, image_id in context.images.items():
            mammogram = shown.mammograms.get(view)
            if is_current(view) and (mammogram is None or mammogram.image_id != image_id):
                self.session.apply(lambda state: placing.placed_again(state, {}))
                self._say(f"{view.label} is not the image that the picture shows.")
                return
        self.session.apply(lambda state: reopened(state, context, shown))
        focus = self.session.state.focus
        if isinstance(focus, AsideView) and self.session.state.layout == SINGLE:
            self.hands.show_aside(focus.number)
        if context.made:
            self.lane.recall(shown, context.made)

    def _come_back_whole(self) -> None:
        """The images of the tray that the opened picture shows are here, too."""
        state = self.session.state
        if state.record is not None and state.exam is not None:
            self._come_back(state.record, state.exam)

    def _is_shown(self, record: ExamRecord) -> bool:
        return self.session.state.record is record

    # Analysis

    def analyse(self) -> None:
        """Run the chosen models on the exam on the screen, before others that wait."""
        state = self.session.state
        if state.exam is not None:
            self.lane.ask(state.exam_key)
        elif state.record is not None:
            self._say("Its images are still coming: analyse when they are here.")

    def stop(self) -> None:
        """Stop the analysis of the exam on the screen, or let it wait no longer."""
        self.lane.stop(self.session.state.exam_key)

    def _analyse_unasked(self, exam: Exam) -> None:
        """Where the reader wants every exam analysed, and nobody stopped this one."""
        state = self.session.state
        has_weights = exam.is_phantom or bool(state.ready)
        wanted = bool(exam.mammograms) and (
            self._analyses_opened or (state.trust.mode.runs_by_itself and has_weights)
        )
        if wanted and state.analyses.get(exam.exam_id, NOT_RUN).phase is Phase.NOT_RUN:
            self.lane.ask(exam.exam_id)

    def _tell_progress(self, progress: Progress) -> None:
        self._say(progress.message)

    def _say(self, message: str) -> None:
        self.session.apply(lambda state: transitions.said(state, message))

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self.hands.close()
        self.lane.close()
        self._contrasting.close()
        self.sights.close()
        self.reasons.close()
        self.pictures.close()
        self._reading.close()
        self._looking.close()
