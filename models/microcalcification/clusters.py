"""From a mask to single calcifications, and from those to clusters.

A cluster is what single linkage at 10 mm leaves together, if it has three specks or more: every
speck of it has another within 10 mm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay
from scipy.spatial.distance import pdist

from models.geometry import Affine
from models.microcalcification.results import THRESHOLD, Cluster, Speck

LINK_MM = 10.0
FEWEST_SPECKS = 3
# Where a file is silent about its pixels: a mammogram is about 24 cm high, so that this part of
# its height is about 10 mm.
LINK_PART_OF_HEIGHT = 1 / 24
_MM2_IN_CM2 = 100.0


@dataclass(frozen=True, slots=True)
class Ruler:
    """How far apart source pixels are, and what counts as near.

    Attributes
    ----------
    spacing : (row, column): mm in the breast, or 1.0 each where nobody states it.
    link : longest distance between neighbours in a cluster, in the unit of `spacing`.
    in_mm : whether that unit is the millimetre; pixels otherwise.
    """

    spacing: tuple[float, float]
    link: float
    in_mm: bool


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """The specks of a map.

    Attributes
    ----------
    labels : ndarray, shape of the map, int32: 0, or 1 and the place in `specks`.
    """

    labels: NDArray[np.int32]
    specks: tuple[Speck, ...]


def ruler_of(
    spacing_mm: tuple[float, float] | None, magnification: float, height_px: int
) -> Ruler:
    """Measure in the breast where spacing at the detector is stated, else by the image's height.

    Parameters
    ----------
    height_px : rows of the image as it hangs.
    """
    if spacing_mm is None:
        return Ruler((1.0, 1.0), height_px * LINK_PART_OF_HEIGHT, in_mm=False)
    row, column = (each / magnification for each in spacing_mm)
    return Ruler((row, column), LINK_MM, in_mm=True)


def find_specks(probability: NDArray[np.float32], to_source: Affine) -> Marked:
    """Pixels at or above the threshold that touch each other, also by a corner.

    Parameters
    ----------
    probability : ndarray, shape (h, w), float32, 0 … 1.
    to_source : map from its cells to source pixels.
    """
    mask = (probability >= THRESHOLD).view(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    peaks = np.zeros(count, dtype=np.float32)
    marked = mask.view(bool)
    np.maximum.at(peaks, labels[marked], probability[marked])
    places = to_source.points(centres[1:, ::-1].astype(np.float64) + 0.5)
    specks = tuple(
        Speck(float(row), float(column), int(area), float(peak))
        for (row, column), area, peak in zip(
            places, stats[1:, cv2.CC_STAT_AREA], peaks[1:], strict=True
        )
    )
    return Marked(labels.astype(np.int32, copy=False), specks)


def find_clusters(marked: Marked, to_source: Affine, ruler: Ruler) -> tuple[Cluster, ...]:
    """Clusters without scores and regions, the one with most specks first.

    Parameters
    ----------
    to_source : map from the cells of the labels to source pixels.
    """
    spacing = np.array(ruler.spacing)
    places = np.array([(speck.row, speck.column) for speck in marked.specks]).reshape(-1, 2)
    groups = linked(places * spacing, ruler.link)
    members = _members(groups)
    clusters = []
    for group, corners in _corners(marked.labels, groups, len(members)):
        if len(members[group]) < FEWEST_SPECKS:
            continue
        outline = cv2.convexHull(corners)[:, 0, ::-1].astype(np.float64)
        hull = to_source.points(outline)
        clusters.append(_measured(members[group], hull, ruler))
    clusters.sort(key=lambda cluster: cluster.count, reverse=True)
    return tuple(clusters)


def linked(places: NDArray[np.float64], link: float) -> NDArray[np.intp]:
    """Single linkage: the number of the group of each point, points at most `link` apart joined.

    The edges of the Delaunay triangulation hold the shortest tree over all points, which decides
    who is joined; so no distance between far points is ever taken. Three points far outside keep
    the triangulation sound for few points and for points in a row.

    Parameters
    ----------
    places : ndarray, shape (n, 2), float64.

    Returns
    -------
    ndarray, shape (n,), numbers from 0 on.
    """
    if not len(places):
        return np.zeros(0, dtype=np.intp)
    points, inverse = np.unique(places, axis=0, return_inverse=True)
    reach = 10.0 * (np.ptp(points, axis=0).max() + link)
    outside = points.mean(axis=0) + reach * np.array([(-1.0, -1.0), (-1.0, 2.0), (2.0, -1.0)])
    triangles = Delaunay(np.concatenate((points, outside))).simplices
    edges = np.concatenate((triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]))
    edges = edges[(edges < len(points)).all(axis=1)]
    apart = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T)
    near = edges[apart <= link]
    graph = coo_array(
        (np.ones(len(near), dtype=np.bool_), (near[:, 0], near[:, 1])),
        shape=(len(points), len(points)),
    )
    _, groups = connected_components(graph, directed=False)
    found: NDArray[np.intp] = groups[inverse.reshape(-1)].astype(np.intp)
    return found


def _members(groups: NDArray[np.intp]) -> Sequence[tuple[int, ...]]:
    """The specks of each group, in order."""
    members: list[list[int]] = [[] for _ in range(int(groups.max(initial=-1)) + 1)]
    for speck, group in enumerate(groups.tolist()):
        members[group].append(speck)
    return [tuple(each) for each in members]


def _corners(
    labels: NDArray[np.int32], groups: NDArray[np.intp], count: int
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """For each group the corners of all its pixels, shape (4 n, 2), int32, (column, row)."""
    rows, columns = np.nonzero(labels)
    group_of = groups[labels[rows, columns] - 1]
    order = np.argsort(group_of, kind="stable")
    pixels = np.stack((columns[order], rows[order]), axis=1).astype(np.int32)
    ends = np.cumsum(np.bincount(group_of, minlength=count))
    around = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], dtype=np.int32)
    for group, own in enumerate(np.split(pixels, ends[:-1])[:count]):
        yield group, (own[:, None] + around).reshape(-1, 2)


def _measured(specks: tuple[int, ...], hull: NDArray[np.float64], ruler: Ruler) -> Cluster:
    extent_px = float(pdist(hull).max())
    if not ruler.in_mm:
        return Cluster(specks, _frozen(hull), extent_px)
    in_mm = hull * ruler.spacing
    rows, columns = in_mm.T
    area_mm2 = 0.5 * abs(
        float(np.dot(rows, np.roll(columns, 1)) - np.dot(columns, np.roll(rows, 1)))
    )
    return Cluster(
        specks,
        _frozen(hull),
        extent_px,
        extent_mm=float(pdist(in_mm).max()),
        density_per_cm2=len(specks) / area_mm2 * _MM2_IN_CM2,
    )


def _frozen(hull: NDArray[np.float64]) -> NDArray[np.float64]:
    hull.flags.writeable = False
    return hull
