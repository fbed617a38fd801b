"""The controller with real files, threads and networks: open, move on, analyse, stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from tests import small_models
from tests.dicom_factory import PHANTOM, make_dicom, make_views
from tests.models.conftest import small_demo as small_demo  # noqa: PLC0414 - a fixture
from tests.phantoms import breast_pixels
from viewer.display.strip import strip_of
from viewer.display.viewport import Align, fit
from viewer.session.controller import Controller
from viewer.session.model_choice import ModelChoice
from viewer.session.session import Session
from viewer.session.state import Phase
from viewer.widgets.captions import caption_of


@pytest.fixture
def controller(qtbot, tmp_path, small_demo):
    controller = Controller(Session(), tmp_path / "cache", {"glam": small_demo})
    yield controller
    controller.close()


def make_study(folder: Path, patient: str, views=STANDARD_VIEWS, **attributes) -> Path:
    make_views(folder / patient, breast_pixels, views, PatientID=patient, **attributes)
    return folder


def is_read(controller, count=4):
    state = controller.session.state
    return state.record is not None and not state.loading and len(state.images) == count


def test_the_next_exam_is_read_ahead_and_at_once_there(controller, tmp_path, qtbot):
    for patient in ("A", "B", "C"):
        make_study(tmp_path, patient)
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller))
    second = controller.session.state.records[1].exam_id
    qtbot.waitUntil(
        lambda: second in controller.loaded and controller.loaded[second].exam is not None
    )
    controller.step(1)
    assert is_read(controller), "without another turn of the event loop"
    assert controller.session.state.record.exam_id == second
    controller.step(-1)
    assert is_read(controller)


def test_moving_on_while_an_exam_is_read_shows_the_right_images(controller, tmp_path, qtbot):
    for patient in ("A", "B", "C"):
        make_study(tmp_path, patient)
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: controller.session.state.record is not None)
    controller.step(1)
    controller.step(1)
    qtbot.waitUntil(lambda: is_read(controller))
    state = controller.session.state
    folder = {image.mammogram.path.parent.name for image in state.images.values()}
    assert folder == {state.record.patient_id} == {"C"}


def test_what_cannot_be_opened_leaves_the_exam_being_read_alone(controller, tmp_path, qtbot):
    make_study(tmp_path, "A")
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: controller.session.state.record is not None)
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n broken")
    controller.open_paths([damaged])
    qtbot.waitUntil(lambda: is_read(controller))
    qtbot.waitUntil(lambda: "damaged.png" in controller.session.state.message)
    assert controller.session.state.record.patient_id == "A"


def test_getting_ready_never_stands_in_the_way_of_opening(controller, tmp_path, qtbot):
    make_study(tmp_path, "A", views=(R_CC,))
    controller.warm_up()
    controller.open_paths([tmp_path])
    controller.warm_up()
    qtbot.waitUntil(lambda: is_read(controller, 1))


def test_images_in_memory_stay_below_their_cap(controller, tmp_path, qtbot):
    controller.loaded.cap_bytes = 0  # then the exam on the screen and the next one
    for patient in "ABCDEF":
        make_study(tmp_path, patient, views=(R_CC,))
    controller.open_paths([tmp_path])
    for index in range(6):
        qtbot.waitUntil(lambda: is_read(controller, 1))
        qtbot.waitUntil(lambda: not controller.is_reading)
        assert len(controller.loaded) <= 2
        controller.go_to(index)


def test_exams_seen_before_are_there_at_once_while_they_fit(controller, tmp_path, qtbot):
    for patient in "ABCDEF":
        make_study(tmp_path, patient, views=(R_CC,))
    controller.open_paths([tmp_path])
    for index in range(6):
        controller.go_to(index)
        qtbot.waitUntil(lambda: is_read(controller, 1))
    controller.go_to(0)
    assert controller.session.state.exam is not None, "without waiting"


def test_a_damaged_file_is_listed_and_the_rest_opens(controller, tmp_path, qtbot):
    make_study(tmp_path, "A")
    damaged = tmp_path / "A" / "L-CC.dcm"
    damaged.write_bytes(damaged.read_bytes()[:-5000])
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller, 3))
    assert L_CC not in controller.session.state.images
    assert any("L-CC.dcm" in problem.reason for problem in controller.session.state.problems)


def test_nothing_found_says_so_and_keeps_what_is_open(controller, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    controller.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(lambda: "no mammogram" in controller.session.state.message)


def test_without_weights_the_reason_is_told_and_reading_goes_on(controller, tmp_path, qtbot):
    make_study(tmp_path, "A", views=(R_CC,))
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    controller.analyse()
    qtbot.waitUntil(
        lambda: controller.session.state.analysis.phase is Phase.FAILED, timeout=30_000
    )
    assert "weights" in controller.session.state.analysis.reason
    assert is_read(controller, 1)


def test_a_phantom_is_read_by_the_demo_whatever_weights_were_chosen(controller, tmp_path, qtbot):
    make_study(tmp_path, "P", views=(R_CC,), **PHANTOM)
    session = controller.session
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    assert session.state.is_phantom
    for files in ({}, {"glam": tmp_path / "model_sep.ckpt"}):
        session.apply(lambda s, files=files: replace(s, model=ModelChoice(("glam",), files)))
        controller.analyse()
        assert "Demo (phantoms only)" in session.state.analysis.progress.message
        qtbot.waitUntil(lambda: session.state.analysis.phase is Phase.DONE, timeout=60_000)
        assert session.state.result.glam.provenance.model_name == "Demo (phantoms only)"
    caption = caption_of(session.state, R_CC, fit((600, 400), 600, 400, Align.RIGHT), 1.0)
    assert "Demo (phantoms only)" in [words for words, _ in caption.lines]


def test_a_real_exam_is_never_read_by_demo_weights_that_were_chosen(
    controller, tmp_path, qtbot, small_demo
):
    make_study(tmp_path, "A", views=(R_CC,))
    session = controller.session
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    session.apply(lambda s: replace(s, model=ModelChoice(files={"glam": small_demo})))
    controller.analyse()
    qtbot.waitUntil(lambda: session.state.analysis.phase is Phase.NOT_APPLICABLE, timeout=60_000)
    assert "must not read a real image" in session.state.analysis.reason


def test_an_analysis_stops_at_once_and_runs_again(
    controller, tmp_path, qtbot, glam_recipe_weights
):
    make_study(tmp_path, "A", views=(R_CC,))
    session = controller.session
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    session.apply(lambda s: replace(s, model=ModelChoice(files={"glam": glam_recipe_weights})))
    controller.analyse()

    def half_way():
        progress = session.state.analysis.progress
        return progress is not None and progress.done >= 1

    qtbot.waitUntil(half_way, timeout=60_000)
    controller.stop()
    assert session.state.analysis.phase is Phase.STOPPED
    assert session.state.result is None, "half an analysis is no result"
    controller.analyse()
    qtbot.waitUntil(lambda: session.state.analysis.phase is Phase.DONE, timeout=60_000)
    assert set(session.state.result.glam.views) == {R_CC}
    assert set(session.state.marks[session.state.exam_key]) == {R_CC}


def test_nothing_is_analysed_unasked(controller, tmp_path, qtbot):
    make_study(tmp_path, "A", views=(R_CC,), **PHANTOM)
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    assert controller.session.state.analysis.phase is Phase.NOT_RUN


def test_the_demo_analyses_every_exam_that_comes_on_the_screen(qtbot, tmp_path, small_demo):
    for patient in "AB":
        make_study(tmp_path / "exams", patient, views=(R_CC,), **PHANTOM)
    session = Session()
    controller = Controller(
        session, tmp_path / "cache", {"glam": small_demo}, analyses_opened=True
    )
    try:
        controller.open_paths([tmp_path / "exams"])
        qtbot.waitUntil(lambda: session.state.analysis.phase is not Phase.NOT_RUN)
        controller.step(1)
        qtbot.waitUntil(lambda: session.state.analysis.phase is Phase.DONE, timeout=60_000)
        controller.step(-1)
        qtbot.waitUntil(lambda: session.state.analysis.phase is Phase.DONE, timeout=60_000)
        assert len(session.state.results) == 2
    finally:
        controller.close()


def test_pixels_that_contradict_the_side_are_told_on_the_pane(controller, tmp_path, qtbot):
    wrong = breast_pixels(L_CC)  # chest wall on the left, though the file says right breast
    make_dicom(tmp_path / "R.dcm", view="CC", laterality="R", pixels=wrong)
    controller.open_paths([tmp_path])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    state = controller.session.state
    assert state.images[R_CC].doubtful
    assert any("chest wall" in problem.reason for problem in state.problems)
    strip = strip_of(R_CC, state.images[R_CC])
    assert strip is not None
    assert strip.words.startswith("CHECK THE SIDE")


def test_results_come_back_from_every_model_or_not_at_all(tmp_path, qtbot, glam_recipe_weights):
    """One that is silent would look like one that found nothing."""
    files = {"glam": glam_recipe_weights}
    files |= {f"mass.{role}": path for role, path in small_models.masses(tmp_path).items()}
    choice = ModelChoice(("glam", "mass"), files)
    make_study(tmp_path / "exams", "A", views=(R_CC,))

    def opened():
        controller = Controller(Session(), tmp_path / "cache")
        controller.open_paths([tmp_path / "exams"])
        qtbot.waitUntil(lambda: is_read(controller, 1))
        controller.session.apply(lambda s: replace(s, model=choice))
        return controller

    controller = opened()
    controller.analyse()
    state = lambda: controller.session.state  # noqa: E731
    qtbot.waitUntil(lambda: state().analysis.phase is Phase.DONE, timeout=60_000)
    before = state().result
    assert set(before.verdicts) == {"glam", "mass"}
    controller.close()

    controller = opened()
    controller.lane.bring_back(state().exam, tuple(before.verdicts))
    qtbot.waitUntil(lambda: state().result is not None, timeout=60_000)
    after = state().result
    assert dict(after.verdicts) == dict(before.verdicts)
    assert after.glam.provenance == before.glam.provenance
    assert set(after.mass.views) == set(before.mass.views) == {R_CC}
    controller.close()

    next(path for path in (tmp_path / "cache").rglob("*") if path.is_file()).unlink()
    controller = opened()
    controller.lane.bring_back(state().exam, tuple(before.verdicts))
    qtbot.waitUntil(lambda: "need an analysis" in state().message, timeout=60_000)
    assert state().result is None
    controller.close()
