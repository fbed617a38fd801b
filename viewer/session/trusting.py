"""The steps of trust: results that come, the first read that is locked, another reading mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from models.exam import View
from models.results import ExamResult
from viewer.display.overlay import Overlays
from viewer.display.shown import ShownMarks
from viewer.session.key_words import keyed
from viewer.session.mappings import with_item, without_item
from viewer.session.state import Analysis, Phase, SessionState
from viewer.session.trust import ReadingMode

LOCK_FIRST = "Lock the first read to see what models say, and the truth ({lock})."
HELD = "held back until the first read is locked ({lock})."
STILL_HELD = "This first read began under the lock: {lock} locks it, {reveal} shows all without."
LOCKED_ALREADY = "The first read of this exam is locked already."
NOT_READ_YET = "Its images are still coming: there is nothing to lock yet."
NOTHING_TO_LOCK = "Readings are locked in one reading mode only: see Settings."


def analysed(
    state: SessionState, result: ExamResult, marks: Mapping[View, ShownMarks]
) -> SessionState:
    """Results of an exam, on the screen or not, have come: to be seen now, or once its first
    read is locked."""
    exam_id, trust = result.exam_id, state.trust
    queue = tuple(each for each in state.queue if each != exam_id)
    state = replace(state, queue=queue, away=without_item(state.away, exam_id))
    if trust.withholds(exam_id):
        held = with_item(trust.held, exam_id, (result, marks))
        state = replace(state, trust=replace(trust, held=held))
        return _somewhere(state, exam_id, Analysis(Phase.DONE, reason=HELD))
    silent = not _spoke(result)
    phase = Phase.NOT_APPLICABLE if silent else Phase.DONE
    withheld = result.glam.withheld.values() if result.glam else ()
    reasons = [*(problem.reason for problem in result.problems), *withheld]
    reason = reasons[0] if silent and reasons else ""
    state = replace(
        state,
        results=with_item(state.results, exam_id, result),
        marks=with_item(state.marks, exam_id, marks),
    )
    if trust.mode is ReadingMode.AT_ONCE and exam_id == state.exam_key:
        state = replace(state, overlays=some_marks(state.overlays), marks_visible=True)
    return _somewhere(state, exam_id, Analysis(phase, reason=reason))


def _spoke(result: ExamResult) -> bool:
    """Whether any model said anything of any view."""
    by_view = (result.glam, result.microcalcification, result.mass)
    density = result.density is not None and bool(result.density.probabilities)
    return density or bool(result.others) or any(each and each.views for each in by_view)


def some_marks(overlays: Overlays) -> Overlays:
    """Those that are on; where none is, what speaks of cancer first."""
    return overlays if overlays.of_models else replace(overlays, malignant=True, patches=True)


def locked(state: SessionState, now: datetime) -> SessionState:
    """The first read of the exam on the screen is done; what models say of it may be seen."""
    key, trust = state.exam_key, state.trust
    if trust.mode is not ReadingMode.AFTER_LOCK and not trust.withholds(key):
        return replace(state, message=NOTHING_TO_LOCK)
    if state.exam is None:
        return replace(state, message=NOT_READ_YET)
    if key in trust.locked:
        return replace(state, message=LOCKED_ALREADY)
    trust = replace(trust, locked=with_item(trust.locked, key, now))
    state = _released(replace(state, trust=trust), key)
    return replace(state, message=f"First read locked at {now:%H:%M:%S}.")


def revealed(state: SessionState) -> SessionState:
    """The reader wants to see what is held back of the exam on the screen, without a locked first
    read; nothing in the mode that locks, which is left first."""
    key, trust = state.exam_key, state.trust
    if trust.mode is ReadingMode.AFTER_LOCK or not trust.withholds(key):
        return state
    trust = replace(trust, begun=trust.begun - {key})
    return _released(replace(state, trust=trust), key)


def came(state: SessionState) -> SessionState:
    """An exam came to the screen, or another mode to it: its first read begins, or its marks are
    there at once."""
    key, trust = state.exam_key, state.trust
    if key and trust.mode is ReadingMode.AFTER_LOCK and key not in trust.locked:
        return replace(state, trust=replace(trust, begun=trust.begun | {key}))
    if trust.mode is ReadingMode.AT_ONCE and state.result is not None:
        return replace(state, overlays=some_marks(state.overlays), marks_visible=True)
    return state


def mode_chosen(state: SessionState, mode: ReadingMode) -> SessionState:
    """Another reading mode: what may not be seen in it goes, what may comes.

    An exam whose first read began under the lock keeps its results back all the same.
    """
    state = came(replace(state, trust=replace(state.trust, mode=mode)))
    if mode is not ReadingMode.AFTER_LOCK and state.trust.withholds(state.exam_key):
        state = replace(state, message=keyed(STILL_HELD, state.keys))
    for exam_id in list(state.trust.held):
        if not state.trust.withholds(exam_id):
            state = _released(state, exam_id)
    for exam_id, result in list(state.results.items()):
        if state.trust.withholds(exam_id):
            marks = state.marks.get(exam_id, MappingProxyType({}))
            state = analysed(
                replace(
                    state,
                    results=without_item(state.results, exam_id),
                    marks=without_item(state.marks, exam_id),
                ),
                result,
                marks,
            )
    return state


def _released(state: SessionState, exam_id: str) -> SessionState:
    held = state.trust.held.get(exam_id)
    if held is None:
        return state
    trust = replace(state.trust, held=without_item(state.trust.held, exam_id))
    return analysed(replace(state, trust=trust), *held)


def _somewhere(state: SessionState, exam_id: str, analysis: Analysis) -> SessionState:
    return replace(state, analyses=with_item(state.analyses, exam_id, analysis))
