"""What models say is nowhere in the state before a reader may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.exam import R_CC
from tests.phantoms import make_exam, make_mammogram, make_result, record_of
from tests.screen import analysed, on_screen
from viewer.display.pane_key import PriorView
from viewer.display.shown import ShownImage
from viewer.session import placing, transitions, trusting
from viewer.session.audit import events
from viewer.session.by_hand import MIRRORED
from viewer.session.pages import nothing_to_draw, page_of
from viewer.session.state import Phase, SessionState
from viewer.session.trust import ReadingMode, Trust

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
    assert "{lock}" in state.analysis.reason
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
    assert not sees_something(state), "a change of the settings reveals nothing"
    assert trusting.STILL_HELD in state.message
    state = trusting.revealed(state)
    assert state.result is not None
    assert state.trust.held == {}


def test_a_first_read_that_began_under_the_lock_is_locked_in_any_mode():
    state = analysed(begun(ReadingMode.AFTER_LOCK))
    state = trusting.mode_chosen(state, ReadingMode.AT_ONCE)
    assert not sees_something(state)
    state = trusting.locked(state, NOW)
    assert state.result is not None
    assert state.overlays.malignant


def test_what_is_held_back_is_not_revealed_in_the_mode_that_locks():
    state = analysed(begun(ReadingMode.AFTER_LOCK))
    assert trusting.revealed(state) is state


def test_exams_that_were_never_on_the_screen_follow_the_mode():
    one, two = make_exam("one"), make_exam("two")
    state = trusting.mode_chosen(SessionState(), ReadingMode.AFTER_LOCK)
    state = transitions.opened(state, (record_of(one), record_of(two)), ())
    state = transitions.shown(state, 0)
    state = trusting.analysed(state, make_result(two), {})  # in the background
    assert not sees_something(state)
    state = trusting.mode_chosen(state, ReadingMode.AT_ONCE)
    assert set(state.results) == {"two"}
    assert state.trust.withholds("one")


def test_the_truth_is_held_back_as_models_are_whatever_switches_it_on():
    state = begun(ReadingMode.AFTER_LOCK)
    for change in ({"truth": True}, {"truth": True, "malignant": True}):
        state = transitions.overlaid(state, replace(state.overlays, **change))
        assert not state.overlays.truth
    assert "truth" in nothing_to_draw(state, "truth")
    state = trusting.locked(state, NOW)
    state = transitions.overlaid(state, replace(state.overlays, truth=True))
    assert state.overlays.truth
    assert not transitions.shown(
        replace(state, trust=Trust(ReadingMode.AFTER_LOCK)), 0
    ).overlays.truth


def test_a_page_says_that_results_are_held_back_and_shows_none():
    state = analysed(begun(ReadingMode.AFTER_LOCK))
    state = transitions.overlaid(state, replace(state.overlays, malignant=True))
    assert not page_of(state, {}, (400, 600)).overlays.of_models
    assert page_of(state, {}, (400, 600)).held
    assert not page_of(begun(ReadingMode.AFTER_LOCK), {}, (400, 600)).held, "not run"
    assert not page_of(trusting.locked(state, NOW), {}, (400, 600)).held


def test_revealing_is_an_event_and_locking_is_another():
    state = analysed(begun(ReadingMode.AFTER_LOCK))
    other = trusting.mode_chosen(state, ReadingMode.ON_REQUEST)
    told = [event.what for event in events(other, trusting.revealed(other))]
    assert "revealed" in told
    told = [event.what for event in events(state, trusting.locked(state, NOW))]
    assert "locked" in told
    assert "revealed" not in told


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


@pytest.mark.parametrize("mode", list(ReadingMode))
def test_the_truth_of_a_prior_waits_for_the_first_read_of_the_prior(mode, monkeypatch):
    state = trusting.locked(begun(mode), NOW)
    image = ShownImage.prepare(make_mammogram(R_CC))
    assert image.truth
    monkeypatch.setattr(SessionState, "prior", record_of(make_exam("before")))
    hung = placing.prior_ready(state, image).images[PriorView.of(R_CC)]
    assert bool(hung.truth) is bool(hung.mammogram.truth)
    assert bool(hung.truth) is (mode is not ReadingMode.AFTER_LOCK)
