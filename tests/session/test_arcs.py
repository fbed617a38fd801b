"""Where the nipple-distance arc is shown, for what, and what is said where there is none."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.geometry import Orientation
from tests.phantoms import make_exam, make_mammogram, record_of
from viewer.display.distance_band import DistanceBand
from viewer.display.pane_key import AsideView, PriorView
from viewer.display.shown import ShownImage
from viewer.display.viewport import Viewport
from viewer.session import transitions
from viewer.session.arcs import arc_in, arc_source, arc_stepped, arc_words
from viewer.session.lenses import lens_in, mirror
from viewer.session.navigation import Arc, Pointer, arc_in_both, magnifier, pointed
from viewer.session.nipples import accepted, marked, suggested
from viewer.session.state import SessionState
from viewer.session.tying import tied_place

NIPPLES = {R_CC: (270, 70), L_CC: (275, 330), R_MLO: (330, 68), L_MLO: (325, 332)}
PRIOR_CC, PRIOR_MLO = PriorView.of(R_CC), PriorView.of(R_MLO)


@pytest.fixture
def state():
    images = {view: ShownImage.prepare(make_mammogram(view)) for view in STANDARD_VIEWS}
    for prior, view in ((PRIOR_CC, R_CC), (PRIOR_MLO, R_MLO)):
        old = replace(make_mammogram(view), image_id=f"old {view.name}")
        images[prior] = ShownImage.prepare(old)
    exam = make_exam(views={view: images[view].mammogram for view in STANDARD_VIEWS})
    state = transitions.shown(transitions.opened(SessionState(), (record_of(exam),), ()), 0)
    return replace(state, images=MappingProxyType(images))


def with_nipples(state):
    for view, place in NIPPLES.items():
        state = marked(state, view, *place)
    for prior, view in ((PRIOR_CC, R_CC), (PRIOR_MLO, R_MLO)):
        state = marked(state, prior, *NIPPLES[view])
    return state


def shown_in(state):
    return {view for view in state.images if isinstance(arc_in(state, view), DistanceBand)}


def test_the_arc_is_in_the_other_view_of_the_breast_and_on_request_of_both(state):
    state = pointed(arc_stepped(with_nipples(state)), Pointer(R_CC, 270.0, 200.0))
    assert shown_in(state) == {R_MLO}
    band = arc_in(state, R_MLO)
    assert band.distance == pytest.approx(13.0)
    assert (band.row, band.column) == pytest.approx(NIPPLES[R_MLO])
    assert arc_words(state) == ["arc 13 mm ± 10"]
    both = arc_in_both(state)
    assert shown_in(both) == {R_MLO, L_CC, L_MLO}
    assert arc_in(both, L_CC).distance == pytest.approx(13.0)


def test_a_prior_is_compared_with_its_own_exam(state):
    state = pointed(arc_stepped(with_nipples(state)), Pointer(PRIOR_MLO, 330.0, 168.0))
    assert shown_in(state) == {PRIOR_CC}
    aside = AsideView.at(0)
    images = {**state.images, aside: state.images[R_CC]}
    state = replace(state, images=MappingProxyType(images))
    assert shown_in(pointed(state, Pointer(aside, 1.0, 1.0))) == set()


def test_without_both_nipples_it_is_said_which_one_is_missing(state):
    state = pointed(arc_stepped(state), Pointer(R_CC, 270.0, 200.0))
    assert arc_words(state) == ["no arc: Mark the nipple of R CC, or accept the suggested one."]
    state = marked(state, R_CC, *NIPPLES[R_CC])
    assert "nipple of R MLO" in arc_words(state)[0]
    state = suggested(state)
    assert "nipple of R MLO" in arc_words(state)[0], "a guess is none"
    state = accepted(state, R_MLO)
    assert shown_in(state) == {R_MLO}


def test_one_key_follows_pins_and_ends_it(state):
    state = arc_stepped(with_nipples(state))
    assert state.navigation.arc is Arc.CURSOR
    state = arc_stepped(pointed(state, Pointer(R_CC, 270.0, 200.0)))
    assert state.navigation.arc is Arc.PINNED
    state = pointed(state, Pointer(R_MLO, 10.0, 10.0))
    assert shown_in(state) == {R_MLO}, "it stays where it was pinned"
    assert arc_source(state) == Pointer(R_CC, 270.0, 200.0)
    state = arc_stepped(state)
    assert state.navigation.arc is Arc.OFF
    assert shown_in(state) == set()


def test_a_pinned_arc_goes_with_its_image(state):
    state = pointed(arc_stepped(with_nipples(state)), Pointer(R_CC, 270.0, 200.0))
    state = arc_stepped(state)
    turned = make_mammogram(R_CC, orientation=Orientation(flip_rows=True))
    images = {**state.images, R_CC: ShownImage.prepare(turned)}
    assert arc_source(replace(state, images=MappingProxyType(images))) is None
    other = replace(make_mammogram(R_CC), image_id="of the next exam")
    images[R_CC] = ShownImage.prepare(other)
    assert arc_source(replace(state, images=MappingProxyType(images))) is None


def test_the_tied_cursor_is_mirrored_in_the_other_breast_and_alike_in_the_prior(state):
    habits = replace(state.navigation.habits, tied=True)
    state = replace(with_nipples(state), navigation=replace(state.navigation, habits=habits))
    state = pointed(state, Pointer(R_CC, 250.0, 190.0))
    assert tied_place(state, L_CC) == pytest.approx((255.0, 210.0)), "level with the nipple"
    assert tied_place(state, PRIOR_CC) == pytest.approx((250.0, 190.0))
    for view in (R_CC, R_MLO, L_MLO, PRIOR_MLO):
        assert tied_place(state, view) is None
    away = pointed(state, Pointer(R_CC, -400.0, 190.0))
    assert tied_place(away, L_CC) is None, "nothing is marked beyond the image"


def test_a_mirrored_breast_of_another_detector_tells_its_true_magnification(state):
    other = make_mammogram(L_CC, pixel_spacing_mm=(0.05, 0.05))
    images = {**state.images, L_CC: ShownImage.prepare(replace(other, truth=()))}
    state = mirror(magnifier(replace(state, images=MappingProxyType(images))))
    state = pointed(state, Pointer(R_CC, 250.0, 190.0))
    viewport = Viewport(400, 500, 0.5, 0.0, -300.0)
    lens = lens_in(state, R_CC, viewport, 1.0)
    assert lens.viewport.scale == pytest.approx(0.5)
    assert lens.words == "L CC MIRRORED 50 %"


def test_a_breast_that_is_not_there_is_said_to_be_missing(state):
    images = {view: image for view, image in state.images.items() if view != L_CC}
    state = mirror(replace(state, images=MappingProxyType(images), focus=R_CC))
    assert state.message == "There is no L CC to compare with."
    state = pointed(state, Pointer(R_CC, 250.0, 190.0))
    assert lens_in(state, R_CC, Viewport(400, 500, 0.5, 0.0, 0.0), 1.0) is None
