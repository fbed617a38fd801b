"""Where a lens lies, and what it shows of its own image and of the other breast's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.exam import FindingClass
from models.geometry import Affine, Box
from viewer.display.lens import lens_area, magnifying, mirroring
from viewer.display.mirrored import (
    mirrored_contours,
    mirrored_patches,
    mirrored_peaks,
    mirrored_viewport,
)
from viewer.display.viewport import Viewport

cursors = st.tuples(st.floats(0, 399), st.floats(0, 699))


@given(cursors)
def test_a_lens_lies_in_its_pane_and_holds_the_cursor(at):
    viewport = Viewport(400, 700, 0.2, 0.0, 0.0)
    area = lens_area(viewport, *at, 200)
    assert (area.height, area.width) == (200, 200)
    assert 0 <= area.row <= at[0] + 0.5
    assert at[0] <= area.row + 200 <= 400
    assert 0 <= area.column <= at[1] + 0.5
    assert at[1] <= area.column + 200 <= 700


def test_a_small_pane_is_not_hidden_by_its_lens():
    area = lens_area(Viewport(100, 50, 1.0, 0.0, 0.0), 50, 25, 340)
    assert (area.height, area.width) == (80, 40)


@given(cursors, st.sampled_from([0.3, 1.0, 2.0]))
def test_the_point_under_the_cursor_is_magnified_where_it_lies(at, scale):
    viewport = Viewport(400, 700, 0.2, 31.0, -250.5)
    area = lens_area(viewport, *at, 200)
    point = viewport.to_image(*at)
    shown = magnifying(area, scale, at, point)
    # At 1:1 the image snaps to whole pixels.
    slack = 0.5 + 1e-6 if scale == 1.0 else 1e-6
    inside = (at[0] - area.row, at[1] - area.column)
    assert shown.to_pane(*point) == pytest.approx(inside, abs=slack)
    assert (shown.height, shown.width) == (area.height, area.width)


@given(cursors, st.sampled_from([0.3, 1.0, 2.0]))
def test_the_mirrored_breast_lies_upon_its_counterpart(at, scale):
    viewport = Viewport(400, 700, 0.2, 31.0, -250.5)
    to_other = Affine(rr=0.8, r0=57.0, cc=-0.8, c0=2200.0)
    area = lens_area(viewport, *at, 200)
    point = viewport.to_image(*at)
    shown = mirroring(area, scale, at, point, to_other)
    columns = 2500
    flipped = mirrored_viewport(shown, columns)
    slack = 1.01 if shown.scale == 1.0 else 1e-6
    for down, right in ((0, 0), (31, 0), (0, 47)):
        row, column = to_other.point(point[0] + down, point[1] + right)
        y, x = flipped.to_pane(row, columns - column)
        assert (area.row + y, area.column + x) == pytest.approx(
            (at[0] + down * scale, at[1] + right * scale), abs=slack
        )


def test_marks_are_mirrored_as_the_image_is():
    columns = 90
    outline = np.array([[3.0, 10.0], [5.0, 20.0]])
    ((finding, (found,)),) = mirrored_contours([(FindingClass.BENIGN, [outline])], columns)
    assert finding is FindingClass.BENIGN
    assert found.tolist() == [[3.0, 80.0], [5.0, 70.0]]
    assert mirrored_patches([(2, Box(4, 10, 7, 30))], columns) == [(2, Box(4, 50, 7, 30))]
    peak = (FindingClass.MALIGNANT, (8.0, 33.0))
    assert mirrored_peaks([peak], columns) == [(FindingClass.MALIGNANT, (8.0, 57.0))]
    view = Viewport(40, 30, 2.0, 5.0, 12.0)
    assert mirrored_viewport(mirrored_viewport(view, columns), columns) == view
    assert mirrored_viewport(view, columns).column == 90 - 12 - 15
