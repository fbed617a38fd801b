"""Saliency in colour: one picture for both classes, the same as one painted over the other."""

from __future__ import annotations

import numpy as np
import pytest

from models.exam import FindingClass
from viewer.display.marks import blend
from viewer.display.overlay import COLOUR_MAPS, Overlays, colour_table
from viewer.display.tint import tint

BENIGN, MALIGNANT = FindingClass
PAIRS = np.indices((256, 256)).astype(np.uint8)  # every pair of values, once


@pytest.mark.parametrize("finding", FindingClass)
def test_a_single_class_is_looked_up_in_its_colours(finding):
    overlays = Overlays()
    values = PAIRS[0][:, 7:]
    assert np.array_equal(
        tint({finding: values}, overlays), colour_table(finding, overlays)[values]
    )


@pytest.mark.parametrize("colour_map", [each for each in COLOUR_MAPS if each != "contour"])
@pytest.mark.parametrize("opacity", [0.3, 1.0])
@pytest.mark.parametrize("gray", [0, 90, 255])
def test_both_classes_at_once_look_as_malignant_laid_over_benign(gray, opacity, colour_map):
    overlays = Overlays(opacity=opacity, threshold=0.2, colour_map=colour_map)
    values = {MALIGNANT: PAIRS[1], BENIGN: PAIRS[0]}
    one_by_one = np.full((256, 256, 3), gray, dtype=np.uint8)
    for finding in FindingClass:
        blend(one_by_one, tint({finding: values[finding]}, overlays))
    at_once = np.full((256, 256, 3), gray, dtype=np.uint8)
    blend(at_once, tint(values, overlays))
    difference = at_once.astype(int) - one_by_one
    assert np.abs(difference).max() <= 1  # blending rounds once less


def test_colours_of_both_classes_stay_premultiplied():
    pixels = tint({BENIGN: PAIRS[0], MALIGNANT: PAIRS[1]}, Overlays(opacity=0.9))
    assert (pixels[..., :3] <= pixels[..., 3:]).all()
    assert not pixels[:25, :25].any(), "transparent where neither class reaches the threshold"


def test_contours_leave_the_tissue_inside_visible():
    values = np.zeros((40, 50), dtype=np.uint8)
    values[10:30, 8:28] = 200
    drawn = (
        tint(
            {BENIGN: values, MALIGNANT: np.roll(values, 15, axis=1)},
            Overlays(colour_map="contour"),
        )[..., 3]
        > 0
    )
    assert drawn[10, 8:43].all()
    assert drawn[15:25, (8, 27, 23, 42)].all()
    assert not drawn[13:27, 11:20].any()
    assert not drawn[:, 45:].any()
