"""Pictures out of the window, and back into it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from models.exam import L_MLO, R_CC, STANDARD_VIEWS
from tests.dicom_factory import make_dicom
from tests.phantoms import breast_pixels, make_result
from viewer.display.camera import Camera
from viewer.display.measurement import Kind, Measurement
from viewer.session import transitions, trusting
from viewer.session.gray import inverted, windowed
from viewer.session.measurements import deleted, drafted, finished, measurements_on
from viewer.session.measuring import Draft, Held
from viewer.session.pages import page_of
from viewer.session.put_away import PutAway
from viewer.session.state import Analysis, Phase
from viewer.widgets.export_dialog import FULL_PAGE, FULL_PANE, PAGE, ExportDialog
from viewer.widgets.file_actions import ANOTHER_EXAM


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder with four DICOM mammograms."""
    folder = tmp_path / "study"
    folder.mkdir()
    for view in STANDARD_VIEWS:
        make_dicom(
            folder / f"{view.name}.dcm",
            view=view.position.value,
            laterality=view.laterality.value,
            pixels=breast_pixels(view),
        )
    return folder


def wait_for_images(application, qtbot, count=4):
    def ready():
        state = application.session.state
        return len(state.images) == count and not state.loading

    qtbot.waitUntil(ready, timeout=10_000)


def export(application, qtbot, path: Path, what: int) -> np.ndarray:
    application.window.actions_by_name["export_page"].trigger()
    (dialog,) = application.window.findChildren(ExportDialog)
    dialog._group.button(what).setChecked(True)
    dialog.choose(path)
    qtbot.waitUntil(lambda: application.session.state.message == f"{path} is written.")
    qtbot.waitUntil(lambda: not application.window.findChildren(ExportDialog))
    return np.asarray(Image.open(path))


def drop(window, path: Path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(QPoint(400, 300)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_picture_dropped_on_the_window_brings_the_same_page_back(
    application, study, tmp_path, qtbot
):
    session = application.session
    drop(application.window, study)
    wait_for_images(application, qtbot)
    session.apply(lambda s: transitions.laid_out(s, "mlo"))
    session.apply(lambda s: windowed(s, STANDARD_VIEWS, 0.2, -0.4))
    session.apply(lambda s: transitions.looked(s, L_MLO, Camera(1.5, 200.0, 120.0)))
    session.apply(inverted)
    made = session.state
    picture = export(application, qtbot, tmp_path / "page.png", PAGE)
    assert picture.ndim == 3

    session.apply(transitions.look_reset)
    session.apply(lambda s: transitions.laid_out(s, "2x2"))
    drop(application.window, tmp_path / "page.png")
    qtbot.waitUntil(lambda: session.state.layout == "mlo", timeout=10_000)
    assert session.state.record.exam_id == made.record.exam_id
    assert session.state.look.inverted
    for view in (*made.panes.views,):
        assert session.state.voi_of(view).center == pytest.approx(made.voi_of(view).center)
        assert session.state.voi_of(view).width == pytest.approx(made.voi_of(view).width)
    assert session.state.camera_of(L_MLO).row == pytest.approx(200, abs=1)
    assert session.state.camera_of(L_MLO).column == pytest.approx(120, abs=1)


def test_a_dropped_picture_brings_its_measurements_back(application, study, tmp_path, qtbot):
    session = application.session
    application.controller.open_paths([study])
    wait_for_images(application, qtbot)
    image_id = session.state.images[R_CC].mammogram.image_id
    one = Measurement(Kind.LENGTH, ((200.0, 150.0), (300.0, 350.0)), "spicule")
    session.apply(lambda s: drafted(s, Draft(image_id, one)))
    session.apply(finished)
    export(application, qtbot, tmp_path / "page.png", PAGE)
    session.apply(lambda s: deleted(s, Held(image_id, 0)))
    before = session.state
    drop(application.window, tmp_path / "page.png")
    qtbot.waitUntil(lambda: session.state.record is not before.record, timeout=10_000)
    wait_for_images(application, qtbot)
    qtbot.waitUntil(lambda: measurements_on(session.state, image_id) == (one,))


def test_full_resolution_has_a_pixel_for_every_stored_pixel(application, study, tmp_path, qtbot):
    drop(application.window, study)
    wait_for_images(application, qtbot)
    picture = export(application, qtbot, tmp_path / "full.png", FULL_PANE)
    rows, columns = application.session.state.images[R_CC].shape
    assert picture.shape[1] == columns
    assert picture.shape[0] > rows, "the banner has a height of its own"
    picture = export(application, qtbot, tmp_path / "whole.png", FULL_PAGE)
    assert picture.shape[1] == 2 * columns, "and nothing between the chest walls"


def test_a_picture_whose_exam_has_moved_says_so_and_changes_nothing(
    application, study, tmp_path, qtbot
):
    drop(application.window, study)
    wait_for_images(application, qtbot)
    export(application, qtbot, tmp_path / "page.png", PAGE)
    study.rename(tmp_path / "elsewhere")
    before = application.session.state.records
    drop(application.window, tmp_path / "page.png")
    qtbot.waitUntil(lambda: "page.png" in application.session.state.message)
    assert "not where it was" in application.session.state.message
    assert application.session.state.records is before


def test_a_picture_of_another_image_is_not_laid_over_this_one(application, study, tmp_path, qtbot):
    drop(application.window, study)
    wait_for_images(application, qtbot)
    application.session.apply(inverted)
    export(application, qtbot, tmp_path / "page.png", PAGE)
    other = breast_pixels(R_CC)
    make_dicom(
        study / "R-CC.dcm", view="CC", laterality="R", pixels=other, SOPInstanceUID="1.2.3.9"
    )
    drop(application.window, tmp_path / "page.png")
    qtbot.waitUntil(lambda: "is not the image" in application.session.state.message)


def test_a_reopened_picture_brings_its_results_back_without_computing(
    application, study, tmp_path, qtbot
):
    from models.cache import ResultCache, result_key
    from models.geometry import Affine
    from models.glam.evidence import GlamEvidence

    drop(application.window, study)
    wait_for_images(application, qtbot)
    session = application.session
    exam = session.state.exam
    result = make_result(exam)
    made = result.glam.provenance
    cache = ResultCache(tmp_path / "cache")
    for view, mammogram in exam.mammograms.items():
        evidence = GlamEvidence(
            scores=(0.1, 0.9),
            saliency_global=np.zeros((2, 184, 120), np.float32),
            saliency_patches=np.zeros((1, 2, 128, 128), np.float32),
            corners=((0, 0),),
            window_location=(0, 1, 0, 1),
            best_center=(0, 0),
            to_source=Affine(),
            source_shape=mammogram.shape,
        )
        cache.put(result_key((mammogram,), (made,), {"patches": 1}), evidence)
        assert view in STANDARD_VIEWS
    session.apply(lambda s: trusting.analysed(s, result, {}))
    export(application, qtbot, tmp_path / "page.png", PAGE)
    drop(application.window, tmp_path / "page.png")
    qtbot.waitUntil(lambda: session.state.result not in (None, result), timeout=10_000)
    assert session.state.result.glam.provenance == made
    assert session.state.result.glam.views[R_CC].malignant == pytest.approx(0.9)
    assert set(session.state.marks[session.state.exam_key]) == set(STANDARD_VIEWS)


def test_a_second_picture_never_costs_the_first(application, study, tmp_path, qtbot):
    drop(application.window, study)
    wait_for_images(application, qtbot)
    controller, state = application.controller, application.session.state
    spec = page_of(state, {}, (600, 800))
    controller.pictures.write(tmp_path / "first.png", spec)
    controller.pictures.write(tmp_path / "second.png", spec)
    assert "still being written" in application.session.state.message
    qtbot.waitUntil(lambda: "is written" in application.session.state.message)
    assert (tmp_path / "first.png").is_file()


def test_a_picture_is_of_the_exam_that_its_name_says(application, study, tmp_path, qtbot):
    """The dialog holds the reader; a file opened from outside meanwhile writes nothing."""
    drop(application.window, study)
    wait_for_images(application, qtbot)
    application.window.actions_by_name["export_page"].trigger()
    (dialog,) = application.window.findChildren(ExportDialog)
    assert dialog.isModal()
    other = tmp_path / "other"
    other.mkdir()
    make_dicom(other / "a.dcm", StudyInstanceUID="1.2.3.4", pixels=breast_pixels(R_CC))
    application.controller.open_paths([other])
    wait_for_images(application, qtbot, 1)
    dialog.choose(tmp_path / "page.png")
    assert application.session.state.message == ANOTHER_EXAM
    assert not (tmp_path / "page.png").exists()


def test_no_page_says_that_models_did_not_run_while_their_results_are_read_back(
    application, study, qtbot
):
    drop(application.window, study)
    wait_for_images(application, qtbot)
    action = application.window.actions_by_name["export_page"]
    assert action.isEnabled()
    lane, session = application.controller.lane, application.session
    held = threading.Event()
    for end in ("nothing found", "failed", "stopped"):
        held.clear()

        def recall(*_, end=end):
            held.wait(10)
            if end == "failed":
                raise ValueError("the file is damaged")

        lane._archivist.recall = recall
        away = MappingProxyType({session.state.exam_key: PutAway(MappingProxyType({}), None)})
        session.apply(lambda s, away=away: replace(s, away=away))
        lane.recall(session.state.exam, {})
        assert not action.isEnabled()
        if end == "stopped":
            lane.stop_all()
        held.set()
        qtbot.waitUntil(action.isEnabled)


def test_an_analysis_that_was_asked_for_runs_on_when_nothing_can_be_read_back(
    application, study, qtbot
):
    drop(application.window, study)
    wait_for_images(application, qtbot)
    lane, session, held = application.controller.lane, application.session, threading.Event()

    def recall(*_):
        held.wait(10)
        raise ValueError("the file is damaged")

    lane._archivist.recall = recall
    key = session.state.exam_key
    away = MappingProxyType({key: PutAway(MappingProxyType({}), None)})
    session.apply(lambda s: replace(s, away=away))
    lane.recall(session.state.exam, {})
    running = Analysis(Phase.RUNNING)
    session.apply(lambda s: transitions.analysis_changed(s, key, running))
    held.set()
    qtbot.waitUntil(lambda: not session.state.away)
    assert session.state.analysis.phase is Phase.RUNNING
