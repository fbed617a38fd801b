"""Tiles at 1:1 show all tissue, skip air, and come in an order that an eye can follow."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.geometry import Box
from tests.phantoms import make_mammogram
from viewer.display.camera import Camera, viewports
from viewer.display.coverage import (
    CELL_PX,
    Coverage,
    common_part,
    full_size_part,
    tissue_cells,
)
from viewer.display.hanging import align_of
from viewer.display.shown import ShownImage
from viewer.display.tiles import OVERLAP_PX, tiles
from viewer.display.viewport import Viewport

PANES = [(400, 300), (333, 257), (250, 900), (1300, 1000)]


def image_of(view, rows=1100, columns=830):
    return ShownImage.prepare(make_mammogram(view, rows=rows, columns=columns))


def shown(image, view, pane, center):
    """What the window shows of an image whose pane looks at `center` at 1:1."""
    found = viewports({view: Camera(1.0, *center)}, {view: image.shape}, {view: Box(0, 0, *pane)})
    return found[view]


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
def test_tiles_show_every_cell_of_tissue(view, pane):
    image = image_of(view)
    coverage = Coverage.nothing(image.shape)
    for center in tiles(image.free, image.shape, pane, align_of(view)):
        rect = full_size_part(shown(image, view, pane, center), image.shape)
        coverage = coverage.with_seen(rect, image.shape)
    missed = tissue_cells(image.free, image.shape) & ~coverage.cells
    assert not missed.any()


@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
def test_no_tile_shows_air_alone(view):
    image = image_of(view)
    centers = tiles(image.free, image.shape, (200, 150), align_of(view))
    whole_image = -(-1100 // (200 - OVERLAP_PX)) * -(-830 // (150 - OVERLAP_PX))
    assert len(centers) < 0.85 * whole_image
    for center in centers:
        assert image.free.shows(shown(image, view, (230, 180), center))


def test_tiles_begin_at_the_chest_wall_and_go_to_and_fro():
    for view, outwards in ((L_CC, 1), (R_CC, -1), (L_MLO, 1), (R_MLO, -1)):
        image = image_of(view)
        centers = tiles(image.free, image.shape, (300, 200), align_of(view))
        rows = sorted({row for row, _ in centers})
        assert [row for row, _ in centers] == sorted(row for row, _ in centers), "top down"
        for number, row in enumerate(rows):
            columns = [column for each, column in centers if each == row]
            direction = outwards if number % 2 == 0 else -outwards
            assert columns == sorted(columns, reverse=direction < 0)
        wall = 0 if outwards > 0 else image.shape[1]
        assert abs(abs(centers[0][1] - wall) - 100) < 2, "the first one touches the chest wall"


def test_neighbouring_tiles_overlap():
    image = image_of(L_CC)
    centers = tiles(image.free, image.shape, (300, 200), align_of(L_CC))
    rows = sorted({row for row, _ in centers})
    assert all(b - a <= 300 - OVERLAP_PX + 1e-6 for a, b in pairwise(rows))


def test_an_image_that_fits_is_one_tile_with_its_chest_wall_at_the_edge():
    image = image_of(R_MLO, 600, 400)
    (center,) = tiles(image.free, image.shape, (900, 700), align_of(R_MLO))
    viewport = shown(image, R_MLO, (900, 700), center)
    assert viewport.to_pane(0, 400)[1] == 700


def test_below_full_size_nothing_is_covered():
    assert full_size_part(Viewport(100, 100, 0.99, 0.0, 0.0), (500, 400)) is None
    assert full_size_part(Viewport(100, 80, 2.0, 10.0, 20.0), (500, 400)) == (10, 20, 60, 60)


def test_coverage_counts_cells_that_were_wholly_seen_and_no_others():
    nothing = Coverage.nothing((100, 70))  # 7 × 5 cells, the last ones cut by the border
    coverage = nothing.with_seen((8, 16, 64, 70), (100, 70))
    expected = np.zeros((7, 5), bool)
    expected[1:4, 1:] = True
    assert np.array_equal(coverage.cells, expected)
    assert coverage.with_seen((16, 16, 48, 48), (100, 70)) is coverage
    assert nothing.with_seen((0, 0, CELL_PX - 4, 70), (100, 70)) is nothing


def test_only_what_stayed_is_common_to_two_moments():
    assert common_part((0, 0, 10, 10), (5, 2, 20, 8)) == (5, 2, 10, 8)
    assert common_part((0, 0, 10, 10), (10, 0, 20, 10)) is None
    assert common_part(None, (0, 0, 1, 1)) is None


def test_tissue_cells_follow_the_breast_and_leave_air_out():
    image = image_of(R_CC)
    cells = tissue_cells(image.free, image.shape)
    pixels = image.pyramid.levels[0] > 0
    rows, columns = cells.shape
    padded = np.zeros((rows * CELL_PX, columns * CELL_PX), bool)
    padded[: pixels.shape[0], : pixels.shape[1]] = pixels
    true = padded.reshape(rows, CELL_PX, columns, CELL_PX).any(axis=(1, 3))
    assert (true & ~cells).sum() == 0
    assert (cells & ~true).sum() < 0.12 * true.sum()
