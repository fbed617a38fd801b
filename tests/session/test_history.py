"""Undo and redo of anything frozen."""

from __future__ import annotations

from viewer.session.history import LONGEST, History


def test_what_is_undone_can_be_done_again_until_something_else_is_done():
    history = History(0).then("one", 1).then("two", 2)
    assert history.back().now == 1
    assert history.back().back().now == 0
    assert history.back().forth() == history
    assert history.back().undone[-1][0] == "two"
    assert history.back().then("three", 3).undone == ()


def test_with_nothing_to_undo_or_redo_nothing_changes():
    history = History("x")
    assert history.back() is history
    assert history.forth() is history


def test_a_history_does_not_grow_without_end():
    history = History(0)
    for number in range(LONGEST + 50):
        history = history.then("count", number)
    assert len(history.done) == LONGEST
