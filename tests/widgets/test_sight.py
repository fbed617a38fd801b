"""What the network saw, in the window: by one key, for the exam on the screen and no other."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from models import inputs
from models.exam import L_MLO, R_CC
from tests import small_models
from tests.models.conftest import small_glam as small_glam  # noqa: PLC0414 - a fixture
from tests.phantoms import make_exam, make_mammogram, make_result
from tests.widgets.mouse import turn_wheel
from viewer.display.sight import SightKind
from viewer.session import trusting
from viewer.widgets.sight_window import SightWindow

SIZE = {"rows": 1600, "columns": 1100}


@pytest.fixture
def weights(application, small_glam: Path, tmp_path: Path) -> None:
    """Files for GLAM, density and calcifications, none for masses."""
    files = {
        "glam": small_glam,
        "density.histogram": small_models.density_histogram(tmp_path),
        **{f"microcalcification.{k}": p for k, p in small_models.calcifications(tmp_path).items()},
    }
    application.session.apply(
        lambda s: replace(s, model=replace(s.model, files=MappingProxyType(files)))
    )


@pytest.fixture
def exam():
    return make_exam(views={view: make_mammogram(view, **SIZE) for view in (R_CC, L_MLO)})


def opened(application) -> SightWindow:
    QTest.keyClick(application.window, Qt.Key.Key_I, Qt.KeyboardModifier.ShiftModifier)
    (found,) = application.window.findChildren(SightWindow)
    return found


def drawn(window: SightWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: window.laid.pyramid is not None, timeout=30_000)


def words_of(window: SightWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel))


def test_one_key_shows_the_input_and_the_checkerboard(
    application, show, weights, exam, small_glam, qtbot
) -> None:
    show(exam)
    window = opened(application)
    drawn(window, qtbot)
    assert window.models.currentText() == "GLAM"
    assert window.inputs.currentText() == "R CC, window"
    said = words_of(window)
    for words in ("1 × 1 × 2944 × 1920, float32", "stored column = ", "mirrored left to right"):
        assert words in said
    assert "0.1 × 0.1 mm" in said
    assert f"{small_glam.name} {hashlib.sha256(small_glam.read_bytes()).hexdigest()[:12]}" in said
    assert window.given.pyramid.shape == (2944, 1920)
    assert window.laid.pyramid.shape == (1600, 1100)
    window.close()


def test_there_is_one_window_and_nothing_to_see_without_an_exam(
    application, show, weights, exam, qtbot
) -> None:
    assert not application.window.actions_by_name["network_saw"].isEnabled()
    show(exam)
    window = opened(application)
    application.window.actions_by_name["network_saw"].trigger()
    assert application.window.findChildren(SightWindow) == [window]
    window.close()


def test_keys_turn_from_the_checkerboard_to_the_image_and_the_input(
    application, show, weights, exam, qtbot
) -> None:
    show(exam)
    window = opened(application)
    drawn(window, qtbot)
    checker = window.laid.pyramid
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: window.kind is SightKind.SOURCE)
    alone = window.laid.pyramid
    assert not np.array_equal(alone.image, checker.image)
    QTest.keyClick(window, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: window.kind is SightKind.INPUT)
    buttons = window.findChildren(QToolButton)
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert window.laid.pyramid is checker
    window.close()


def test_every_model_and_view_can_be_chosen(application, show, weights, exam, qtbot) -> None:
    show(exam)
    application.session.apply(lambda s: replace(s, focus=L_MLO))
    window = opened(application)
    drawn(window, qtbot)
    assert window.inputs.currentText() == "L MLO, window", "that of the focused pane"
    window.models.setCurrentIndex(window.models.findData("microcalcification"))
    window.models.activated.emit(window.models.currentIndex())
    assert window.laid.pyramid is None, "nothing of another model meanwhile"
    drawn(window, qtbot)
    assert "in tiles of 256 × 256 pixels" in words_of(window)
    assert window.inputs.currentText() == "L MLO, tiles"
    window.inputs.setCurrentIndex(0)
    window.inputs.activated.emit(0)
    assert window.given.pyramid is None
    assert window.laid.pyramid is None
    drawn(window, qtbot)
    window.close()


def test_a_model_that_says_nothing_says_why(application, show, weights, exam, qtbot) -> None:
    show(exam)
    window = opened(application)
    for model, why in (("mass", "No weights for Masses"), ("density", "needs all four views")):
        window.models.setCurrentIndex(window.models.findData(model))
        window.models.activated.emit(window.models.currentIndex())
        qtbot.waitUntil(lambda why=why: why in words_of(window), timeout=30_000)
        assert window.inputs.count() == 0
        assert window.laid.pyramid is None
    window.close()


def test_another_exam_takes_the_place_at_once(application, show, weights, exam, qtbot) -> None:
    show(exam)
    window = opened(application)
    drawn(window, qtbot)
    before = window.laid.pyramid
    other = make_exam("other", {L_MLO: make_mammogram(L_MLO, **SIZE)})
    show(other)
    assert window.laid.pyramid is None
    assert window.exam == "other"
    drawn(window, qtbot)
    assert window.laid.pyramid is not before
    assert [window.inputs.itemText(0), window.inputs.count()] == ["L MLO, window", 1]
    window.close()


def test_nothing_is_prepared_on_the_threads_of_window_and_analysis(
    application, show, weights, exam, qtbot, monkeypatch
) -> None:
    where: list[str] = []
    prepare = inputs.inputs_of

    def watched(*args):  # type: ignore[no-untyped-def]
        from PySide6.QtCore import QThread

        where.append(QThread.currentThread().objectName())
        assert threading.current_thread() is not threading.main_thread()
        return prepare(*args)

    monkeypatch.setattr(inputs, "inputs_of", watched)
    show(exam)
    window = opened(application)
    drawn(window, qtbot)
    assert where == ["network inputs"]
    window.close()


def test_closing_it_while_it_works_ends_the_work(application, show, weights, exam, qtbot) -> None:
    show(exam)
    window = opened(application)
    window.close()
    QApplication.processEvents()
    sights = application.controller.sights
    qtbot.waitUntil(lambda: not sights._runner.busy)
    assert application.window.findChildren(SightWindow) == []


def test_the_pictures_are_magnified_by_wheel_and_double_click(
    application, show, weights, exam, qtbot
) -> None:
    show(exam)
    window = opened(application)
    drawn(window, qtbot)
    view = window.laid
    at = QPoint(view.width() // 2, view.height() // 3)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.viewport_now.scale == 1.0
    window.findChildren(QToolButton)[1].click()
    assert view.viewport_now.scale == 1.0, "the other picture at the same place"
    place = view.viewport_now
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(view, at + QPoint(20, 30))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(20, 30))
    assert (place.row - view.viewport_now.row, place.column - view.viewport_now.column) == (30, 20)
    turn_wheel(view, at, 1)
    assert view.viewport_now.scale > 1.0
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.viewport_now.scale < 1.0, "all of it again"
    window.close()


@pytest.mark.parametrize("same", [True, False])
def test_results_of_other_weights_than_those_that_are_shown_are_told(
    application, show, weights, exam, small_glam, qtbot, same
) -> None:
    digest = hashlib.sha256(small_glam.read_bytes()).hexdigest() if same else "0" * 64
    show(exam)
    result = make_result(exam)
    made = replace(result.glam.provenance, weights_sha256=digest)
    result = replace(result, glam=replace(result.glam, provenance=made))
    application.session.apply(lambda s: trusting.analysed(s, result, {}))
    window = opened(application)
    drawn(window, qtbot)
    assert ("of other weights: test.ckpt" in words_of(window)) is not same
