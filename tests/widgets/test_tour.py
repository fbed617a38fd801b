"""The first-run tour: quiet, skipped for good; and the size of words and controls."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.phantoms import make_exam
from viewer.app import Application
from viewer.theme import SCALE, apply_scale
from viewer.widgets.tour import CARDS, Tour


def tours(application) -> list[Tour]:
    return [each for each in application.window.findChildren(Tour) if each.isVisible()]


def test_a_first_user_is_shown_around_once(application, qtbot, tmp_path: Path):
    application.offer_tour()
    (tour,) = tours(application)
    met = []
    for _ in CARDS:
        words = tour._words
        met.append(words.text())
        QApplication.processEvents()
        assert words.height() >= words.heightForWidth(words.width()), "no line is cut"
        qtbot.mouseClick(tour.next, Qt.MouseButton.LeftButton)
    assert len(set(met)) == len(CARDS)
    assert "Space" in met[1]
    assert not any("{" in words for words in met)
    assert tours(application) == []
    again = Application(application._store, tmp_path / "cache")
    again.offer_tour()
    assert again.window.findChildren(Tour) == []
    again.window.close()


def test_who_skips_it_never_sees_it_again(application, qtbot, tmp_path: Path):
    application.offer_tour()
    qtbot.mouseClick(tours(application)[0].skip, Qt.MouseButton.LeftButton)
    assert tours(application) == []
    again = Application(application._store, tmp_path / "cache")
    again.offer_tour()
    assert again.window.findChildren(Tour) == []
    again.window.close()


def test_the_tour_takes_no_key_and_lies_inside_the_window(application, show, qtbot):
    application.offer_tour()
    show(make_exam())
    window = application.window
    assert window.focusWidget() is window.grid
    qtbot.keyClick(window.grid, Qt.Key.Key_I)
    assert application.session.state.look.inverted
    window.resize(1000, 700)
    (tour,) = tours(application)
    qtbot.waitUntil(lambda: window.rect().contains(tour.geometry()))


@pytest.mark.parametrize(
    ("percent", "given", "factor"),
    [(150, None, "1.5"), (100, None, None), (150, "2", "2")],
)
def test_words_and_controls_have_the_size_that_was_chosen(monkeypatch, percent, given, factor):
    monkeypatch.delenv(SCALE, raising=False)
    if given is not None:
        monkeypatch.setenv(SCALE, given)
    apply_scale(percent)
    assert os.environ.get(SCALE) == factor
