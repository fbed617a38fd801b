"""Specks and clusters are what anyone with a ruler would find."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.geometry import Affine
from models.microcalcification.clusters import (
    LINK_MM,
    Ruler,
    find_clusters,
    find_specks,
    linked,
    ruler_of,
)

IN_PLACE = Affine()


def by_hand(places: NDArray[np.float64], link: float) -> list[int]:
    """Single linkage the slow way: join whatever is near until nothing changes."""
    group = list(range(len(places)))
    for one, other in itertools.combinations(range(len(places)), 2):
        if math.dist(places[one], places[other]) <= link and group[one] != group[other]:
            old, new = group[other], group[one]
            group = [new if each == old else each for each in group]
    return group


def same_partition(one: list[int], other: list[int]) -> bool:
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


@pytest.mark.parametrize("count", [1, 2, 3, 10, 120])
@pytest.mark.parametrize("seed", range(4))
def test_linkage_is_single_linkage(count: int, seed: int) -> None:
    places = np.random.default_rng(seed).uniform(0, 100, (count, 2))
    found = linked(places, 9.0)
    assert same_partition(found.tolist(), by_hand(places, 9.0))


def test_linkage_copes_with_rows_grids_and_doubles() -> None:
    row = np.stack((np.zeros(9), np.array([0, 1, 2, 10, 11, 30, 31, 32, 33.0])), axis=1)
    assert same_partition(linked(row, 2.0).tolist(), by_hand(row, 2.0))
    grid = np.array(list(itertools.product(range(0, 50, 10), range(3))), dtype=np.float64)
    assert same_partition(linked(grid, 1.0).tolist(), by_hand(grid, 1.0))
    doubles = np.repeat(row, 2, axis=0)
    assert same_partition(linked(doubles, 2.0).tolist(), by_hand(doubles, 2.0))
    assert linked(np.zeros((0, 2)), 1.0).size == 0


def test_exactly_ten_millimetres_apart_are_still_neighbours() -> None:
    places = np.array([(0.0, 0.0), (10.0, 0.0), (20.1, 0.0)])
    assert same_partition(linked(places, 10.0).tolist(), [0, 0, 1])


def test_linking_a_hundred_thousand_specks_takes_seconds_and_little_memory() -> None:
    places = np.random.default_rng(1).uniform(0, 3000, (100_000, 2))
    assert linked(places, 143.0).max() == 0


def test_specks_are_connected_pixels_also_by_a_corner() -> None:
    probability = np.zeros((20, 30), dtype=np.float32)
    probability[3, 4] = 0.9
    probability[4, 5] = 0.7
    probability[10:12, 20:23] = 0.5
    probability[15, 2] = 0.499
    specks = find_specks(probability, IN_PLACE).specks
    assert [speck.area_px for speck in specks] == [2, 6]
    assert (specks[0].row, specks[0].column) == (4.0, 5.0)
    assert (specks[1].row, specks[1].column) == (11.0, 21.5)
    assert [speck.peak for speck in specks] == pytest.approx([0.9, 0.5])


def dots(*places: tuple[int, int], shape: tuple[int, int] = (400, 300)) -> NDArray[np.float32]:
    probability = np.zeros(shape, dtype=np.float32)
    for row, column in places:
        probability[row, column] = 0.8
    return probability


def test_a_cluster_needs_three_specks() -> None:
    ruler = Ruler((0.1, 0.1), LINK_MM, in_mm=True)
    marked = find_specks(dots((10, 10), (30, 10), (200, 10), (220, 20), (230, 40)), IN_PLACE)
    (cluster,) = find_clusters(marked, IN_PLACE, ruler)
    assert cluster.count == 3
    assert [marked.specks[each].row for each in cluster.specks] == [200.5, 220.5, 230.5]


def test_extent_hull_and_density_are_in_the_breast_s_millimetres() -> None:
    marked = find_specks(dots((100, 50), (159, 50), (100, 89)), IN_PLACE)
    ruler = ruler_of((0.2, 0.1), magnification=2.0, height_px=400)
    assert ruler == Ruler((0.1, 0.05), 10.0, in_mm=True)
    (cluster,) = find_clusters(marked, IN_PLACE, ruler)
    corners = {tuple(corner) for corner in cluster.hull.tolist()}
    assert corners == {(100, 50), (160, 50), (160, 51), (101, 90), (100, 90)}
    assert cluster.extent_px == pytest.approx(math.hypot(60, 40))
    assert cluster.extent_mm == pytest.approx(math.hypot(6.0, 2.0))
    # A rectangle of 60 × 40 less the triangle of 59 × 39 that the hull leaves out.
    area_cm2 = (60 * 40 - 59 * 39 / 2) * 0.1 * 0.05 / 100
    assert cluster.density_per_cm2 == pytest.approx(3 / area_cm2)


def test_without_spacing_a_part_of_the_height_is_near_enough() -> None:
    ruler = ruler_of(None, magnification=1.0, height_px=2400)
    assert ruler.link == pytest.approx(100)
    near = find_specks(dots((10, 10), (109, 10), (208, 10)), IN_PLACE)
    (cluster,) = find_clusters(near, IN_PLACE, ruler)
    assert (cluster.extent_mm, cluster.density_per_cm2) == (None, None)
    far = find_specks(dots((10, 10), (111, 10), (212, 10)), IN_PLACE)
    assert find_clusters(far, IN_PLACE, ruler) == ()


def test_unequal_spacing_counts_in_each_direction() -> None:
    ruler = Ruler((1.0, 0.1), LINK_MM, in_mm=True)
    across = find_specks(dots((5, 10), (5, 100), (5, 190)), IN_PLACE)
    assert len(find_clusters(across, IN_PLACE, ruler)) == 1
    down = find_specks(dots((10, 5), (100, 5), (190, 5)), IN_PLACE)
    assert find_clusters(down, IN_PLACE, ruler) == ()


def test_hulls_and_specks_lie_where_the_map_puts_them() -> None:
    mirrored = Affine(r0=1000.0, cc=-1.0, c0=2000.0)
    marked = find_specks(dots((100, 50), (159, 50), (100, 89)), mirrored)
    assert (marked.specks[0].row, marked.specks[0].column) == (1100.5, 1949.5)
    (cluster,) = find_clusters(marked, mirrored, Ruler((1.0, 1.0), 100, in_mm=False))
    assert {tuple(corner) for corner in cluster.hull.tolist()} == {
        (1100, 1950),
        (1160, 1950),
        (1160, 1949),
        (1101, 1910),
        (1100, 1910),
    }
    assert not cluster.hull.flags.writeable


def test_the_largest_cluster_comes_first() -> None:
    ruler = Ruler((1.0, 1.0), 15, in_mm=False)
    few, many = [(10, 10), (20, 10), (30, 10)], [(300, 100 + 10 * each) for each in range(5)]
    found = find_clusters(find_specks(dots(*few, *many), IN_PLACE), IN_PLACE, ruler)
    assert [cluster.count for cluster in found] == [5, 3]


def test_an_empty_map_has_neither() -> None:
    marked = find_specks(dots(), IN_PLACE)
    assert marked.specks == ()
    assert find_clusters(marked, IN_PLACE, Ruler((1.0, 1.0), 15, in_mm=False)) == ()
