"""What was said of an exam comes back with it, and of nothing else."""

from __future__ import annotations

from dataclasses import replace

from models.exam import R_CC
from tests.dicom_factory import make_dicom
from tests.phantoms import breast_pixels
from tests.session.test_analysing import models as models  # noqa: PLC0414 - a fixture
from tests.session.test_analysing import phases, show
from tests.session.test_controller import is_read, make_study
from viewer.display.pane_key import AsideView
from viewer.display.viewport import Viewport
from viewer.session import put_away
from viewer.session.controller import Controller
from viewer.session.session import Session
from viewer.widgets.pane_content import content_of


def test_results_of_an_image_of_the_tray_come_back_of_that_image(
    qtbot, tmp_path, models, monkeypatch
):
    """It is read last: what hangs before in its place was analysed once, too."""
    monkeypatch.setattr(put_away, "MOST", 1)
    spot = ("399055006", "SCT", "Spot Compression")
    for patient in "ABC":
        make_study(
            tmp_path / "exams", patient, views=(R_CC,), StudyInstanceUID=f"1.2.{ord(patient)}"
        )
    study = {"PatientID": "A", "StudyInstanceUID": "1.2.65", "modifiers": (spot,)}
    file = tmp_path / "exams" / "A" / "spot.dcm"
    make_dicom(file, view="CC", laterality="R", pixels=breast_pixels(R_CC), **study)
    read = []

    def recall(exam, made, *rest):
        read.append(exam.mammograms[R_CC].path)
        return models.analyse(exam, None, *rest)

    models.recall = recall
    models.kept = lambda exam, choice, asked, *rest: recall(exam, None, *rest)
    models.let(*"ABC")
    controller = Controller(Session(), tmp_path / "cache")
    controller.session.apply(lambda state: replace(state, ready=("glam",)))
    controller.open_paths([tmp_path / "exams"])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    controller.hands.show_aside(0)
    qtbot.waitUntil(lambda: AsideView.at(0) in controller.session.state.images)
    controller.hands.show_as(AsideView.at(0), R_CC)
    for name in "ABC":
        if name != "A":
            show(controller, qtbot, name)
        controller.analyse()
        qtbot.waitUntil(lambda name=name: phases(controller).get(name) == "done")
    controller.go_to(0)
    qtbot.waitUntil(lambda: controller.session.state.result is not None)
    show(controller, qtbot, "C")
    controller.go_to(0)
    controller.lane.bring_back(controller.session.state.exam, ("glam",))  # as after a crash
    qtbot.waitUntil(lambda: [path.parent.name for path in read].count("A") == 2)
    controller.close()
    assert {path for path in read if path.parent.name == "A"} == {file}


def test_what_was_said_of_an_image_that_is_gone_is_not_said_of_another(qtbot, tmp_path, models):
    for patient in "AB":
        make_study(tmp_path / "exams", patient, (R_CC,), StudyInstanceUID=f"1.2.{ord(patient)}")
    spot = ("399055006", "SCT", "Spot Compression")
    study = {"PatientID": "A", "StudyInstanceUID": "1.2.65", "modifiers": (spot,)}
    file = tmp_path / "exams" / "A" / "spot.dcm"
    make_dicom(file, view="CC", laterality="R", pixels=breast_pixels(R_CC), **study)
    models.let("A")
    controller = Controller(Session(), tmp_path / "cache")
    controller.open_paths([tmp_path / "exams"])
    qtbot.waitUntil(lambda: is_read(controller, 1))
    controller.hands.show_aside(0)
    qtbot.waitUntil(lambda: AsideView.at(0) in controller.session.state.images)
    controller.hands.show_as(AsideView.at(0), R_CC)
    controller.analyse()
    qtbot.waitUntil(lambda: controller.session.state.result is not None)
    show(controller, qtbot, "B")
    file.unlink()
    controller.go_to(0)
    state = controller.session.state
    assert state.images[R_CC].mammogram.path != file
    assert content_of(state, R_CC, Viewport(10, 10, 1.0, 0.0, 0.0), (0, 0), 1.0).marks is None
    assert state.result is None
    assert state.exam_key in state.results, "it may yet hang as it did"
    qtbot.waitUntil(lambda: "spot.dcm" in controller.session.state.message)
    state = controller.session.state
    controller.close()
    assert (state.result, state.exam_key in state.marks) == (None, False)
    assert "analyse again" in state.analysis.reason
