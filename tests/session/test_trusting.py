"""What models say is nowhere in the state before a reader may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.phantoms import make_exam
from tests.screen import analysed, on_screen
from viewer.session import placing, transitions, trusting
from viewer.session.by_hand import MIRRORED
from viewer.session.state import Phase, SessionState
from viewer.session.trust import ReadingMode

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


def begun(mode: ReadingMode) -> SessionState:
    """An exam of four views on the screen."""
    return on_screen(make_exam(), state=trusting.mode_chosen(SessionState(), mode))


def sees_something(state: SessionState) -> bool:
    return bool(state.results or state.marks)


@pytest.mark.parametrize("mode", [ReadingMode.ON_REQUEST, ReadingMode.AT_ONCE])
def test_without_a_lock_results_are_seen_as_they_come(mode):
    state = analysed(begun(mode))
    assert state.result is not None
    assert state.overlays.malignant is (mode is ReadingMode.AT_ONCE)


def test_results_are_held_back_until_the_first_read_is_locked():
    state = analysed(begun(ReadingMode.AFTER_LOCK))
    assert not sees_something(state)
    assert state.analysis.phase is Phase.DONE
    assert "Ctrl+L" in state.analysis.reason
    state = trusting.locked(state, NOW)
    assert state.result is not None
    assert state.marks[state.exam_key]
    assert state.trust.held == {}
    assert state.trust.locked == {state.exam_key: NOW}
    assert state.message == "First read locked at 12:30:00."


def test_results_that_come_after_the_lock_are_seen():
    state = analysed(trusting.locked(begun(ReadingMode.AFTER_LOCK), NOW))
    assert state.result is not None


def test_a_reading_is_locked_once_and_only_when_there_is_something_to_read():
    state = trusting.locked(begun(ReadingMode.AFTER_LOCK), NOW)
    again = trusting.locked(state, NOW.replace(hour=13))
    assert again.trust.locked == {state.exam_key: NOW}
    assert again.message == trusting.LOCKED_ALREADY
    loading = replace(begun(ReadingMode.AFTER_LOCK), exam=None)
    assert trusting.locked(loading, NOW).trust.locked == {}
    assert trusting.locked(begun(ReadingMode.ON_REQUEST), NOW).trust.locked == {}


def test_another_mode_hides_and_shows_what_is_there():
    state = trusting.mode_chosen(analysed(begun(ReadingMode.ON_REQUEST)), ReadingMode.AFTER_LOCK)
    assert not sees_something(state)
    state = trusting.mode_chosen(state, ReadingMode.ON_REQUEST)
    assert state.result is not None
    assert state.trust.held == {}


def test_results_of_images_that_were_placed_otherwise_are_gone_also_while_held():
    state = analysed(begun(ReadingMode.AFTER_LOCK))
    state = placing.turned(state, state.focus, MIRRORED, "mirror")
    state = trusting.locked(state, NOW)
    assert not sees_something(state)


def test_other_exams_start_unlocked():
    state = trusting.locked(analysed(begun(ReadingMode.AFTER_LOCK)), NOW)
    state = transitions.opened(state, state.records, ())
    assert state.trust.locked == {}
    assert state.trust.mode is ReadingMode.AFTER_LOCK
