"""Exams are analysed in the background, each under its own name, whatever the reader looks at."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from models.exam import R_CC, FindingClass
from tests.phantoms import make_result
from tests.session.test_controller import is_read, make_study
from viewer.export.banner import banner_for
from viewer.export.page import PageSpec
from viewer.jobs.tasks import Analysed, exam_marks
from viewer.jobs.unshown import read_exam
from viewer.session import analysing, placing, put_away, trusting, waiting
from viewer.session.by_hand import MIRRORED
from viewer.session.controller import Controller
from viewer.session.session import Session
from viewer.session.state import Phase
from viewer.session.trust import ReadingMode


class Models:
    """Models that wait until an exam is let through, and whose score tells whose exam it was."""

    def __init__(self, *_: object, **__: object) -> None:
        self.begun: list[str] = []
        self.read: list[str] = []
        self.gates = {name: threading.Event() for name in "ABCDEF"}

    def analyse(self, exam, choice, report, deliver, cancel):
        name = exam.patient_id
        self.begun.append(name)
        while not self.gates[name].wait(0.005):
            cancel.raise_if_cancelled()
        result = make_result(exam)
        views = {
            view: replace(found, malignant=score_of(name))
            for view, found in result.glam.views.items()
        }
        result = replace(result, glam=replace(result.glam, views=views))
        return Analysed(result, exam_marks(exam, result))

    def read_and_analyse(self, record, by_hand, choice, report, deliver, cancel):
        self.read.append(record.patient_id)
        exam = read_exam(record, by_hand, report, cancel)
        return self.analyse(exam, choice, report, deliver, cancel)

    def kept(self, exam, choice, models, report, deliver, cancel):
        return self.analyse(exam, choice, report, deliver, cancel)

    def recall(self, exam, made, report, deliver, cancel):
        return self.analyse(exam, None, report, deliver, cancel)

    def let(self, *names: str) -> None:
        for name in names:
            self.gates[name].set()


def score_of(name: str) -> float:
    return (ord(name) - ord("A") + 1) / 10


@pytest.fixture
def models(monkeypatch):
    models = Models()
    monkeypatch.setattr(analysing, "Analyst", lambda *_, **__: models)
    return models


@pytest.fixture
def controller(qtbot, tmp_path, models):
    for patient in "ABCDE":
        make_study(tmp_path / "exams", patient, views=(R_CC,))
    controller = Controller(Session(), tmp_path / "cache")
    controller.session.apply(lambda state: replace(state, ready=("glam",)))
    controller.open_paths([tmp_path / "exams"])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    yield controller
    controller.close()


def show(controller, qtbot, name: str) -> None:
    names = [record.patient_id for record in controller.session.state.records]
    controller.go_to(names.index(name))
    qtbot.waitUntil(lambda: is_read(controller, 1))


def phases(controller) -> dict[str, str]:
    state = controller.session.state
    return {
        record.patient_id: state.analyses[record.exam_id].phase.value
        for record in state.records
        if record.exam_id in state.analyses
    }


def scores(controller) -> dict[str, float]:
    state = controller.session.state
    return {
        record.patient_id: state.results[record.exam_id].glam.exam_score(FindingClass.MALIGNANT)
        for record in state.records
        if record.exam_id in state.results
    }


def ask_for(controller, qtbot, names: str) -> None:
    for name in names:
        show(controller, qtbot, name)
        controller.analyse()


def test_an_analysis_goes_on_when_the_reader_moves_on(controller, models, qtbot):
    controller.analyse()
    show(controller, qtbot, "B")
    assert phases(controller) == {"A": "running"}
    models.let("A")
    qtbot.waitUntil(lambda: phases(controller) == {"A": "done"})
    state = controller.session.state
    assert state.result is None, "nothing of A on B"
    assert state.analysis.phase is Phase.NOT_RUN
    assert state.exam_key not in state.marks
    show(controller, qtbot, "A")
    assert controller.session.state.result is not None, "at once"


def test_every_exam_gets_its_own_scores_in_whatever_order_they_come(controller, models, qtbot):
    ask_for(controller, qtbot, "CADB")
    show(controller, qtbot, "E")
    models.let(*"ABCD")
    qtbot.waitUntil(lambda: len(scores(controller)) == 4)
    assert scores(controller) == {name: pytest.approx(score_of(name)) for name in "ABCD"}
    assert models.begun == ["C", "A", "D", "B"], "as they were asked for"
    assert controller.session.state.result is None
    for record in controller.session.state.records[:4]:
        marks = controller.session.state.marks[record.exam_id]
        assert set(marks) == {R_CC}


def test_the_exam_on_the_screen_goes_before_those_that_wait(controller, models, qtbot):
    ask_for(controller, qtbot, "ABCD")
    show(controller, qtbot, "C")
    assert phases(controller) == {"A": "running", "B": "queued", "C": "queued", "D": "queued"}
    models.let(*"ABCD")
    qtbot.waitUntil(lambda: len(scores(controller)) == 4)
    assert models.begun == ["A", "C", "B", "D"]


def test_results_that_come_while_their_exam_is_open_are_shown_at_once(controller, models, qtbot):
    ask_for(controller, qtbot, "AB")
    show(controller, qtbot, "A")
    models.let("A")
    qtbot.waitUntil(lambda: controller.session.state.result is not None)
    assert scores(controller) == {"A": pytest.approx(0.1)}


def test_asking_twice_analyses_once(controller, models, qtbot):
    ask_for(controller, qtbot, "ABB")
    controller.go_to(0)
    controller.analyse()
    models.let("A", "B")
    qtbot.waitUntil(lambda: len(scores(controller)) == 2)
    assert models.begun == ["A", "B"]


def test_stop_stops_the_exam_on_the_screen_and_no_other(controller, models, qtbot):
    ask_for(controller, qtbot, "ABC")
    show(controller, qtbot, "B")
    controller.stop()
    assert phases(controller) == {"A": "running", "B": "stopped", "C": "queued"}
    show(controller, qtbot, "A")
    controller.stop()
    assert phases(controller) == {"A": "stopped", "B": "stopped", "C": "running"}
    models.let(*"ABC")
    qtbot.waitUntil(lambda: phases(controller)["C"] == "done")
    assert set(scores(controller)) == {"C"}


def test_stop_all_leaves_nothing_to_do(controller, models, qtbot):
    ask_for(controller, qtbot, "ABC")
    controller.lane.stop_all()
    assert set(phases(controller).values()) == {"stopped"}
    assert controller.session.state.queue == ()
    show(controller, qtbot, "A")
    models.let(*"ABC")
    controller.analyse()
    qtbot.waitUntil(lambda: set(scores(controller)) == {"A"})


def test_one_that_fails_holds_up_no_other(controller, models, qtbot, monkeypatch):
    whole = models.analyse

    def fails_on_a(exam, *rest):
        if exam.patient_id == "A":
            raise RuntimeError("unforeseen")
        return whole(exam, *rest)

    monkeypatch.setattr(models, "analyse", fails_on_a)
    models.let("B")
    ask_for(controller, qtbot, "AB")
    qtbot.waitUntil(lambda: phases(controller) == {"A": "failed", "B": "done"})


def test_other_exams_that_are_opened_get_nothing_of_those_before(
    controller, models, qtbot, tmp_path
):
    """Ids may be names of folders: the same in two places."""
    ask_for(controller, qtbot, "AB")
    make_study(tmp_path / "other", "F", views=(R_CC,))
    controller.open_paths([tmp_path / "other"])
    qtbot.waitUntil(lambda: len(controller.session.state.records) == 1)
    models.let("A", "B")
    qtbot.wait(50)
    state = controller.session.state
    assert (state.results, state.marks, state.analyses, state.queue) == ({}, {}, {}, ())


def test_images_placed_by_hand_take_the_exam_out_of_the_queue(controller, models, qtbot):
    ask_for(controller, qtbot, "AB")
    controller.hands.turn("mirror")
    assert phases(controller) == {"A": "running", "B": "not run"}
    assert controller.session.state.queue == ()


def test_results_of_images_that_lie_otherwise_by_now_are_dropped(controller, models, qtbot):
    controller.analyse()
    controller.session.apply(
        lambda state: placing.turned(state, R_CC, MIRRORED, "mirror")  # not by way of the reader
    )
    models.let("A")
    qtbot.waitUntil(lambda: phases(controller) == {"A": "not run"})
    assert scores(controller) == {}


def test_an_exam_left_with_images_placed_by_hand_is_analysed_as_placed(
    controller, models, qtbot, monkeypatch
):
    seen = {}
    whole = models.analyse
    monkeypatch.setattr(
        models,
        "analyse",
        lambda exam, *rest: (seen.setdefault(exam.patient_id, exam), whole(exam, *rest))[1],
    )
    ask_for(controller, qtbot, "A")
    show(controller, qtbot, "B")
    controller.hands.turn("mirror")
    placed = controller.session.state.exam.mammograms[R_CC]
    controller.analyse()
    show(controller, qtbot, "C")
    models.let("A", "B")
    qtbot.waitUntil(lambda: "B" in scores(controller))
    analysed = seen["B"].mammograms[R_CC]
    assert analysed.orientation == placed.orientation
    assert analysed.orientation_origin is placed.orientation_origin


def test_exams_that_wait_hold_no_images(controller, models, qtbot):
    controller.loaded.cap_bytes = 0
    ask_for(controller, qtbot, "ABCD")
    show(controller, qtbot, "E")
    qtbot.waitUntil(lambda: not controller.is_reading)
    assert len(controller.loaded) <= 2
    models.let(*"ABCD")
    qtbot.waitUntil(lambda: len(scores(controller)) == 4)
    assert set(models.read) >= {"B", "C"}, "read when their turn came"
    assert scores(controller) == {name: pytest.approx(score_of(name)) for name in "ABCD"}


def test_at_once_an_exam_that_is_opened_waits_its_turn_and_so_does_the_next(
    controller, models, qtbot
):
    controller.session.apply(lambda s: trusting.mode_chosen(s, ReadingMode.AT_ONCE))
    show(controller, qtbot, "B")
    qtbot.waitUntil(lambda: set(phases(controller)) >= {"B", "C"})
    models.let(*"BCD")
    qtbot.waitUntil(lambda: set(scores(controller)) >= {"B", "C"})
    controller.session.apply(lambda s: replace(s, marks_visible=False))
    show(controller, qtbot, "C")
    state = controller.session.state
    assert state.result is not None
    assert state.marks_visible, "at once, though it came before its exam"
    assert state.overlays.malignant


def test_what_was_stopped_does_not_begin_again_by_itself(controller, models, qtbot):
    controller.session.apply(lambda s: trusting.mode_chosen(s, ReadingMode.AT_ONCE))
    show(controller, qtbot, "B")
    controller.stop()
    show(controller, qtbot, "D")
    show(controller, qtbot, "B")
    assert phases(controller)["B"] == "stopped"


def test_results_that_come_in_the_background_wait_for_the_lock(controller, models, qtbot):
    controller.session.apply(lambda s: trusting.mode_chosen(s, ReadingMode.AFTER_LOCK))
    show(controller, qtbot, "B")
    qtbot.waitUntil(lambda: set(phases(controller)) >= {"B", "C"})
    models.let(*"ABCDE")
    show(controller, qtbot, "C")
    qtbot.waitUntil(lambda: phases(controller).get("C") == "done")
    state = controller.session.state
    assert (state.results, state.marks) == ({}, {})
    assert len(state.trust.held) >= 2


def test_closing_ends_all_that_waits(qtbot, controller, models):
    ask_for(controller, qtbot, "ABC")
    controller.close()
    assert controller.session.state.queue == ()
    assert waiting.running(controller.session.state) is None
    assert models.begun == ["A"]


def test_results_kept_before_come_back_while_another_exam_is_analysed(controller, models, qtbot):
    ask_for(controller, qtbot, "A")
    show(controller, qtbot, "B")
    models.let("B")
    controller.lane.bring_back(controller.session.state.exam, ("glam",))
    qtbot.waitUntil(lambda: set(scores(controller)) == {"B"})
    assert phases(controller)["A"] == "running"


def test_a_page_made_while_results_are_held_says_so(controller, models, qtbot):
    exam = controller.session.state.exam
    words = lambda held: [  # noqa: E731
        item.words
        for line in banner_for(exam, None, PageSpec("2x2", 600, 900, held=held), 900, 1.0).lines
        for item in line
    ]
    assert any("held back until the first read is locked" in each for each in words(True))
    assert "Models not run" not in words(True)
    assert "Models not run" in words(False)


def test_only_the_latest_results_stay_in_memory_and_others_come_back_from_disk(
    controller, models, qtbot, monkeypatch
):
    monkeypatch.setattr(put_away, "MOST", 2)
    recalled = []

    def recall(exam, made, report, deliver, cancel):
        recalled.append(exam.patient_id)
        return models.analyse(exam, None, report, deliver, cancel)

    models.recall = recall
    models.let(*"ABCD")
    ask_for(controller, qtbot, "ABCD")
    show(controller, qtbot, "E")
    qtbot.waitUntil(lambda: set(phases(controller).values()) == {"done"})
    state = controller.session.state
    assert scores(controller).keys() == {"C", "D"}
    assert len(state.marks) == 2
    first = state.records[0].exam_id
    assert state.away[first].malignant == pytest.approx(0.1), "which the list goes on showing"
    show(controller, qtbot, "A")
    qtbot.waitUntil(lambda: controller.session.state.result is not None)
    assert recalled == ["A"]
    assert scores(controller)["A"] == pytest.approx(0.1)
    assert first not in controller.session.state.away


def test_results_that_are_on_disk_no_longer_are_not_said_to_be_there(
    controller, models, qtbot, monkeypatch
):
    monkeypatch.setattr(put_away, "MOST", 1)
    models.recall = lambda *_: None
    models.let(*"AB")
    ask_for(controller, qtbot, "AB")
    show(controller, qtbot, "C")
    qtbot.waitUntil(lambda: set(scores(controller)) == {"B"})
    show(controller, qtbot, "A")
    qtbot.waitUntil(lambda: phases(controller)["A"] == "not run")
    assert "need an analysis" in controller.session.state.message


def test_scores_put_away_are_hidden_under_the_lock_and_those_held_keep_none(
    controller, models, qtbot, monkeypatch
):
    monkeypatch.setattr(put_away, "MOST", 1)
    controller.session.apply(lambda s: trusting.mode_chosen(s, ReadingMode.AFTER_LOCK))
    models.let(*"ABCDE")
    for name in "ABCD":
        show(controller, qtbot, name)
        qtbot.waitUntil(lambda name=name: phases(controller).get(name) == "done")
    state = controller.session.state
    assert state.away
    assert all(each.malignant is None for each in state.away.values())
    assert scores(controller) == {}
