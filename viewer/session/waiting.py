"""The steps of exams that wait to be analysed, one after the other."""

from __future__ import annotations

from dataclasses import replace

from models.progress import Progress
from viewer.session.state import Analysis, Phase, SessionState
from viewer.session.transitions import analysis_changed

WAITING = (Phase.QUEUED, Phase.RUNNING)
STOPPED = Analysis(Phase.STOPPED, reason="Stopped.")


def is_waiting(state: SessionState, exam_id: str) -> bool:
    """Whether an exam is being analysed, or will be without being asked for again."""
    analysis = state.analyses.get(exam_id)
    return analysis is not None and analysis.phase in WAITING


def queued(state: SessionState, exam_id: str) -> SessionState:
    """An exam is to be analysed, once; behind those that wait already."""
    if is_waiting(state, exam_id):
        return state
    state = replace(state, queue=(*state.queue, exam_id))
    return analysis_changed(state, exam_id, Analysis(Phase.QUEUED))


def begun(state: SessionState, exam_id: str, words: str) -> SessionState:
    """Its turn has come."""
    state = replace(state, queue=_without(state.queue, exam_id))
    return analysis_changed(state, exam_id, Analysis(Phase.RUNNING, Progress(0, 1, words)))


def taken_out(state: SessionState, exam_id: str) -> SessionState:
    """An exam waits no longer; one that did not wait stays as it is."""
    if exam_id not in state.queue:
        return state
    state = replace(state, queue=_without(state.queue, exam_id))
    return analysis_changed(state, exam_id, STOPPED)


def next_of(state: SessionState) -> str | None:
    """The exam on the screen before the others, which come in the order they were asked for."""
    if state.exam_key in state.queue:
        return state.exam_key
    return next(iter(state.queue), None)


def words_of(state: SessionState) -> str:
    """What is being analysed and how far it is, and how many exams wait; empty for nothing."""
    exam_id = running(state)
    if exam_id is None:
        return ""
    progress = state.analyses[exam_id].progress
    words = (
        [] if progress is None else [f"{progress.message}  {progress.done} of {progress.total}"]
    )
    if exam_id != state.exam_key:
        words.insert(0, f"Exam {_number(state, exam_id)}")
    if state.queue:
        words.append(f"{len(state.queue)} waiting")
    return " · ".join(words)


def turn_words(state: SessionState) -> str:
    """When the exam on the screen, which waits, has its turn."""
    exam_id = running(state)
    return "Queued" if exam_id is None else f"Queued: next, after exam {_number(state, exam_id)}"


def running(state: SessionState) -> str | None:
    """The exam that is being analysed."""
    for exam_id, analysis in state.analyses.items():
        if analysis.phase is Phase.RUNNING:
            return exam_id
    return None


def _number(state: SessionState, exam_id: str) -> int:
    """Its place in the list, from 1."""
    return [each.exam_id for each in state.records].index(exam_id) + 1


def _without(queue: tuple[str, ...], exam_id: str) -> tuple[str, ...]:
    return tuple(each for each in queue if each != exam_id)
