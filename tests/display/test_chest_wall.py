"""The distance to the chest wall is of the stored image, however the reader turned it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.exam import L_CC, R_CC, R_MLO, Origin
from models.geometry import AS_STORED, Orientation
from tests.phantoms import COLUMNS, ROWS, make_mammogram
from viewer.display.chest_wall import distance_to_wall
from viewer.display.hanging import hung_from_source
from viewer.display.pane_key import AsideView

EIGHT = [Orientation(t, r, c) for t in (False, True) for r in (False, True) for c in (False, True)]


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (("P", "L"), f"{(COLUMNS - 130) * 0.1:.0f} mm"),
        (("A", "R"), "13 mm"),
        (("FL", "P"), f"{(ROWS - 150) * 0.2:.0f} mm"),
        (("HR", "A"), "30 mm"),
        (("L", "H"), None),
    ],
)
@pytest.mark.parametrize("turned", [AS_STORED, *EIGHT])
def test_the_wall_is_the_posterior_edge_of_the_file_whatever_the_turn(stated, words, turned):
    mammogram = make_mammogram(
        R_MLO,
        patient_orientation=stated,
        pixel_spacing_mm=(0.2, 0.1),
        orientation=turned,
        orientation_origin=Origin.BY_HAND,
    )
    assert distance_to_wall(mammogram, R_MLO, 150.0, 130.0) == words


@pytest.mark.parametrize("stored", EIGHT)
@pytest.mark.parametrize("view", [R_CC, L_CC])
def test_without_patient_orientation_the_stated_lay_tells_the_wall(stored, view):
    mammogram = make_mammogram(view, stored=stored, pixel_spacing_mm=(0.1, 0.1))
    column = COLUMNS - 130.0 if view is R_CC else 130.0
    point = hung_from_source(mammogram).inverse().point(150.0, column)
    assert distance_to_wall(mammogram, view, *point) == "13 mm"
    for origin in (Origin.BY_HAND, Origin.PIXELS, Origin.ASSUMED):
        unsure = replace(mammogram, orientation_origin=origin)
        assert distance_to_wall(unsure, view, *point) is None
    assert distance_to_wall(mammogram, AsideView.at(0), *point) is None


def test_the_distance_is_in_the_breast_or_else_in_pixels():
    mammogram = make_mammogram(L_CC, pixel_spacing_mm=(0.2, 0.1))
    assert distance_to_wall(mammogram, L_CC, 1.0, 300.0) == "30 mm"
    magnified = replace(mammogram, magnification=2.0)
    assert distance_to_wall(magnified, L_CC, 1.0, 300.0) == "15 mm"
    silent = replace(mammogram, pixel_spacing_mm=None)
    assert distance_to_wall(silent, L_CC, 1.0, 300.0) == "300 px"
