"""Marks: where they are drawn, that colour is never alone, and how they are blended."""

from __future__ import annotations

import numpy as np
import pytest

from models.exam import FindingClass
from models.geometry import Box
from viewer.display.colours import ACCENT, TRUTH, bgr
from viewer.display.marks import MarkSize, blend, marks_layer, marks_part
from viewer.display.viewport import Viewport

VIEWPORT = Viewport(300, 400, 0.5, 20.0, 40.0)
SQUARE = np.array([[120.0, 140.0], [120.0, 440.0], [420.0, 440.0], [420.0, 140.0]])


def painted(layer, colour):
    """Pixels that carry the pure colour."""
    return (layer[..., :3] == bgr(colour)).all(axis=2) & (layer[..., 3] == 255)


def test_no_marks_give_a_transparent_layer():
    layer = marks_layer(VIEWPORT)
    assert layer.shape == (300, 400, 4)
    assert not layer.any()


def test_a_patch_is_outlined_where_it_lies():
    layer = marks_layer(VIEWPORT, patches=[(1, Box(120, 140, 300, 200))], letters=False)
    rows, columns = np.nonzero(painted(layer, ACCENT))
    # Box (120 … 420, 140 … 340) at half size from (20, 40): y 50 … 200, x 50 … 150.
    assert rows.min() == pytest.approx(50, abs=2)
    assert rows.max() == pytest.approx(200, abs=2)
    assert columns.min() == pytest.approx(50, abs=2)
    assert columns.max() == pytest.approx(150, abs=2)
    assert not layer[60:190, 60:140].any()


def test_a_patch_carries_its_number_and_a_peak_its_letter():
    box = Box(120, 140, 300, 200)
    bare = marks_layer(VIEWPORT, patches=[(3, box)], letters=False)
    assert (marks_layer(VIEWPORT, patches=[(3, box)]) != bare).any()
    peaks = [(FindingClass.MALIGNANT, (220.0, 240.0))]
    letter = marks_layer(VIEWPORT, peaks=peaks)
    rows, columns = np.nonzero(letter[..., 3])
    assert rows.mean() == pytest.approx(100, abs=4)
    assert 100 < columns.min() < columns.max() < 125, "right of the peak; benign stands left"
    assert not marks_layer(VIEWPORT, peaks=peaks, letters=False).any()


@pytest.mark.parametrize("finding", FindingClass)
def test_truth_is_dashed_on_its_outline_and_says_so(finding):
    layer = marks_layer(VIEWPORT, truth=[(finding, [SQUARE])], letters=False)
    # y 50 … 200, x 50 … 200
    top_edge = (layer[..., 3] > 60)[49:52, 55:195].any(axis=0)
    assert 0.4 < top_edge.mean() < 0.8
    changes = np.count_nonzero(np.diff(top_edge.astype(int)))
    assert changes >= 12
    assert not layer[60:190, 60:190].any()
    ink = layer[layer[..., 3] > 60].astype(float)
    colours = ink[:, :3] / ink[:, 3:] * 255
    assert np.abs(colours - bgr(TRUTH)).max() < 12, "amber, whatever the class"
    lettered = marks_layer(VIEWPORT, truth=[(finding, [SQUARE])])
    assert painted(lettered, TRUTH).any()


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_the_outline_of_truth_hides_nothing_of_what_it_marks(factor):
    """One pixel wide at 100 %, whatever the zoom."""
    for scale in (0.13, 0.5, 4.0):
        viewport = VIEWPORT.placed(scale, 120 - 50 / scale, 140 - 50 / scale)
        truth = [(FindingClass.MALIGNANT, [SQUARE])]
        layer = marks_layer(viewport, truth=truth, size=MarkSize.for_scale(factor), letters=False)
        across = layer[40:60, 70:80, 3].astype(float).sum(axis=0) / 255.0
        assert 0.0 < across.max() <= factor + 0.6


def test_benign_and_malignant_truth_differ_without_colour():
    layers = [
        marks_layer(VIEWPORT, truth=[(finding, [SQUARE])])[..., 3] for finding in FindingClass
    ]
    assert (layers[0] != layers[1]).any()


def test_marks_far_outside_leave_no_trace():
    far = SQUARE + 1e5
    layer = marks_layer(
        VIEWPORT,
        truth=[(FindingClass.BENIGN, [far])],
        patches=[(1, Box(100000, 0, 10, 10))],
        peaks=[(FindingClass.BENIGN, (-1e4, 0.0))],
    )
    assert not layer.any()


def test_a_single_pixel_of_truth_is_still_marked():
    point = np.array([[120.5, 140.5]])
    assert marks_layer(VIEWPORT, truth=[(FindingClass.BENIGN, [point])], letters=False).any()


def test_colours_are_premultiplied():
    layer = marks_layer(VIEWPORT, truth=[(FindingClass.BENIGN, [SQUARE * 1.1])])
    assert (layer[..., :3] <= layer[..., 3:]).all()


def test_marks_grow_with_the_page():
    assert MarkSize.for_scale(1.0) == MarkSize()
    assert MarkSize.for_scale(3.0).line_px > MarkSize().line_px
    assert MarkSize.for_scale(3.0).text_px == 3 * MarkSize().text_px


def test_blending_is_source_over_and_touches_only_its_place():
    canvas = np.full((6, 8, 3), 100, dtype=np.uint8)
    layer = np.zeros((2, 3, 4), dtype=np.uint8)
    layer[0, 0] = (50, 0, 25, 128)
    layer[1, 2] = (255, 255, 255, 255)
    blend(canvas, layer, 3, 4)
    assert canvas[3, 4].tolist() == [100, 50, 75]
    assert canvas[4, 6].tolist() == [255, 255, 255]
    canvas[3, 4] = canvas[4, 6] = 100
    assert (canvas == 100).all()


def test_peaks_of_both_classes_at_one_place_are_both_readable():
    peak = (220.0, 240.0)
    malignant = marks_layer(VIEWPORT, peaks=[(FindingClass.MALIGNANT, peak)])
    benign = marks_layer(VIEWPORT, peaks=[(FindingClass.BENIGN, peak)])
    assert not ((malignant[..., 3] > 0) & (benign[..., 3] > 0)).any()


@pytest.mark.parametrize("scale", [0.13, 0.5, 1.0, 2.7])
@pytest.mark.parametrize("place", [(60.0, 50.0), (280.0, 380.0), (-10.0, -15.0)])
def test_the_part_with_the_marks_laid_where_it_belongs_is_the_same_picture(scale, place):
    y, x = place  # where the square's corner appears
    viewport = VIEWPORT.placed(scale, 120 - y / scale, 140 - x / scale)
    marks = {
        "truth": [(FindingClass.MALIGNANT, [SQUARE * (1.0, 0.7)])],
        "patches": [(1, Box(30, 340, 60, 20)), (12, Box(120, 140, 30, 20))],
        "peaks": [(finding, (520.0, 333.0)) for finding in FindingClass],
    }
    layer = marks_layer(viewport, **marks)
    part, (y, x) = marks_part(viewport, **marks)
    again = np.zeros_like(layer)
    again[y : y + part.shape[0], x : x + part.shape[1]] = part
    assert np.array_equal(again, layer)
    assert layer.any()


def test_the_part_with_the_marks_is_no_larger_than_they_need():
    part, _ = marks_part(VIEWPORT, patches=[(3, Box(120, 140, 30, 20))])
    assert max(part.shape[:2]) < 150
    for marks in ({}, {"patches": [(3, Box(5000, 140, 30, 20))]}):
        assert marks_part(VIEWPORT, **marks)[0].size == 0
