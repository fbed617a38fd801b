"""Where the words of measurements stand: beside what they speak of, on nothing that matters.

All of it is in device pixels from the corner of the image, so that it holds wherever a pane looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.geometry import Box
from viewer.display.marks import MarkSize
from viewer.display.measurement import Kind, Measurement
from viewer.display.text import line_height, text_width

_GAP_PX = 10  # between a line and its words, at the usual size
_SMALL = 0.86  # how large the explaining lines are beside the main one
# In points covered: what a label must rather do than lie over another or leave the pane.
_OVER_WORDS, _OUTSIDE, _INSIDE, _ON_TISSUE, _PER_PLACE = 40.0, 400.0, 15.0, 1.5, 0.2
_NEAR = np.array([-2.0, -2.0, 2.0, 2.0], dtype=np.float32)  # this far from a line
# Where words stand along one axis of what they speak of: the part of it from which is counted,
# how many gaps from there, and how many of their own sides.
_CENTRED, _AFTER, _BEFORE = (0.5, 0.0, -0.5), (1.0, 1.0, 0.0), (0.0, -1.0, -1.0)
_FIRST, _LAST = (0.0, 1.0, 0.0), (1.0, -1.0, -1.0)  # inside its ends
# Shape (11, 2, 3): down and across, the likeliest place first; at last inside its corners.
_PLACES = np.array(
    [
        (_CENTRED, _AFTER),
        (_CENTRED, _BEFORE),
        (_AFTER, _CENTRED),
        (_BEFORE, _CENTRED),
        (_AFTER, _AFTER),
        (_BEFORE, _AFTER),
        (_AFTER, _BEFORE),
        (_BEFORE, _BEFORE),
        (_FIRST, _FIRST),
        (_FIRST, _LAST),
        (_LAST, _FIRST),
    ]
)
_PARTS, _GAPS, _SIDES = np.ascontiguousarray(np.moveaxis(_PLACES, -1, 0))  # (11, 2) each

Points = NDArray[np.float64]
Edges = tuple[float, float, float, float]
"""(top, left, bottom, right) of a rectangle."""
Tissue = Callable[[Points], NDArray[np.bool_]]
"""Which points (y, x), shape (n, 2), show tissue, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of words in a rectangle, device pixels."""

    lines: tuple[str, ...]
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """A measurement and its words.

    Attributes
    ----------
    line : shape (n, 2), n ≥ 1, (y, x) in device pixels: the line that is drawn.
    lines : the words that want a place.
    """

    measurement: Measurement
    line: Points
    lines: tuple[str, ...]

    @property
    def anchors(self) -> list[Edges]:
        """What the words stand beside."""
        kind, line = self.measurement.kind, self.line
        if kind.has_area or len(line) == 1:
            top, left = np.minimum.reduce(line).tolist()
            bottom, right = np.maximum.reduce(line).tolist()
            return [(top, left, bottom, right)]
        points = line.tolist()
        if kind is Kind.ARROW:
            points = points[:1]
        elif kind is Kind.LENGTH:
            (y, x), (other_y, other_x) = points
            points = [(other_y, other_x), (y, x), ((y + other_y) / 2.0, (x + other_x) / 2.0)]
        else:  # the vertex of an angle, and its ends
            points = [points[1], *points[2:], points[0]]
        return [(y, x, y, x) for y, x in points]


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where the words of one measurement may stand, and what they cover there of the image.

    Attributes
    ----------
    beside : what they stand beside, as far as it is seen.
    corners : shape (n, 4), `Edges`; costs : shape (n,), in points of lines.
    """

    beside: list[Edges]
    corners: Points
    costs: Points

    def cheapest(self, pane: Edges, words: Sequence[Edges]) -> Edges:
        """The place that covers least, of the image and of other words; of equals the first."""
        best = _edges_at(self.corners, self.costs)
        # Nothing is cheaper than the cheapest without words if there are none in its way.
        if _clipped(best, pane) == best and not any(_overlap(best, other) for other in words):
            return best
        shares = _shares(self.corners, [pane, *words])
        over = shares[:, 1:]
        costs = self.costs + _OUTSIDE * (1.0 - shares[:, 0])
        return _edges_at(
            self.corners, costs + _OVER_WORDS * (over + 0.25 * (over > 0.0)).sum(axis=1)
        )


def sizes_of(lines: Sequence[str], size: MarkSize) -> list[int]:
    """Height of the letters of each line: the first is the value."""
    return [size.text_px if n == 0 else round(_SMALL * size.text_px) for n in range(len(lines))]


def extent(lines: Sequence[str], size: MarkSize) -> tuple[int, int]:
    """(height, width) of a label."""
    sizes = sizes_of(lines, size)
    width = max(text_width(words, px) for words, px in zip(lines, sizes, strict=True))
    return sum(line_height(px) for px in sizes), width


def text_box(lines: Sequence[str], point: Points, end: float, size: MarkSize) -> Box:
    """Where a text stands: right of its point, or left where the pane has its `end` before."""
    high, wide = extent(lines, size)
    (y, x), gap = np.floor(point + 0.5).astype(int).tolist(), _gap(size)
    left = x + gap if x + gap + wide <= end else x - gap - wide
    return Box(y - high // 2, left, high, wide)


class Labels:
    """Finds each label the place that covers least of what is drawn; a text stays where it is put.

    What a label covers of lines and tissue is the same wherever a pane looks, as long as the pane
    shows all of what the words stand beside, and is found once.
    """

    def __init__(
        self,
        placings: Sequence[Placing],
        points: Points,
        size: MarkSize,
        tissue: Tissue | None = None,
    ) -> None:
        """Take in what is drawn at one zoom.

        Parameters
        ----------
        points : shape (n, 2), along the lines of all measurements, which words had rather not
            cover; tissue : where they had rather not be.
        """
        self._placings, self._size, self._tissue = tuple(placings), size, tissue
        self._anchors = [each.anchors for each in self._placings]
        self._points = np.ascontiguousarray(points.T, dtype=np.float32)
        self._known: dict[int, _Places] = {}

    def placed(self, which: Sequence[int], pane: Box, taken: Sequence[Box] = ()) -> list[Label]:
        """The labels of some of the measurements, as far as these have words, in their order.

        Parameters
        ----------
        pane : what is seen; taken : rectangles where other words stand.
        """
        edges, words = _edges(pane), [_edges(box) for box in taken]
        worded = [number for number in which if self._placings[number].lines]
        texts = [n for n in worded if self._placings[n].measurement.kind is Kind.TEXT]
        self._look_round([n for n in worded if n not in texts], edges)
        labels = []
        for number in worded:
            each = self._placings[number]
            if number in texts:
                box = text_box(each.lines, each.line[0], edges[3], self._size)
            else:
                top, left, bottom, right = map(int, self._known[number].cheapest(edges, words))
                box = Box(top, left, bottom - top, right - left)
            labels.append(Label(each.lines, box))
            words.append(_edges(box))
        return labels

    def _look_round(self, numbers: Sequence[int], pane: Edges) -> None:
        """Know the places of the words of some measurements in a pane."""
        seen = {}
        for number in numbers:
            known = self._known.get(number)
            beside = [_clipped(anchor, pane) for anchor in self._anchors[number]]
            if known is None or known.beside != beside:
                seen[number] = beside
        if not seen:
            return
        anchors, sizes = [], []
        for number, beside in seen.items():
            anchors += beside
            sizes += [extent(self._placings[number].lines, self._size)] * len(beside)
        corners = _corners(anchors, sizes, _gap(self._size))
        costs = self._on_tissue(corners)
        first = 0
        for number, beside in seen.items():
            own = slice(first, first + len(beside) * len(_PLACES))
            places = _Places(beside, corners[own], self._costs(number, corners[own]) + costs[own])
            self._known[number] = places
            first = own.stop

    def _costs(self, number: int, places: Points) -> Points:
        """What the words of a measurement cost at n places, on lines and in the way, (n,)."""
        costs = _covered(places, self._points) + _PER_PLACE * np.arange(len(places))
        if self._placings[number].measurement.kind.has_area:
            costs += _INSIDE * _have_middles(self._anchors[number][0], places)
        return costs

    def _on_tissue(self, places: Points) -> Points:
        """What it costs to lie on tissue, shape (n, 4) → (n,)."""
        if self._tissue is None:
            return np.zeros(len(places))
        y = (places[:, 0] + places[:, 2]) / 2.0
        left, right = places[:, 1], places[:, 3]
        columns = np.concatenate([left, (left + right) / 2.0, right])
        points = np.stack([np.concatenate([y, y, y]), columns], axis=1)
        found = np.add.reduce(self._tissue(points).reshape(3, -1), axis=0, dtype=np.float64)
        return np.asarray(found * (_ON_TISSUE / 3.0))


def _gap(size: MarkSize) -> int:
    return round(_GAP_PX * size.text_px / 14.0)


def _clipped(some: Edges, pane: Edges) -> Edges:
    """As far as a pane shows it, else its nearest point."""
    top, left, bottom, right = pane
    return (
        min(max(some[0], top), bottom),
        min(max(some[1], left), right),
        min(max(some[2], top), bottom),
        min(max(some[3], left), right),
    )


def _corners(anchors: Sequence[Edges], sizes: Sequence[tuple[int, int]], gap: int) -> Points:
    """The places beside m anchors of labels that are as large, shape (m · 11, 4), whole pixels."""
    ends, own = np.array(anchors)[:, None], np.array(sizes)[:, None]
    low, along = ends[..., :2], ends[..., 2:] - ends[..., :2]
    # Halves always go up: rounded to even, words would jump while a pane moves.
    first = np.floor(low + along * _PARTS + (gap * _GAPS + 0.5) + own * _SIDES)
    return np.concatenate([first, first + own], axis=2).reshape(-1, 4)


def _edges(box: Box) -> Edges:
    return box.row, box.column, box.row + box.height, box.column + box.width


def _covered(places: Points, points: NDArray[np.float32]) -> Points:
    """How many points, shape (2, m), lie in each of n rectangles, or two pixels from it."""
    edges = places.astype(np.float32) + _NEAR
    first, last = np.minimum.reduce(edges), np.maximum.reduce(edges)
    y, x = points
    near = (y >= first[0]) & (y <= last[2]) & (x >= first[1]) & (x <= last[3])
    y, x = y[near], x[near]
    top, left, bottom, right = edges.T[..., None]
    inside = (y >= top) & (y <= bottom) & (x >= left) & (x <= right)
    return np.asarray(np.count_nonzero(inside, axis=1), dtype=np.float64)


def _have_middles(area: Edges, places: Points) -> NDArray[np.bool_]:
    """Which of n places have their middle inside an area."""
    y, x = (places[:, :2] + places[:, 2:]).T / 2.0
    return np.asarray((area[0] < y) & (y < area[2]) & (area[1] < x) & (x < area[3]))


def _edges_at(places: Points, costs: Points) -> Edges:
    top, left, bottom, right = places[costs.argmin()].tolist()
    return top, left, bottom, right


def _overlap(some: Edges, other: Edges) -> bool:
    return some[0] < other[2] and other[0] < some[2] and some[1] < other[3] and other[1] < some[3]


def _shares(places: Points, others: Sequence[Edges]) -> Points:
    """The part of each of n rectangles that lies in each of m, shape (n, m)."""
    edges = np.array(others)
    ends = np.minimum(places[:, None, 2:], edges[:, 2:])
    sides = np.maximum(ends - np.maximum(places[:, None, :2], edges[:, :2]), 0.0)
    own = places[:, 2:] - places[:, :2]
    return np.asarray(sides[..., 0] * sides[..., 1] / (own[:, :1] * own[:, 1:]))
