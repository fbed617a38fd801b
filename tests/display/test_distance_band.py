"""The band of equal distance from the nipple, in millimetres in the breast or not at all."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO
from models.geometry import Orientation
from tests.phantoms import make_mammogram
from viewer.display.distance_band import TOLERANCE_MM, DistanceBand, band_between
from viewer.display.hanging import hung_from_source
from viewer.display.nipple import Nipple

ORIENTATIONS = [Orientation(*flips) for flips in product((False, True), repeat=3)]


def lengths_mm(mammogram, nipple, hung_points):
    """From each hung point to the nipple, measured in stored pixels on its own."""
    stored = hung_from_source(mammogram).inverse().points(hung_points)
    row_mm, column_mm = mammogram.pixel_spacing_mm
    down, across = (stored - [nipple.row, nipple.column]).T
    return np.hypot(down * row_mm, across * column_mm) / mammogram.magnification


@pytest.mark.parametrize("stored", ORIENTATIONS)
def test_every_point_of_the_arc_is_as_far_from_its_nipple_as_the_place_from_the_other(stored):
    one = make_mammogram(R_CC, pixel_spacing_mm=(0.11, 0.09), magnification=1.8)
    other = make_mammogram(R_MLO, stored=stored, pixel_spacing_mm=(0.2, 0.23), magnification=1.05)
    nipple, its = Nipple.at_hung(one, 270, 61), Nipple.at_hung(other, 330, 55)
    band = band_between(one, nipple, (200.0, 300.0), other, its)
    assert isinstance(band, DistanceBand)
    expected = np.hypot((200 - 270) * 0.11, (300 - 61) * 0.09) / 1.8
    assert band.distance == pytest.approx(expected)
    assert (band.unit, band.tolerance) == ("mm", TOLERANCE_MM)
    assert (band.row, band.column) == pytest.approx((330, 55))
    for beyond in (0.0, 5.0):
        found = lengths_mm(other, its, band.at(np.linspace(0.0, 6.0, 40), beyond))
        assert found == pytest.approx(np.full(len(found), expected + beyond))
    assert band.words == f"{expected:.0f} mm ± 10"


def test_pixels_are_compared_only_between_images_of_one_size():
    one = make_mammogram(L_CC, pixel_spacing_mm=None)
    other = make_mammogram(L_MLO, pixel_spacing_mm=None)
    nipple, its = Nipple.at_hung(one, 270, 340), Nipple.at_hung(other, 330, 340)
    band = band_between(one, nipple, (270.0, 140.0), other, its)
    assert isinstance(band, DistanceBand)
    assert band.words == "200 px ± 24"
    larger = make_mammogram(L_MLO, rows=660, pixel_spacing_mm=None)
    why = band_between(one, nipple, (270.0, 140.0), larger, its)
    assert why == "L CC and L MLO differ in size and do not state their pixel spacing."
    stated = replace(other, pixel_spacing_mm=(0.1, 0.1))
    assert "L CC does not state" in str(band_between(one, nipple, (1.0, 1.0), stated, its))
    back = band_between(stated, its, (1.0, 1.0), one, nipple)
    assert "L CC does not state" in str(back)
