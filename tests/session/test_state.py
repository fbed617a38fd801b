"""The transitions: what each action changes, and that nothing of the reader's is lost."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from models.errors import Problem
from models.exam import L_CC, L_MLO, R_CC, STANDARD_VIEWS
from models.results import ExamResult, GlamResult
from tests.phantoms import make_exam, make_result, record_of
from tests.screen import on_screen
from viewer.display.camera import Camera
from viewer.jobs.tasks import exam_marks
from viewer.session import transitions, trusting
from viewer.session.gray import inverted, windowed
from viewer.session.state import Phase, SessionState


@pytest.fixture
def reading() -> SessionState:
    return on_screen(make_exam("one"), make_exam("two"))


def test_a_linked_drag_moves_every_window_by_the_same_share(reading):
    before = {view: reading.voi_of(view) for view in STANDARD_VIEWS}
    after = windowed(reading, STANDARD_VIEWS, brighter=0.25, wider=1.0)
    for view in STANDARD_VIEWS:
        voi = after.voi_of(view)
        assert voi.center == pytest.approx(before[view].center - 0.25 * before[view].width)
        assert voi.width == pytest.approx(2 * before[view].width)


def test_a_drag_on_one_view_leaves_the_others_alone(reading):
    after = windowed(reading, [R_CC], brighter=0.1, wider=0.0)
    assert after.voi_of(R_CC) != reading.voi_of(R_CC)
    assert after.voi_of(L_CC) is reading.voi_of(L_CC)


def test_reset_returns_to_what_the_file_says(reading):
    state = windowed(reading, STANDARD_VIEWS, 0.3, -0.5)
    state = inverted(transitions.looked(state, R_CC, Camera(1.0, 10, 10)))
    state = transitions.look_reset(state)
    assert state.voi_of(R_CC) is reading.images[R_CC].voi
    assert state.camera_of(R_CC).scale is None
    assert not state.look.inverted


def test_windows_and_places_are_there_again_when_the_reader_comes_back(reading):
    state = windowed(reading, STANDARD_VIEWS, 0.3, -0.5)
    state = transitions.looked(state, L_MLO, Camera(2.0, 100, 50))
    other = transitions.shown(state, 1)
    assert other.camera_of(L_MLO).scale is None, "another exam starts as its files say"
    back = transitions.shown(other, 0)
    assert back.camera_of(L_MLO) == Camera(2.0, 100, 50)
    assert back.look is state.look


def test_double_click_enlarges_and_returns_to_the_layout_it_came_from(reading):
    state = transitions.laid_out(reading, "cc")
    state = transitions.enlarged(state, L_CC)
    assert [view.name for view in state.panes.views] == ["L-CC"]
    state = transitions.enlarged(state, L_CC)
    assert state.layout == "cc"


def test_the_focus_is_always_a_view_on_the_screen(reading):
    state = transitions.focused(reading, L_MLO)
    assert transitions.laid_out(state, "cc").focus in transitions.laid_out(state, "cc").panes.views


def test_an_unknown_layout_is_a_bug_and_says_so(reading):
    with pytest.raises(ValueError, match="nonsense"):
        transitions.laid_out(reading, "nonsense")


def test_results_of_another_exam_do_not_appear_on_this_one(reading):
    exam = make_exam("two")
    result = make_result(exam)
    state = trusting.analysed(reading, result, exam_marks(exam, result))
    assert state.result is None
    assert state.analysis.phase is Phase.NOT_RUN
    assert transitions.shown(state, 1).result is result
    assert transitions.shown(state, 1).analysis.phase is Phase.DONE


def test_a_model_that_fits_no_view_is_not_applicable_with_its_reason(reading):
    made = make_result(make_exam("one")).glam.provenance
    withheld = MappingProxyType(dict.fromkeys(STANDARD_VIEWS, "no breast was found."))
    result = ExamResult("one", GlamResult(made, {}, withheld))
    analysis = trusting.analysed(reading, result, {}).analysis
    assert analysis.phase is Phase.NOT_APPLICABLE
    assert analysis.reason == "no breast was found."


def test_problems_are_listed_while_reading_and_when_all_is_read(reading):
    early = transitions.shown(reading, 0)
    early = transitions.problem_met(early, Problem("L MLO", "L.dcm: truncated."))
    assert [problem.reason for problem in early.problems] == ["L.dcm: truncated."]
    exam = make_exam("one", problems=(Problem("R CC", "it is shown mirrored."),))
    late = transitions.all_ready(early, exam)
    assert [problem.reason for problem in late.problems] == ["it is shown mirrored."]


def test_an_exam_of_the_same_name_opened_later_inherits_nothing(reading):
    exam = make_exam("one")
    result = make_result(exam)
    state = inverted(trusting.analysed(reading, result, {}))
    again = transitions.shown(transitions.opened(state, (record_of(exam),), ()), 0)
    assert again.result is None
    assert again.analysis.phase is Phase.NOT_RUN
    assert not again.look.inverted


def test_the_truth_of_exams_opened_later_is_hidden_until_asked_for(reading):
    looking = transitions.overlaid(reading, replace(reading.overlays, truth=True, patches=True))
    assert transitions.shown(looking, 0).overlays.truth, "as long as the same exams are read"
    later = transitions.opened(looking, looking.records, ())
    assert not later.overlays.truth
    assert later.overlays.patches


def test_states_never_change_behind_the_readers_back(reading):
    with pytest.raises(TypeError):
        reading.images[R_CC] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        reading.layout = "cc"  # type: ignore[misc]


def test_what_models_could_not_do_is_among_the_problems_of_its_exam_alone() -> None:
    exam = make_exam()
    failed = Problem("R CC, GLAM", "It shows an implant.")
    state = transitions.opened(SessionState(), (record_of(exam),), ())
    state = transitions.shown(state, 0)
    assert failed not in state.problems
    state = trusting.analysed(state, ExamResult(exam.exam_id, problems=(failed,)), {})
    assert failed in state.problems
    other = trusting.analysed(
        transitions.opened(SessionState(), (record_of(exam),), ()),
        ExamResult("another", problems=(failed,)),
        {},
    )
    assert failed not in transitions.shown(other, 0).problems
