"""The region of a cluster, and regions of the same size that hold none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.errors import NotApplicableError
from models.geometry import Affine, Box
from models.microcalcification.laying import LyingLeft
from models.microcalcification.results import Cluster, Speck
from models.microcalcification.roi import Span, Surroundings, cut, stretched

# A region without specks has tissue on at least this part of it.
_MOSTLY_TISSUE = 0.9


def region_of(
    cluster: Cluster, laid: LyingLeft, around: Surroundings
) -> tuple[NDArray[np.uint8], Box]:
    """What a classifier reads of a cluster, and where it lies in the image that lies left.

    Raises
    ------
    NotApplicableError : no region can be cut there.
    """
    corners = laid.to_source.inverse().points(cluster.hull)
    (top, left), (bottom, right) = np.rint([corners.min(axis=0), corners.max(axis=0)]).astype(int)
    # The reference counts from the first pixel to the last.
    return cut(around, Span(int(top), int(bottom) - 1), Span(int(left), int(right) - 1))


def plain_regions(
    specks: Sequence[Speck], side: int, laid: LyingLeft, around: Surroundings, count: int
) -> list[NDArray[np.uint8]]:
    """Up to `count` squares of tissue without a speck, evenly spread over the breast.

    Parameters
    ----------
    side : of the squares, in pixels.

    Returns
    -------
    Each of shape (side, side), uint8, stretched as a cluster's region is; none where the image
    has no such place.
    """
    marked = _marked(specks, laid.to_source, around.image.shape)
    found = []
    for row in range(0, around.image.shape[0] - side + 1, side):
        for column in range(0, around.image.shape[1] - side + 1, side):
            place = slice(row, row + side), slice(column, column + side)
            if not marked[place].any() and around.tissue[place].mean() >= _MOSTLY_TISSUE:
                found.append(place)
    chosen = np.linspace(0, len(found) - 1, min(count, len(found))).round().astype(int)
    regions = []
    for number in chosen.tolist():
        try:
            regions.append(stretched(around.image[found[number]]))
        except NotApplicableError:  # all of one grey, and so no tissue
            continue
    return regions


def _marked(
    specks: Sequence[Speck], to_source: Affine, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Where the specks' centres are, in the image that lies left."""
    marked = np.zeros(shape, dtype=np.bool_)
    if specks:
        places = np.array([(speck.row, speck.column) for speck in specks])
        rows, columns = np.floor(to_source.inverse().points(places)).astype(int).T
        marked[rows, columns] = True
    return marked
