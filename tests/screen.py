"""Exams on the screen without reading files: the steps that the controller takes, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from models.exam import Exam, Mammogram
from models.results import ExamResult
from tests.phantoms import make_result, record_of
from viewer.display.shown import ShownImage
from viewer.jobs.tasks import exam_marks
from viewer.session import transitions, trusting
from viewer.session.session import Session
from viewer.session.state import SessionState

Step = Callable[[SessionState], SessionState]


def on_screen(exam: Exam, *others: Exam, state: SessionState | None = None) -> SessionState:
    """The state in which an exam is wholly read, and others wait behind it."""
    state = state or SessionState()
    for step in _steps(exam, others):
        state = step(state)
    return state


def show(session: Session, exam: Exam, *others: Exam) -> None:
    """The same in a session, with every change that it tells of on the way."""
    for step in _steps(exam, others):
        session.apply(step)


def image_ready(mammogram: Mammogram) -> Step:
    """One image has been read."""
    image = ShownImage.prepare(mammogram)
    return lambda state: transitions.image_ready(state, image)


def analysed(state: SessionState, result: ExamResult | None = None) -> SessionState:
    """The state in which models have read the shown exam.

    Parameters
    ----------
    result : what it said; that of `make_result` by default.
    """
    assert state.exam is not None
    said = result or make_result(state.exam)
    return trusting.analysed(state, said, exam_marks(state.exam, said))


def _steps(exam: Exam, others: tuple[Exam, ...]) -> Iterator[Step]:
    records = tuple(record_of(each) for each in (exam, *others))
    yield lambda state: transitions.opened(state, records, ())
    yield lambda state: transitions.shown(state, 0)
    for mammogram in exam.mammograms.values():
        yield image_ready(mammogram)
    yield lambda state: transitions.all_ready(state, exam)
