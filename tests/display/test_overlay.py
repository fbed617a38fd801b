"""Saliency, colours and contours sit on the anatomy in every orientation and zoom."""

from __future__ import annotations

from itertools import pairwise, product

import cv2
import numpy as np
import pytest

from models.exam import FindingClass
from models.geometry import Affine, Orientation
from models.results import SaliencyMap
from viewer.display.overlay import (
    COLOUR_MAPS,
    Overlays,
    SaliencyLayer,
    colour_table,
    contours,
    quantised,
    view_saliency,
)
from viewer.display.viewport import Align, Viewport, fit

ORIENTATIONS = [Orientation(*flags) for flags in product((False, True), repeat=3)]
SHAPE = (240, 180)


def make_layer(orientation=Orientation(), frame=(-20.0, 12.0)):  # noqa: B008 - frozen
    """A grid of 4-pixel cells that starts off the image's corner, with one strong cell."""
    values = np.zeros((2, 70, 40), dtype=np.float32)
    values[1, 30, 11] = 0.8
    to_source = Affine.scaling(4, 4).then(Affine.shift(*frame))
    saliency = SaliencyMap(values, to_source, SHAPE)
    landmark = to_source.point(30.5, 11.5)
    to_hung = orientation.affine(SHAPE)
    layer = SaliencyLayer.prepare(saliency, FindingClass.MALIGNANT, to_hung)
    return layer, to_hung.point(*landmark), orientation.shape(SHAPE)


def test_quantising_rounds_and_holds_the_ends():
    values = np.array([[-0.1, 0.0, 0.5, 1.0, 1.2, 0.3 / 255, 0.7 / 255]], dtype=np.float32)
    assert quantised(values).tolist() == [[0, 0, 128, 255, 255, 0, 1]]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("scale", [0.4, 1.0, 2.75])
def test_a_cell_appears_on_its_landmark(orientation, scale):
    layer, landmark, shape = make_layer(orientation)
    assert layer.shape == shape
    viewport = Viewport(700, 700, scale, -3.0, -8.0)
    buffer, (y, x) = view_saliency(layer, viewport)
    rows, columns = np.indices(buffer.shape)
    weight = buffer / buffer.sum()
    found = ((rows + 0.5) * weight).sum() + y, ((columns + 0.5) * weight).sum() + x
    within = 0.05 if scale == 1.0 else 0.55  # whole cells are stretched to whole pixels
    assert found == pytest.approx(viewport.to_pane(*landmark), abs=within)
    if scale >= 1.0:  # the cell's own value stands at its centre
        at = viewport.to_pane(*landmark)
        assert buffer[int(at[0]) - y, int(at[1]) - x] == pytest.approx(204, abs=204 * 0.3)
    assert layer.peak[:2] == pytest.approx(landmark)
    assert layer.peak[2] == pytest.approx(0.8)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_the_readout_gives_the_cell_under_a_point(orientation):
    layer, landmark, _ = make_layer(orientation)
    assert layer.value_at(*landmark) == pytest.approx(0.8)
    assert layer.value_at(landmark[0] + 6, landmark[1]) == 0.0
    assert layer.value_at(-1000.0, 0.0) == 0.0


def test_saliency_outside_the_image_is_not_shown():
    values = np.ones((2, 70, 60), dtype=np.float32)
    saliency = SaliencyMap(values, Affine.scaling(4, 4).then(Affine.shift(-20, -20)), SHAPE)
    layer = SaliencyLayer.prepare(saliency, FindingClass.BENIGN, Affine())
    buffer, (y, x) = view_saliency(layer, Viewport(400, 400, 1.0, -30.0, -50.0))
    assert (y, x) == (30, 50)
    assert buffer.shape == SHAPE


def test_a_strong_cell_survives_a_small_picture():
    layer, _, shape = make_layer()
    buffer, _ = view_saliency(layer, fit(shape, 48, 36, Align.LEFT))
    assert buffer.max() > 204 / 4


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
@pytest.mark.parametrize("finding", FindingClass)
def test_colours_are_transparent_below_the_threshold_and_brighten_above(finding, colour_map):
    table = colour_table(
        finding, Overlays(opacity=0.7, threshold=0.3, colour_map=colour_map)
    ).astype(int)
    assert not table[:77].any()  # 77 / 255 is the first value above 0.3
    assert (table[77:, 3] > 0).all()
    assert table[255, 3] == round(0.7 * 255)
    assert (table[:, :3] <= table[:, 3:]).all()
    light = table[:, :3] @ (0.114, 0.587, 0.299)
    assert all(after >= before - 1 for before, after in pairwise(light[77:]))


def test_zero_saliency_is_transparent_even_without_a_threshold():
    assert not colour_table(FindingClass.BENIGN, Overlays(threshold=0.0))[0].any()


def test_the_classes_keep_their_colours():
    overlays = Overlays(opacity=1.0)
    blue, green, red, _ = colour_table(FindingClass.BENIGN, overlays)[200].astype(int)
    assert green > red
    assert green > blue
    blue, green, red, _ = colour_table(FindingClass.MALIGNANT, overlays)[200].astype(int)
    assert red > green
    assert red > blue


def test_an_unknown_colour_map_is_refused():
    with pytest.raises(ValueError, match="rainbow"):
        colour_table(FindingClass.BENIGN, Overlays(colour_map="rainbow"))


def test_the_classes_that_are_on_are_listed_in_the_order_they_are_painted():
    assert Overlays(malignant=True, benign=True).findings[-1] is FindingClass.MALIGNANT
    assert Overlays().findings == ()


def test_contours_enclose_the_mask_with_its_holes():
    mask = np.zeros((200, 160), dtype=bool)
    rows, columns = np.indices(mask.shape)
    mask |= ((rows - 90) / 60) ** 2 + ((columns - 70) / 40) ** 2 < 1
    mask &= ~((rows - 100) ** 2 + (columns - 80) ** 2 < 15**2)
    mask[180:190, 140:155] = True
    found = contours(mask)
    assert len(found) == 3
    filled = np.zeros(mask.shape, dtype=np.uint8)
    pixels = [np.rint(outline[:, ::-1] - 0.5).astype(np.int32) for outline in found]
    cv2.drawContours(filled, pixels, -1, 1, cv2.FILLED)
    overlap = np.count_nonzero(mask & (filled > 0)) / np.count_nonzero(mask | (filled > 0))
    assert overlap > 0.97
    assert sum(len(outline) for outline in found) < 250


def test_contours_pass_through_the_centres_of_the_outermost_pixels():
    mask = np.zeros((50, 40), dtype=bool)
    mask[10:20, 5:9] = True
    (outline,) = contours(mask)
    assert outline.min(axis=0).tolist() == [10.5, 5.5]
    assert outline.max(axis=0).tolist() == [19.5, 8.5]
    assert contours(np.zeros((5, 5), dtype=bool)) == []
    mask[:] = False
    mask[3, 4] = True
    assert contours(mask)[0].tolist() == [[3.5, 4.5]]
