"""The lines of all measurements of an image in a row, so that a zoom maps them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine
from viewer.display.measurement import Measurement

_STEP_PX, _MOST_STEPS = 4.0, 2000  # lines count as points this far apart

Points = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """The outlines of m measurements, those round an area back to where they begin.

    Attributes
    ----------
    points : shape (n, 2), hung (row, column), one outline after the other.
    first, last : shape (m,), where the first and the last point of each are in `points`.
    corners : shape (m,), how many points each has without the way back.
    along : shape (n,), the way to each point along its own outline and all before it, pixels.
    """

    points: Points
    first: Numbers
    last: Numbers
    corners: Numbers
    along: Points

    @classmethod
    def of(cls, measurements: Sequence[Measurement], to_hung: Affine) -> Outlines:
        """Outline measurements that have points.

        Parameters
        ----------
        to_hung : map from stored to hung pixels.
        """
        outlines = [one.outline() for one in measurements]
        rings = [
            np.concatenate([line, line[:1]]) if one.kind.has_area and len(line) > 2 else line
            for one, line in zip(measurements, outlines, strict=True)
        ]
        points = to_hung.points(np.concatenate([*rings, np.zeros((0, 2))]))
        lengths = np.array([len(ring) for ring in rings], dtype=np.intp)
        after = np.cumsum(lengths)
        steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
        steps[after[:-1]] = 1.0  # from one to the next, so that no two places are the same way off
        return cls(
            points=points,
            first=after - lengths,
            last=after - 1,
            corners=np.array([len(line) for line in outlines], dtype=np.intp),
            along=np.cumsum(steps),
        )

    def split(self, points: Points) -> list[Points]:
        """Views of `points`, mapped elsewhere: each outline without the way back."""
        return [points[n : n + k] for n, k in zip(self.first, self.corners, strict=True)]

    def ends(self, points: Points) -> tuple[Points, Points]:
        """The least and the largest coordinates of each outline, of `points` mapped elsewhere;
        both of shape (m, 2)."""
        return (
            np.minimum.reduceat(points, self.first, axis=0),
            np.maximum.reduceat(points, self.first, axis=0),
        )

    def sampled(self, scale: float) -> Points:
        """Points along all outlines, 4 device pixels apart or nearer, shape (k, 2), hung."""
        begin = self.along[self.first]
        length = self.along[self.last] - begin
        counts = np.minimum(np.ceil(length * scale / _STEP_PX), _MOST_STEPS).astype(np.intp) + 1
        step = length / np.maximum(counts - 1, 1)
        start = begin - step * (np.cumsum(counts) - counts)
        at = np.repeat(start, counts) + np.repeat(step, counts) * np.arange(counts.sum())
        rows, columns = self.points.T
        return np.stack([np.interp(at, self.along, each) for each in (rows, columns)], axis=1)
