"""Coupled panes: mirrored between the breasts, in step with priors, apart when asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from types import MappingProxyType

import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.geometry import Box
from tests.phantoms import make_exam, make_mammogram, record_of
from viewer.display.pane_key import AsideView, PriorView
from viewer.display.shown import ShownImage, fitted_or_placed
from viewer.session import transitions
from viewer.session.looking import coupled, looked_through
from viewer.session.nipples import marked
from viewer.session.state import SessionState

SPACING = {R_CC: 0.4, L_CC: 0.5, R_MLO: 0.4, L_MLO: 0.8}
NIPPLES_MM = {R_CC: 90.0, L_CC: 120.0, R_MLO: 130.0, L_MLO: 150.0}  # below the upper edge
WALL_MM = 100.0  # a nipple from its chest wall
PRIOR = PriorView.of(R_MLO)
PANES = {view: Box(0, 0, 400, 300) for view in (*STANDARD_VIEWS, PRIOR)}


def place(state, view, from_wall_mm, height_mm):
    """The hung (row, column) so far from the wall and below the upper edge."""
    mm = SPACING[STANDARD_VIEWS[2] if view == PRIOR else view]
    columns = state.images[view].shape[1]
    across = from_wall_mm / mm
    is_right = view.laterality is R_CC.laterality
    return height_mm / mm, columns - across if is_right else across


@pytest.fixture
def state():
    """Four views of three detectors, and one prior; nipples at different heights."""
    images = {}
    for view, mm in SPACING.items():
        size = {"rows": round(240 / mm), "columns": round(180 / mm)}
        images[view] = ShownImage.prepare(
            make_mammogram(view, pixel_spacing_mm=(mm, mm), truth=(), **size)
        )
    other = make_mammogram(R_MLO, rows=600, columns=450, pixel_spacing_mm=(0.4, 0.4))
    images[PRIOR] = ShownImage.prepare(replace(other, image_id="prior"))
    exam = make_exam(views={view: images[view].mammogram for view in STANDARD_VIEWS})
    state = transitions.opened(SessionState(), (record_of(exam),), ())
    state = transitions.shown(state, 0)
    state = replace(state, images=MappingProxyType(images))
    for view, height in (*NIPPLES_MM.items(), (PRIOR, 140.0)):
        state = marked(state, view, *place(state, view, WALL_MM, height))
    assert len(state.work.now.nipples) == 5
    return state


def seen(state):
    return fitted_or_placed(state.look.cameras, state.images, PANES)


def nipple_in_pane(state, view):
    """(y, mm from the pane's inner edge to the right or left) of a nipple on the screen."""
    height = 140.0 if view == PRIOR else NIPPLES_MM[view]
    viewport = seen(state)[view]
    y, x = viewport.to_pane(*place(state, view, WALL_MM, height))
    return y, viewport.width - x if view.laterality is R_CC.laterality else x


@pytest.mark.parametrize("moved", [*STANDARD_VIEWS, PRIOR])
def test_panning_one_pane_to_its_nipple_pans_all_to_theirs_mirrored(state, moved):
    state = coupled(state)
    height = 140.0 if moved == PRIOR else NIPPLES_MM[moved]
    mm = state.images[moved].mammogram.pixel_spacing_mm[0]
    viewport = seen(state)[moved].scaled_to(3.2 * mm, 10, 20)
    row, column = place(state, moved, WALL_MM - 13.0, height + 7.0)
    state = looked_through(state, moved, viewport.centered_on(row, column))
    places = {view: nipple_in_pane(state, view) for view in PANES}
    # 7 mm above the pane's middle and 13 mm further out, at 3.2 device pixels a millimetre.
    for found in places.values():
        assert found == pytest.approx((200 - 7 * 3.2, 150 + 13 * 3.2), abs=0.51)
    per_mm = [
        viewport.scale / state.images[view].mammogram.pixel_spacing_mm[0]
        for view, viewport in seen(state).items()
    ]
    assert per_mm == pytest.approx([3.2] * 5)


@pytest.mark.parametrize(("one", "other"), list(permutations((R_CC, L_CC, R_MLO, PRIOR), 2)))
def test_what_the_reader_shifts_alone_stays_shifted_while_panes_move_together(state, one, other):
    state = coupled(state)
    mm = state.images[one].mammogram.pixel_spacing_mm[0]
    row, column = place(state, one, 60.0, 120.0)
    start = seen(state)[one].scaled_to(4 * mm, 0, 0).centered_on(row, column)
    state = looked_through(state, one, start)
    before = nipple_in_pane(state, other)
    alone = seen(state)[other].panned(30, -12)
    state = looked_through(state, other, alone, other_way=True)
    assert seen(state)[one] == start, "moved alone"
    shifted = nipple_in_pane(state, other)
    assert shifted[0] == pytest.approx(before[0] + 30, abs=0.6)
    state = looked_through(state, one, start.panned(-18, 25))
    outwards = 1 if one.laterality is not R_CC.laterality else -1
    assert nipple_in_pane(state, other) == pytest.approx(
        (shifted[0] - 18, shifted[1] + 25 * outwards), abs=0.6
    )


def test_exact_pixels_stay_exact_in_every_pane_of_the_same_detector(state):
    state = coupled(state)
    for zoomed in (0.37, 1.0):
        viewport = seen(state)[R_CC].scaled_to(zoomed, 111, 222)
        state = looked_through(state, R_CC, viewport)
    assert state.camera_of(R_MLO).scale == 1.0
    assert state.camera_of(PRIOR).scale == 1.0
    assert seen(state)[L_CC].scale == pytest.approx(0.5 / 0.4)


def test_panes_that_met_their_edge_are_back_in_step_when_the_first_one_is(state):
    state = coupled(state)
    start = seen(state)[R_CC].scaled_to(2.0, 200, 150)
    state = looked_through(state, R_CC, start)
    before = {view: nipple_in_pane(state, view) for view in PANES}
    away = looked_through(state, R_CC, seen(state)[R_CC].panned(250, 0))
    back = looked_through(away, R_CC, start)
    for view, place_before in before.items():
        assert nipple_in_pane(back, view) == pytest.approx(place_before, abs=1e-6)


def test_alone_nothing_else_moves_and_shift_couples_for_once(state):
    viewport = seen(state)[L_MLO].scaled_to(1.5, 100, 100)
    alone = looked_through(state, L_MLO, viewport)
    assert set(alone.look.cameras) == {L_MLO}
    together = looked_through(state, L_MLO, viewport, other_way=True)
    assert set(together.look.cameras) == set(PANES)


def test_switching_on_brings_all_panes_to_the_focused_one_and_moves_none_that_was_never_moved(
    state,
):
    assert not coupled(state).look.cameras
    state = looked_through(state, R_CC, seen(state)[R_CC].scaled_to(1.6, 90, 250))
    state = looked_through(state, L_MLO, seen(state)[L_MLO].scaled_to(2.0, 10, 10))
    state = coupled(transitions.focused(state, R_CC))
    for view in PANES:
        assert nipple_in_pane(state, view) == pytest.approx(nipple_in_pane(state, R_CC), abs=0.6)
    assert not coupled(state).navigation.habits.coupled


def test_a_tray_image_moves_alone_and_is_moved_by_nobody(state):
    aside = AsideView.at(0)
    images = {**state.images, aside: state.images[L_CC]}
    state = coupled(replace(state, images=MappingProxyType(images)))
    viewport = seen(state)[L_CC].scaled_to(1.5, 100, 100)
    assert set(looked_through(state, aside, viewport).look.cameras) == {aside}
    assert aside not in looked_through(state, L_CC, viewport).look.cameras
