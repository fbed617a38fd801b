"""Measurements as values: what was drawn, and where, in stored pixels of one image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
"""(row, column), continuous stored pixels: pixel (i, j) covers [i, i + 1) × [j, j + 1)."""

LONGEST_WORDS = 120
MOST_POINTS = 1000
_OVAL_SIDES = 96
_SMOOTHED_PX = 0.5  # a freehand line leaves out points that lie this near to what remains
_PLACES = 2  # decimals of a pixel that are kept


class Kind(Enum):
    """What a measurement is; the value is its name in files."""

    LENGTH = "length"
    ANGLE = "angle"
    BOX = "box"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    FREEHAND = "freehand"
    ARROW = "arrow"
    TEXT = "text"

    @property
    def has_area(self) -> bool:
        """Whether it goes round something."""
        return self in (Kind.BOX, Kind.ELLIPSE, Kind.POLYGON, Kind.FREEHAND)

    @property
    def points(self) -> tuple[int, int]:
        """The least and the largest number of points it is made of."""
        if self in (Kind.POLYGON, Kind.FREEHAND):
            return 3, MOST_POINTS
        exactly = {Kind.ANGLE: 3, Kind.TEXT: 1}.get(self, 2)
        return exactly, exactly


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing drawn on an image.

    Attributes
    ----------
    points : ends of a length; end, vertex and end of an angle; opposite corners of a box or of
        the box around an ellipse; corners of a polygon; the line of a freehand region; tail and
        tip of an arrow; where a text stands.
    words : what the reader wrote beside it.
    """

    kind: Kind
    points: tuple[Point, ...]
    words: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it has all its points and measures something, or says something."""
        least, most = self.kind.points
        if not least <= len(self.points) <= most:
            return False
        if self.kind is Kind.TEXT:
            return bool(self.words)
        if self.kind is Kind.ANGLE:
            end, vertex, other = self.points
            return vertex not in (end, other)
        sides: list[float] = np.ptp(self.points, axis=0).tolist()
        return min(sides) > 0.0 if self.kind.has_area else max(sides) > 0.0

    def handles(self) -> tuple[Point, ...]:
        """The points by which it is taken and changed; a freehand line and a text have none."""
        if self.kind in (Kind.FREEHAND, Kind.TEXT):
            return ()
        if self.kind not in (Kind.BOX, Kind.ELLIPSE) or len(self.points) < 2:
            return self.points
        (top, left), (bottom, right) = self.points
        if self.kind is Kind.BOX:
            return (top, left), (top, right), (bottom, right), (bottom, left)
        row, column = (top + bottom) / 2.0, (left + right) / 2.0
        return (top, column), (row, right), (bottom, column), (row, left)

    def with_handle(self, index: int, point: Point) -> Measurement:
        """With one of its `handles` elsewhere."""
        if self.kind not in (Kind.BOX, Kind.ELLIPSE):
            points = list(self.points)
            points[index] = point
            return replace(self, points=tuple(points))
        (top, left), (bottom, right) = self.points
        row, column = point
        if self.kind is Kind.BOX:
            top, bottom = (row, bottom) if index in (0, 1) else (top, row)
            left, right = (column, right) if index in (0, 3) else (left, column)
        elif index in (0, 2):
            top, bottom = (row, bottom) if index == 0 else (top, row)
        else:
            left, right = (column, right) if index == 3 else (left, column)
        return replace(self, points=((top, left), (bottom, right)))

    def shifted(self, rows: float, columns: float) -> Measurement:
        """Moved as a whole."""
        moved = tuple((row + rows, column + columns) for row, column in self.points)
        return replace(self, points=moved)

    def kept(self) -> Measurement:
        """As it is kept: hundredths of a pixel, and no more of a freehand line than shows."""
        points = self.points
        if self.kind is Kind.FREEHAND:
            points = _smoothed(points)
        rounded = tuple((round(row, _PLACES), round(column, _PLACES)) for row, column in points)
        return replace(self, points=rounded)

    def outline(self) -> NDArray[np.float64]:
        """The line that is drawn, shape (n, 2), stored (row, column); closed round an area."""
        points = np.asarray(self.points, dtype=np.float64).reshape(-1, 2)
        if self.kind not in (Kind.BOX, Kind.ELLIPSE) or len(points) < 2:
            return points
        if self.kind is Kind.BOX:
            return np.asarray(self.handles())
        turns = np.linspace(0.0, 2.0 * math.pi, _OVAL_SIDES, endpoint=False)
        middle, half = points.mean(axis=0), (points[1] - points[0]) / 2.0
        oval: NDArray[np.float64] = middle + half * np.stack([np.sin(turns), np.cos(turns)], 1)
        return oval


def inside_image(point: Point, shape: tuple[int, int]) -> Point:
    """The point of an image of `shape` that is nearest: nothing is measured off it."""
    row, column = point
    return min(max(row, 0.0), float(shape[0])), min(max(column, 0.0), float(shape[1]))


def constrained(kind: Kind, start: Point, to: Point) -> Point:
    """Where Shift leads: sides of equal length, else lines along a side or a diagonal of the
    image, as near to `to` as that allows."""
    down, across = to[0] - start[0], to[1] - start[1]
    if kind in (Kind.BOX, Kind.ELLIPSE):
        side = max(abs(down), abs(across))
        return start[0] + math.copysign(side, down), start[1] + math.copysign(side, across)
    step = math.pi / 4.0
    turn = round(math.atan2(down, across) / step) * step
    along = down * math.sin(turn) + across * math.cos(turn)
    return start[0] + along * math.sin(turn), start[1] + along * math.cos(turn)


def clean_words(words: str) -> str:
    """What a reader typed, as kept: printable, single spaces, not too long."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(printable.split())[:LONGEST_WORDS].strip()


def _smoothed(points: Sequence[Point]) -> tuple[Point, ...]:
    line = np.asarray(points, dtype=np.float32)[:, None]
    allowed = _SMOOTHED_PX
    while True:
        simple = cv2.approxPolyDP(line, allowed, closed=True)[:, 0]
        if len(simple) <= MOST_POINTS:
            break
        allowed *= 2.0
    if len(simple) < 3:
        return tuple(points[:MOST_POINTS])
    return tuple((float(row), float(column)) for row, column in simple)
