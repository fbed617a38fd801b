"""Sessions are kept whole, small and without pixels, and come back only where they belong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from models.exam import L_CC
from models.gate import Light, Verdict
from models.grayscale import VoiWindow
from models.results import ExamResult
from tests.dicom_factory import breast, make_dicom, make_views, of_size
from viewer.app import Application
from viewer.session import staging, transitions, trusting, waiting
from viewer.session.kept.document import parse_session
from viewer.session.kept.keeper import MOST_ATTEMPTS


@pytest.fixture
def exams(tmp_path: Path) -> Path:
    """Two exams of four views."""
    folder = tmp_path / "exams"
    folder.mkdir()
    for patient in ("P1", "P2"):
        make_views(folder, of_size(300, 200), prefix=f"{patient}-", PatientID=patient)
    return folder


@pytest.fixture
def start(qtbot, tmp_path: Path):
    """Starts Fourview, with one folder of sessions for all; closes what still runs."""
    running = []

    def run(*paths: Path) -> Application:
        store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        application = Application(store, tmp_path / "cache", tmp_path / "sessions")
        application.show(paths)
        running.append(application)
        return application

    yield run
    for application in running:
        if application.window.isVisible():
            application.window.close()


@pytest.fixture
def read(qtbot, start, exams):
    """Fourview with both exams open, the second one windowed, by stages at 1:1."""
    application = start(exams)
    session = application.session
    qtbot.waitUntil(lambda: session.state.exam is not None)
    application.controller.go_to(1)
    qtbot.waitUntil(lambda: session.state.exam is not None)
    application.window.stages.go_to(3)
    window = VoiWindow(1234.0, 777.0)
    session.apply(
        lambda s: transitions.with_look(s, replace(s.look, vois={L_CC: window}, inverted=True))
    )
    return application


def kept(folder: Path):
    (path,) = (folder / "sessions").glob("*.json")
    return path


def test_a_session_that_was_closed_is_offered_and_goes_on(qtbot, start, read, tmp_path):
    read.window.close()
    assert parse_session(kept(tmp_path).read_text()).ended
    application = start()
    assert not application.session.state.records, "unasked, nothing is opened"
    button = application.window.start._continue
    assert button.text() == "Go on with exams, exam 2 of 2"
    button.click()
    session = application.session
    qtbot.waitUntil(lambda: session.state.exam is not None)
    assert session.state.index == 1
    assert session.state.look.inverted
    assert session.state.look.vois[L_CC].center == 1234.0
    assert staging.place_of(session.state).stage == 3
    assert session.state.layout == "single"


def test_nothing_but_numbers_and_names_of_files_is_written(read, tmp_path):
    read.keeper.write()
    path = kept(tmp_path)
    assert path.stat().st_size < 20_000
    assert not list(path.parent.glob(".*.part"))
    document = json.loads(path.read_text())
    assert set(document["exams"]) == {record.exam_id for record in read.session.state.records}


def test_a_session_is_written_a_second_after_it_changed(qtbot, read, tmp_path):
    read.keeper.write()
    before = kept(tmp_path).read_text()
    read.window.actions_by_name["invert"].trigger()
    assert kept(tmp_path).read_text() == before
    qtbot.waitUntil(lambda: kept(tmp_path).read_text() != before, timeout=3000)


def test_analyses_that_did_not_end_are_told_and_do_not_begin_again(
    qtbot, start, exams, read, tmp_path
):
    for record in read.session.state.records:
        read.session.apply(lambda state, key=record.exam_id: waiting.queued(state, key))
    read.keeper.write()
    left = kept(tmp_path)
    left.with_name("left.json").write_bytes(left.read_bytes())  # and nobody holds its lock
    session = start(exams).session
    qtbot.waitUntil(lambda: session.state.exam is not None)
    qtbot.waitUntil(lambda: "but 2 analyses do not go on" in session.state.message)
    assert (session.state.queue, dict(session.state.analyses)) == ((), {})


def test_a_running_fourview_keeps_its_session_to_itself(start, read):
    read.keeper.write()
    other = start()
    assert other.keeper.found is None
    assert other.window.start._continue.isHidden()


def test_an_exam_whose_files_changed_comes_as_new(qtbot, start, read, exams, tmp_path):
    read.window.close()
    make_dicom(
        exams / "P2-L-CC.dcm", laterality="L", PatientID="P2", pixels=breast("L", (310, 200))
    )
    application = start(exams)
    session = application.session
    qtbot.waitUntil(lambda: session.state.exam is not None)
    assert session.state.index == 1, "the same list is gone on with"
    assert not session.state.look.inverted
    assert staging.place_of(session.state) is None


def test_other_files_are_opened_as_new(qtbot, start, read, exams):
    read.window.close()
    application = start(exams / "P1-L-CC.dcm")
    session = application.session
    qtbot.waitUntil(lambda: session.state.exam is not None)
    assert staging.place_of(session.state) is None
    assert session.state.layout == "2x2"


def test_a_session_whose_files_are_gone_is_kept_but_not_offered(start, read, exams, tmp_path):
    read.window.close()
    exams.rename(tmp_path / "elsewhere")
    assert start().keeper.found is None
    (tmp_path / "elsewhere").rename(exams)
    assert start().keeper.found is not None


def test_a_session_that_ends_fourview_twice_is_only_offered(start, read, tmp_path):
    read.window.close()
    path = kept(tmp_path)
    document = {**json.loads(path.read_text()), "ended": False}
    path.write_text(json.dumps(document))
    from viewer.session.kept.keeper import Keeper

    for attempt in range(MOST_ATTEMPTS):
        keeper = Keeper(read.session, path.parent, lambda *_: None)
        assert keeper.is_to_come_back, attempt
        keeper.try_again()  # and the program is gone
    keeper = Keeper(read.session, path.parent, lambda *_: None)
    assert not keeper.is_to_come_back
    assert keeper.found is not None


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "fourview-session"}', "{" * 9000])
def test_a_damaged_file_is_left_out(start, tmp_path, text):
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / "x.json").write_text(text)
    assert start().keeper.found is None


def test_every_field_is_read_with_suspicion(read, tmp_path):
    read.keeper.write()
    document = json.loads(kept(tmp_path).read_text())
    for field in document:
        if field in ("software", "exams"):
            continue
        broken = {**document, field: float("nan") if field == "number" else [None]}
        with pytest.raises(ValueError, match=r"."):
            parse_session(json.dumps(broken))
    exam_id, exam = next(iter(document["exams"].items()))
    for field in exam:
        with pytest.raises(ValueError, match=r"."):
            parse_session(json.dumps({**document, "exams": {exam_id: {**exam, field: 3}}}))


def test_coverage_that_unpacks_to_more_than_its_image_is_refused():
    import base64
    import zlib

    from viewer.session.kept.exam import _seen

    bomb = base64.b85encode(zlib.compress(bytes(1 << 20))).decode()
    field = {"image": "x", "turned": [False] * 3, "shape": [2, 4], "bits": bomb}
    with pytest.raises(ValueError, match="another size"):
        _seen(field)


def test_results_are_asked_for_by_the_models_that_had_spoken(qtbot, start, read, exams):
    exam = read.session.state.exam
    green = {L_CC: Verdict(Light.GREEN)}
    result = ExamResult(exam.exam_id, verdicts={"glam": green, "mass": green})
    read.session.apply(lambda s: trusting.analysed(s, result, {}))
    read.window.close()
    application = start()
    asked = []
    application.keeper._recall = lambda _, models: asked.append(models)
    application.window.start._continue.click()
    qtbot.waitUntil(lambda: application.session.state.exam is not None)
    assert asked == [("glam", "mass")]


def test_models_whose_results_are_still_being_read_are_not_forgotten(qtbot, start, read, exams):
    """Whoever moves on before they are there, and is interrupted again, has lost nothing."""
    exam = read.session.state.exam
    green = {L_CC: Verdict(Light.GREEN)}
    result = ExamResult(exam.exam_id, verdicts={"glam": green, "mass": green})
    read.session.apply(lambda s: trusting.analysed(s, result, {}))
    read.window.close()
    for _ in range(2):
        application = start()
        asked = []
        application.keeper._recall = lambda _, models, asked=asked: asked.append(models)
        application.window.start._continue.click()
        qtbot.waitUntil(lambda application=application: application.session.state.exam is not None)
        assert asked == [("glam", "mass")]
        application.window.close()
