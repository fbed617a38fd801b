"""Outlines and sizes are those of the objects, in stored pixels and millimetres."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from models.geometry import Affine
from models.mass.findings import MOST_OBJECTS, finding_of, objects_in, scored_image, spacing_of
from models.mass.results import THRESHOLD
from tests.models.conftest import MakeMammogram

SIDE = 640
# Rows 3 source pixels high and turned upside down, columns 2 wide, shifted.
TO_SOURCE = Affine(rr=-3.0, r0=2000.0, cc=2.0, c0=10.0)


def disc(row: float, column: float, radius: float) -> NDArray[np.float32]:
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    distance = np.hypot(y - row, x - column)
    # Crosses the threshold at the radius.
    return np.clip(THRESHOLD + (radius - distance) / 8, 0, 1).astype(np.float32)


def inside(polygon: NDArray[np.float64]) -> float:
    """Shoelace area of a closed polygon."""
    rows, columns = polygon[:-1].T
    return 0.5 * abs(rows @ np.roll(columns, -1) - columns @ np.roll(rows, -1))


def test_a_round_mass_has_the_area_and_diameter_of_its_circle() -> None:
    probability = disc(200.3, 411.7, 25.0)
    (cells,) = objects_in(probability)
    found = finding_of(cells, probability, Affine(), (0.1, 0.1), 0.7)
    assert found.area_px == pytest.approx(np.pi * 25**2, rel=0.01)
    assert found.longest_diameter_px == pytest.approx(50, abs=0.5)
    assert found.area_mm2 == pytest.approx(np.pi * 2.5**2, rel=0.01)
    assert found.longest_diameter_mm == pytest.approx(5.0, abs=0.05)
    (outline,) = found.outline
    np.testing.assert_array_equal(outline[0], outline[-1])
    np.testing.assert_allclose(outline[:-1].mean(axis=0), (200.3, 411.7), atol=0.2)
    assert inside(outline) == pytest.approx(np.pi * 25**2, rel=0.01)
    assert found.score == 0.7
    assert found.peak == probability.max()


def test_sizes_follow_stored_pixels_that_are_no_squares() -> None:
    probability = disc(100.0, 50.0, 20.0)
    (cells,) = objects_in(probability)
    found = finding_of(cells, probability, TO_SOURCE, (0.1, 0.2))
    assert found.area_px == pytest.approx(6 * np.pi * 20**2, rel=0.01)
    assert found.longest_diameter_px == pytest.approx(3 * 40, rel=0.02)
    assert found.area_mm2 == pytest.approx(found.area_px * 0.1 * 0.2)
    # 40 columns of 2 pixels of 0.2 mm against 40 rows of 3 pixels of 0.1 mm.
    assert found.longest_diameter_mm == pytest.approx(16.0, rel=0.02)
    np.testing.assert_allclose(found.outline[0][:-1].mean(axis=0), (1700, 110), atol=0.5)


def test_without_a_spacing_sizes_are_in_pixels_alone() -> None:
    probability = disc(100.0, 50.0, 20.0)
    (cells,) = objects_in(probability)
    found = finding_of(cells, probability, TO_SOURCE, None)
    assert found.area_mm2 is None
    assert found.longest_diameter_mm is None
    assert found.score is None


def test_magnification_makes_the_breast_s_pixels_smaller(make_mammogram: MakeMammogram) -> None:
    mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.2), magnification=2.0)
    assert spacing_of(mammogram) == (0.05, 0.1)
    assert spacing_of(dataclasses.replace(mammogram, pixel_spacing_mm=None)) is None


def test_a_ring_has_an_outer_edge_and_a_hole() -> None:
    probability = np.minimum(disc(300, 300, 40), 2 * THRESHOLD - disc(300, 300, 15))
    (cells,) = objects_in(probability.astype(np.float32))
    found = finding_of(cells, probability, Affine(), None)
    assert [inside(polygon) for polygon in found.outline] == pytest.approx(
        [np.pi * 40**2, np.pi * 15**2], rel=0.02
    )
    assert found.area_px == pytest.approx(np.pi * (40**2 - 15**2), rel=0.02)


def test_a_mass_at_the_edge_of_the_map_has_a_closed_outline() -> None:
    probability = np.maximum(disc(0, 300, 30), disc(640, 640, 30))
    objects = objects_in(probability)
    areas = []
    for cells in objects:
        (outline,) = finding_of(cells, probability, Affine(), None).outline
        np.testing.assert_array_equal(outline[0], outline[-1])
        areas.append(inside(outline))
    assert areas == pytest.approx([np.pi * 30**2 / 2, np.pi * 30**2 / 4], rel=0.05)


def test_objects_come_by_size_and_what_is_too_small_is_left_out() -> None:
    probability = np.zeros((SIDE, SIDE), np.float32)
    probability[10:15, 10:16] = 0.9  # 30 pixels
    probability[100:105, 10:15] = 0.9  # 25
    probability[200:220, 10:30] = 0.9
    probability[220:225, 30:36] = 0.9  # touches across a corner
    probability[300:320, 10:30] = np.nextafter(np.float32(THRESHOLD), np.float32(0))
    objects = objects_in(probability)
    assert [int(cells.sum()) for cells in objects] == [430, 30]
    corner = finding_of(objects[0], probability, Affine(), None)
    assert len(corner.outline) == 1


def test_no_map_can_bring_more_objects_than_a_reader_can_look_at() -> None:
    probability = np.zeros((SIDE, SIDE), np.float32)
    for row, column in np.ndindex(20, 20):
        probability[row * 30 : row * 30 + 8, column * 30 : column * 30 + 8] = 1.0
    assert len(objects_in(probability)) == MOST_OBJECTS


def test_neighbours_do_not_leak_into_an_outline() -> None:
    probability = np.zeros((SIDE, SIDE), np.float32)
    probability[100:140, 100:140] = 0.9
    probability[110:130, 142:150] = 0.9
    for cells in objects_in(probability):
        (outline,) = finding_of(cells, probability, Affine(), None).outline
        assert inside(outline) == pytest.approx(cells.sum(), rel=0.06)


def test_the_classifier_sees_the_nearest_pixels_of_the_mask() -> None:
    cells = np.zeros((SIDE, SIDE), np.bool_)
    cells[100:400, 50:90] = True
    image = scored_image(cells)
    assert image.shape == (224, 224)
    assert set(np.unique(image)) == {0.0, 1.0}
    rows, columns = np.nonzero(image)
    # (i + ½) · 640 / 224 falls into the mask.
    assert (rows.min(), rows.max()) == (35, 139)
    assert (columns.min(), columns.max()) == (17, 30)
