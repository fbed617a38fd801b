"""Why a cluster has its score, in the window: of this exam, these results and these weights."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from models.analysis import analyse
from models.exam import L_MLO, R_CC, Exam
from models.microcalcification.explaining import scored
from models.microcalcification.room import CalcificationRequest
from models.results import ExamResult
from models.runtime import Runtime
from tests import small_models
from tests.phantoms import make_exam, make_mammogram
from viewer.jobs import explain_tasks
from viewer.jobs.tasks import exam_marks
from viewer.session import trusting
from viewer.session.trust import ReadingMode
from viewer.widgets.why_window import WhyWindow


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small U-Net and a small classifier, by role."""
    return dict(small_models.calcifications(tmp_path_factory.mktemp("weights")))


@pytest.fixture(scope="module")
def exam() -> Exam:
    """Two views, in both of which the small U-Net sees clusters."""
    return make_exam(views={view: make_mammogram(view) for view in (R_CC, L_MLO)})


@pytest.fixture(scope="module")
def result(exam: Exam, files: dict[str, Path]) -> ExamResult:
    """What they say of the exam."""
    found = analyse(exam, [CalcificationRequest(files)], Runtime())
    assert {each.view for each in scored(found.microcalcification)} == {R_CC, L_MLO}
    return found


@pytest.fixture
def weights(application, files: dict[str, Path]) -> None:
    """They are in use."""
    chosen = MappingProxyType({f"microcalcification.{role}": path for role, path in files.items()})
    application.session.apply(lambda s: replace(s, model=replace(s.model, files=chosen)))


@pytest.fixture
def analysed(application, show, weights, exam: Exam, result: ExamResult) -> None:
    """The exam on the screen, and its results."""
    show(exam)
    say(application, exam, result)


def say(application, exam: Exam, result: ExamResult) -> None:
    marks = exam_marks(exam, result)
    application.session.apply(lambda s: trusting.analysed(s, result, marks))


def opened(application) -> WhyWindow:
    QTest.keyClick(application.window, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    (found,) = application.window.findChildren(WhyWindow)
    return found


def drawn(window: WhyWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: window.view.shown is not None, timeout=30_000)


def test_one_key_explains_the_first_score_in_sight(application, analysed, result, qtbot) -> None:
    window = opened(application)
    first = next(each for each in scored(result.microcalcification) if each.view is R_CC)
    assert window.chosen == first
    assert window.clusters.count() == len(scored(result.microcalcification))
    assert not window.save.isEnabled()
    drawn(window, qtbot)
    assert window.view.shown.score == pytest.approx(first.score, abs=1e-3)
    assert window.save.isEnabled()
    assert window.said == ""
    window.close()


def test_a_line_of_the_list_is_asked_by_its_menu(application, analysed, result, qtbot) -> None:
    panel = application.window.evidence.findings
    wanted = next(each for each in scored(result.microcalcification) if each.view is L_MLO)
    row = next(r for r in range(panel.count()) if "L MLO" in panel.item(r).text())
    menu = panel.menu_of(row)
    why = next(each for each in menu.actions() if "Why" in each.text())
    why.trigger()
    (window,) = application.window.findChildren(WhyWindow)
    assert window.chosen == wanted
    drawn(window, qtbot)
    panel.setCurrentRow(0)
    application.window.actions_by_name["why_score"].trigger()
    assert application.window.findChildren(WhyWindow) == [window], "one window"
    assert window.chosen.view is R_CC, "the chosen line"
    window.close()


def test_another_cluster_takes_the_picture_away_at_once(application, analysed, qtbot) -> None:
    window = opened(application)
    drawn(window, qtbot)
    before = window.view.shown
    window.clusters.setCurrentIndex(window.clusters.count() - 1)
    window.clusters.activated.emit(window.clusters.count() - 1)
    assert window.view.shown is None
    assert not window.copy.isEnabled()
    drawn(window, qtbot)
    assert window.view.shown is not before
    window.close()


def test_another_exam_or_other_results_take_it_away(application, show, analysed, qtbot) -> None:
    window = opened(application)
    drawn(window, qtbot)
    show(make_exam("other", {R_CC: make_mammogram(R_CC)}))
    assert window.view.shown is None
    assert window.clusters.count() == 0
    assert window.exam == "other"
    assert "Nothing was analysed yet" in window.said
    window.close()


def test_an_answer_that_comes_too_late_shows_on_no_other_exam(
    application, show, analysed, qtbot, monkeypatch
) -> None:
    go, reached = threading.Event(), threading.Event()
    find = explain_tasks.explained

    def slow(*args):  # type: ignore[no-untyped-def]
        reached.set()
        go.wait(20)
        return find(*args)

    monkeypatch.setattr(explain_tasks, "explained", slow)
    window = opened(application)
    qtbot.waitUntil(reached.is_set, timeout=20_000)
    show(make_exam("other", {R_CC: make_mammogram(R_CC)}))
    go.set()
    reasons = application.controller.reasons
    qtbot.waitUntil(lambda: not reasons._runner.busy, timeout=20_000)
    QApplication.processEvents()
    assert window.view.shown is None
    window.close()


def test_nothing_is_explained_while_results_are_held_back(
    application, show, weights, exam, result, qtbot
) -> None:
    application.session.apply(lambda s: trusting.mode_chosen(s, ReadingMode.AFTER_LOCK))
    show(exam)
    application.session.apply(trusting.came)
    say(application, exam, result)
    window = opened(application)
    assert "Lock the first read" in window.said
    assert window.clusters.count() == 0
    application.window.actions_by_name["lock"].trigger()
    drawn(window, qtbot)
    window.close()


def test_a_window_that_is_open_is_emptied_when_results_are_held_back(
    application, analysed, qtbot
) -> None:
    window = opened(application)
    drawn(window, qtbot)
    application.session.apply(lambda s: trusting.mode_chosen(s, ReadingMode.AFTER_LOCK))
    assert application.session.state.result is None
    assert window.view.shown is None
    assert window.clusters.count() == 0
    window.close()


def test_other_weights_than_those_of_the_score_explain_nothing(
    application, analysed, files, tmp_path: Path, qtbot
) -> None:
    other = tmp_path / "other.pt"
    import torch

    from models.microcalcification.network_classifiers import Vgg16Classifier
    from tests import recipe

    torch.save(dict(recipe.torch_state(Vgg16Classifier(width=4, hidden=8), 1.25)), other)
    window = opened(application)
    drawn(window, qtbot)
    chosen = {"microcalcification.unet": files["unet"], "microcalcification.classifier": other}
    application.session.apply(
        lambda s: replace(s, model=replace(s.model, files=MappingProxyType(chosen)))
    )
    assert window.view.shown is None
    qtbot.waitUntil(lambda: "only the same can say why" in window.said, timeout=20_000)
    assert "other.pt" in window.said
    window.close()


def test_scores_of_the_demo_are_none_and_the_window_says_so(
    application, show, exam, result
) -> None:
    show(exam)
    found = result.microcalcification
    views = {
        view: replace(each, clusters=tuple(replace(c, score=None) for c in each.clusters))
        for view, each in found.views.items()
    }
    made = replace(found.provenance, model_id="demo-microcalcification")
    silent = replace(found, provenance=made, classifier=None, views=MappingProxyType(views))
    say(application, exam, replace(result, microcalcification=silent))
    window = opened(application)
    assert "The demo weights have no classifier" in window.said
    window.close()
    QApplication.processEvents()


def test_it_is_computed_on_no_thread_of_window_and_analysis(
    application, analysed, qtbot, monkeypatch
) -> None:
    from PySide6.QtCore import QThread

    where: list[str] = []
    find = explain_tasks.explained

    def watched(*args):  # type: ignore[no-untyped-def]
        where.append(QThread.currentThread().objectName())
        return find(*args)

    monkeypatch.setattr(explain_tasks, "explained", watched)
    window = opened(application)
    drawn(window, qtbot)
    assert where == ["reasons"]
    window.close()


def test_closing_it_while_it_works_ends_the_work(application, analysed, qtbot) -> None:
    window = opened(application)
    window.close()
    QApplication.processEvents()
    reasons = application.controller.reasons
    qtbot.waitUntil(lambda: not reasons._runner.busy, timeout=20_000)
    assert application.window.findChildren(WhyWindow) == []


def test_the_picture_is_copied_and_saved_whole_and_both_are_told(
    application, analysed, qtbot, tmp_path: Path
) -> None:
    told: list[tuple[str, object]] = []
    application.window.why.exported.connect(lambda *each: told.append(each))
    window = opened(application)
    drawn(window, qtbot)
    path = tmp_path / "why.png"
    window.save_to(path)
    window.copy.click()
    with Image.open(path) as saved:
        pixels = np.asarray(saved)
    copied = QGuiApplication.clipboard().image()
    assert (copied.height(), copied.width()) == pixels.shape[:2]
    assert copied.pixelColor(30, 20).getRgb()[:3] == tuple(pixels[20, 30])
    assert [facts["to"] for _, facts in told] == ["file", "clipboard"]
    window.save_to(tmp_path / "why.png" / "no folder.png")
    assert "could not be written" in window.said
    assert len(told) == 2
    window.close()
