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


@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (7, 0)])
def test_nothing_in_sight_is_no_colour(shape):
    nothing = np.zeros(shape, dtype=np.uint8)
    for values in ({FindingClass.BENIGN: nothing}, dict.fromkeys(FindingClass, nothing)):
        assert tint(values, Overlays(True, True)).shape == (*shape, 4)


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
    assert drawn[10, 23:43].all()
    assert drawn[15:25, (23, 42)].all()
    assert 0.5 < drawn[10, 8:20].mean() < 0.8, "the benign one is dashed"
    assert 0.5 < drawn[12:24, 8].mean() < 0.8
    assert not drawn[13:27, 11:20].any()
    assert not drawn[:, 45:].any()


@pytest.mark.parametrize("colour_map", ["cividis", "grey"])
def test_classes_that_share_their_colours_differ_in_their_texture(colour_map):
    values = np.full((40, 50), 200, dtype=np.uint8)
    overlays = Overlays(colour_map=colour_map)
    assert (tint({MALIGNANT: values}, overlays)[..., 3] > 0).all()
    hatched = tint({BENIGN: values}, overlays)[..., 3] > 0
    assert 0.6 < hatched.mean() < 0.7
    assert not hatched.all(axis=0).any()
    assert not hatched.all(axis=1).any(), "no row or column tells it apart from a line"
    assert (tint({BENIGN: values}, Overlays())[..., 3] > 0).all(), "colour and letter tell"


def test_the_lightness_of_cividis_grows_evenly_with_saliency_for_every_eye():
    """Deuteranopia leaves lightness: it must rise all the way."""
    table = colour_table(MALIGNANT, Overlays(opacity=1.0, threshold=0.0, colour_map="cividis"))
    blue, green, red, alpha = (table[1:, channel].astype(float) for channel in range(4))
    light = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / (alpha / 255)
    steps = np.diff(light[::16])
    assert (steps > 2).all()
