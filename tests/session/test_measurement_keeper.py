"""Measurements come back with their images, whatever ended the session that made them."""

from __future__ import annotations

import pytest

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from tests.phantoms import make_exam, make_mammogram, record_of
from tests.screen import image_ready, show
from viewer.display.measurement import Kind, Measurement
from viewer.display.pane_key import PriorView
from viewer.display.shown import ShownImage
from viewer.measurement_file import file_of, key_of, read_measurements
from viewer.session import measurements, placing, transitions
from viewer.session.measurement_keeper import MeasurementKeeper
from viewer.session.measuring import Draft, Held
from viewer.session.session import Session

ONE = Measurement(Kind.LENGTH, ((10.0, 20.0), (30.0, 40.0)))
OTHER = Measurement(Kind.BOX, ((10.0, 20.0), (30.0, 40.0)), "words")


@pytest.fixture
def begin(tmp_path, qapp):
    """A session that keeps its measurements, as a program that is started anew has it."""
    kept = []

    def begin_session() -> Session:
        session = Session()
        kept.append(MeasurementKeeper(session, tmp_path))
        return session

    return begin_session


def draw(session: Session, image_id: str, one: Measurement) -> None:
    session.apply(lambda s: measurements.drafted(s, Draft(image_id, one)))
    session.apply(measurements.finished)


def on(session: Session, view):
    image_id = session.state.images[view].mammogram.image_id
    return measurements.measurements_on(session.state, image_id)


def test_measurements_are_there_again_when_the_exam_is_opened_again(begin):
    exam = make_exam()
    first = begin()
    show(first, exam)
    draw(first, "phantom-R-CC", ONE)
    draw(first, "phantom-L-CC", OTHER)
    del first  # nothing is written at the end: it was written at once
    again = begin()
    show(again, exam)
    assert (on(again, R_CC), on(again, L_CC)) == ((ONE,), (OTHER,))
    assert again.state.work.done == (), "there is nothing to undo"
    assert again.state.work.now.placed == {}


def test_what_is_deleted_or_undone_stays_away(begin):
    exam = make_exam()
    first = begin()
    show(first, exam)
    draw(first, "phantom-R-CC", ONE)
    draw(first, "phantom-R-CC", OTHER)
    first.apply(lambda s: measurements.deleted(s, Held("phantom-R-CC", 0)))
    again = begin()
    show(again, exam)
    assert on(again, R_CC) == (OTHER,)
    again.apply(lambda s: measurements.deleted(s, Held("phantom-R-CC", 0)))
    again.apply(placing.undone)
    assert on(again, R_CC) == (OTHER,)
    third = begin()
    show(third, exam)
    assert on(third, R_CC) == (OTHER,)


def test_undo_never_takes_away_what_came_back_late(begin):
    """The second image is ready only after something was done to the first."""
    exam = make_exam()
    first = begin()
    show(first, exam)
    draw(first, "phantom-L-CC", OTHER)
    again = begin()
    again.apply(lambda s: transitions.opened(s, (record_of(exam),), ()))
    again.apply(lambda s: transitions.shown(s, 0))
    for view in (R_CC, L_CC):
        again.apply(image_ready(exam.mammograms[view]))
        if view == R_CC:
            draw(again, "phantom-R-CC", ONE)
    again.apply(placing.undone)
    assert on(again, R_CC) == ()
    assert on(again, L_CC) == (OTHER,)


def test_exams_of_one_name_do_not_share_measurements(begin):
    exam = make_exam("0")
    first = begin()
    show(first, exam)
    draw(first, "phantom-R-CC", ONE)
    others = {view: make_mammogram(view, image_id=f"other-{view.name}") for view in STANDARD_VIEWS}
    again = begin()
    show(again, make_exam("0", views=others))
    assert on(again, R_CC) == ()
    draw(again, "other-R-CC", OTHER)
    show(again, exam)
    assert on(again, R_CC) == (ONE,)


def test_what_is_measured_on_a_prior_is_kept_with_the_prior(begin, tmp_path, monkeypatch):
    exam = make_exam("now", date="2026-01-02", patient_id="p")
    prior = make_exam("before", date="2024-01-02", patient_id="p")
    session = begin()
    show(session, exam)
    before = record_of(prior)
    monkeypatch.setattr(type(session.state), "prior", property(lambda _: before))
    image = ShownImage.prepare(make_mammogram(R_CC, image_id="old"))
    session.apply(lambda s: placing.prior_ready(s, image))
    draw(session, "old", ONE)
    assert on(session, PriorView.of(R_CC)) == (ONE,)
    assert read_measurements(file_of(tmp_path, "before"))[0] == {key_of("old"): (ONE,)}
    assert not file_of(tmp_path, "now").exists()


def test_a_damaged_file_is_a_problem_and_reading_goes_on(begin, tmp_path):
    exam = make_exam()
    file_of(tmp_path, "phantom").write_text("{", encoding="utf-8")
    session = begin()
    show(session, exam)
    assert on(session, R_CC) == ()
    assert len(session.state.own_problems) == 1
    draw(session, "phantom-R-CC", ONE)
    assert read_measurements(file_of(tmp_path, "phantom"))[0] == {key_of("phantom-R-CC"): (ONE,)}


def test_a_full_disk_is_told_and_nothing_is_lost_on_the_screen(begin, tmp_path):
    session = begin()
    show(session, make_exam())
    place = file_of(tmp_path, "phantom")
    place.mkdir()
    draw(session, "phantom-R-CC", ONE)
    assert on(session, R_CC) == (ONE,)
    assert "could not be written" in session.state.message
