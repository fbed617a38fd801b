"""Where panes look: fitting, zooming, panning and resizing keep their promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.display.viewport import Align, Viewport, clamp, fit, fit_common, one_to_one

viewports = st.builds(
    Viewport,
    height=st.integers(100, 2000),
    width=st.integers(100, 2000),
    scale=st.floats(0.05, 8.0),
    row=st.floats(-500, 4000),
    column=st.floats(-500, 4000),
)
points = st.tuples(st.floats(0, 2000), st.floats(0, 2000))


@given(viewports, points)
def test_pane_and_image_points_map_back_and_forth(viewport, point):
    assert viewport.to_pane(*viewport.to_image(*point)) == pytest.approx(point, abs=1e-6)
    assert viewport.affine.point(*viewport.to_image(*point)) == pytest.approx(point, abs=1e-6)


@given(viewports, points, st.floats(0.5, 2.0))
def test_zooming_holds_the_point_under_the_cursor(viewport, point, factor):
    before = viewport.to_image(*point)
    zoomed = viewport.zoomed(factor, *point)
    # At 1:1 the image snaps to whole pixels.
    tolerance = 0.5 + 1e-6 if zoomed.scale == 1.0 else 1e-6
    assert zoomed.to_image(*point) == pytest.approx(before, abs=tolerance)


@given(viewports)
def test_what_is_drawn_lies_on_device_pixels_no_more_than_half_a_one_away(viewport):
    drawn = viewport.drawn
    corner = drawn.to_pane(0.0, 0.0)
    assert corner == pytest.approx([round(place) for place in corner], abs=1e-6)
    assert corner == pytest.approx(viewport.to_pane(0.0, 0.0), abs=0.5 + 1e-6)
    assert (drawn.scale, drawn.height, drawn.width) == (
        viewport.scale,
        viewport.height,
        viewport.width,
    )


@given(st.integers(500, 5000), st.integers(500, 5000), st.floats(0.05, 2.0), st.integers(90, 900))
def test_what_is_drawn_leaves_no_gap_at_the_chest_wall(rows, columns, scale, width):
    for align in (Align.LEFT, Align.RIGHT):
        shown = fit((rows, columns), 700, width, align, scale).drawn.area((rows, columns))
        assert shown.column == 0 if align is Align.LEFT else shown.column + shown.width == width


def test_the_wheel_never_jumps_over_one_to_one():
    viewport = Viewport(100, 100, 0.9, 0.3, 0.7)
    stopped = viewport.zoomed(1.5, 50, 50)
    assert stopped.scale == 1.0
    assert (stopped.row, stopped.column) == (round(stopped.row), round(stopped.column))
    assert stopped.zoomed(1.5, 50, 50).scale == 1.5
    assert Viewport(100, 100, 1.2, 0, 0).zoomed(0.5, 0, 0).scale == 1.0


def test_panning_moves_the_image_by_whole_device_pixels():
    viewport = Viewport(100, 100, 0.25, 10.0, 20.0)
    assert viewport.panned(5, -3).to_pane(10.0, 20.0) == pytest.approx((5.0, -3.0))
    actual = one_to_one(viewport).panned(0.4, 2.6)
    assert (actual.row, actual.column) == (round(actual.row), round(actual.column))


@pytest.mark.parametrize("align", Align)
@pytest.mark.parametrize("pane", [(700, 1000), (1000, 300), (333, 777)])
def test_a_fitted_image_is_whole_and_its_chest_wall_touches_the_pane(align, pane):
    shape = (2650, 1007)
    viewport = fit(shape, *pane, align)
    top, left = viewport.to_pane(0, 0)
    bottom, right = viewport.to_pane(*shape)
    assert top >= -1e-9
    assert bottom <= pane[0] + 1e-9
    assert top == pytest.approx(pane[0] - bottom, abs=1e-9)
    if align is not Align.RIGHT:
        assert left >= -1e-9
    if align is not Align.LEFT:
        assert right <= pane[1] + 1e-9
    gap = {Align.LEFT: left, Align.RIGHT: pane[1] - right, Align.CENTER: left - pane[1] + right}
    assert gap[align] == pytest.approx(0.0, abs=1e-9)
    area = viewport.area(shape)
    assert area.column == 0 if align is Align.LEFT else area.column >= 0
    if align is Align.RIGHT:
        assert area.column + area.width == pane[1]


def test_panes_fitted_together_share_the_largest_scale_at_which_all_fit():
    shapes, panes = [(2650, 1006), (2000, 800)], [(500, 600), (400, 600)]
    aligns = [Align.RIGHT, Align.LEFT]
    first, second = fit_common(shapes, panes, aligns)
    assert first.scale == second.scale == min(500 / 2650, 400 / 2000)


def test_panes_fitted_by_millimetres_show_equal_lengths():
    shapes, panes = [(4096, 3328), (2048, 1664)], [(800, 600), (800, 600)]
    first, second = fit_common(shapes, panes, [Align.RIGHT, Align.LEFT], [0.05, 0.1])
    assert first.scale / 0.05 == pytest.approx(second.scale / 0.1)
    assert first.to_pane(*shapes[0])[1] == pytest.approx(600)


def test_nothing_to_fit_is_fitted_without_complaint():
    assert fit_common([], [], []) == ()


def test_one_to_one_keeps_the_centre_and_stands_on_whole_pixels():
    viewport = fit((4096, 3328), 801, 1203, Align.RIGHT)
    actual = one_to_one(viewport)
    assert actual.scale == 1.0
    center = viewport.to_image(801 / 2, 1203 / 2)
    assert actual.to_image(801 / 2, 1203 / 2) == pytest.approx(center, abs=0.5)
    assert actual.row == round(actual.row)
    assert actual.column == round(actual.column)


def test_resizing_keeps_the_chest_wall_where_it_was():
    viewport = fit((400, 200), 100, 300, Align.RIGHT)
    wider = viewport.resized(140, 500, Align.RIGHT)
    assert wider.scale == viewport.scale
    assert wider.to_pane(200, 200) == pytest.approx((70, 500))
    left = fit((400, 200), 100, 300, Align.LEFT).resized(140, 500, Align.LEFT)
    assert left.to_pane(200, 0) == pytest.approx((70, 0))


def test_refitting_scales_what_is_shown_along_with_the_pane():
    viewport = fit((400, 200), 100, 300, Align.RIGHT)
    assert viewport.refitted(100, 300, Align.RIGHT) == viewport
    double = viewport.refitted(200, 600, Align.RIGHT)
    assert double.scale == 2 * viewport.scale
    assert double.to_pane(400, 200) == pytest.approx((200, 600))


@given(viewports)
def test_a_clamped_image_is_always_in_reach(viewport):
    shape = (1500, 900)
    kept = clamp(viewport, shape)
    top, left, bottom, right = kept.visible(shape)
    # One pixel of slack for the snap at 1:1.
    assert bottom - top >= min(shape[0], kept.height / kept.scale) / 2 - 1
    assert right - left >= min(shape[1], kept.width / kept.scale) / 2 - 1
    assert clamp(kept, shape) == kept


@given(viewports)
def test_the_area_holds_exactly_the_device_pixels_whose_centres_lie_on_the_image(viewport):
    shape = (1500, 900)
    area = viewport.area(shape)
    for y in range(area.row - 1, area.row + 2):
        inside = 0 <= viewport.to_image(y + 0.5, 0)[0] <= shape[0] and 0 <= y < viewport.height
        counted = area.row <= y < area.row + area.height
        edge = min(abs(viewport.to_image(y + 0.5, 0)[0] - end) for end in (0, shape[0]))
        assert inside == counted or edge * viewport.scale < 1e-5
