"""Where the words of measurements stand: beside what they speak of, on nothing that matters."""

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
_STEP_PX, _MOST_STEPS = 4.0, 2000  # lines count as points this far apart
# In points covered: what a label must rather do than lie over another or leave the pane.
_OVER_WORDS, _OUTSIDE, _INSIDE, _ON_TISSUE, _PER_PLACE = 40.0, 400.0, 15.0, 1.5, 0.2

Tissue = Callable[[NDArray[np.float64]], NDArray[np.bool_]]
"""Which points (y, x) of the pane, shape (n, 2), show tissue, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of words in a rectangle of the pane, device pixels."""

    lines: tuple[str, ...]
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """A measurement in a pane.

    Attributes
    ----------
    line : shape (n, 2), (y, x) in device pixels: the line that is drawn.
    points : the same of its own points; lines : the words that want a place.
    """

    measurement: Measurement
    line: NDArray[np.float64]
    points: NDArray[np.float64]
    lines: tuple[str, ...]


def sizes_of(lines: Sequence[str], size: MarkSize) -> list[int]:
    """Height of the letters of each line: the first is the value."""
    return [size.text_px if n == 0 else round(_SMALL * size.text_px) for n in range(len(lines))]


def extent(lines: Sequence[str], size: MarkSize) -> tuple[int, int]:
    """(height, width) of a label."""
    sizes = sizes_of(lines, size)
    width = max(text_width(words, px) for words, px in zip(lines, sizes, strict=True))
    return sum(line_height(px) for px in sizes), width


def place_labels(
    placings: Sequence[Placing],
    pane: tuple[int, int],
    size: MarkSize,
    taken: Sequence[Box] = (),
    tissue: Tissue | None = None,
) -> list[Label | None]:
    """Find each label the place that covers least of what is drawn; a text stays where it is put.

    Parameters
    ----------
    pane : (height, width); taken : rectangles where other words stand.
    tissue : where words had rather not be.

    Returns
    -------
    one for each of `placings`; None for those without words.
    """
    lines = np.concatenate([_sampled(each) for each in placings] or [np.zeros((0, 2))])
    labels: list[Label | None] = []
    occupied = list(taken)
    for each in placings:
        if not each.lines:
            labels.append(None)
            continue
        high, wide = extent(each.lines, size)
        if each.measurement.kind is Kind.TEXT:
            box = text_box(each.lines, each.points[0], pane, size)
        else:
            surroundings = _Surroundings(each, lines, tuple(occupied), pane, tissue)
            box = surroundings.cheapest(_candidates(each, high, wide, _gap(size), pane))
        labels.append(Label(each.lines, box))
        occupied.append(box)
    return labels


def text_box(
    lines: Sequence[str], point: NDArray[np.float64], pane: tuple[int, int], size: MarkSize
) -> Box:
    """Where a text stands: right of its point, or left of it where the pane ends before."""
    high, wide = extent(lines, size)
    y, x, gap = round(float(point[0])), round(float(point[1])), _gap(size)
    left = x + gap if x + gap + wide <= pane[1] else x - gap - wide
    return Box(y - high // 2, left, high, wide)


def _gap(size: MarkSize) -> int:
    return round(_GAP_PX * size.text_px / 14.0)


def _candidates(each: Placing, high: int, wide: int, gap: int, pane: tuple[int, int]) -> list[Box]:
    """Beside what the words speak of, the likeliest first; at last inside its corners."""
    found = []
    for top, left, bottom, right in _anchors(each, pane):
        middle_y, middle_x = (top + bottom) / 2.0, (left + right) / 2.0
        centred_y, centred_x = middle_y - high / 2.0, middle_x - wide / 2.0
        after, before, below, above = right + gap, left - gap - wide, bottom + gap, top - gap
        for y, x in (
            (centred_y, after),
            (centred_y, before),
            (below, centred_x),
            (above - high, centred_x),
            (below, after),
            (above - high, after),
            (below, before),
            (above - high, before),
        ):
            found.append(Box(round(y), round(x), high, wide))
        inner_y, inner_x = bottom - gap - high, right - gap - wide
        for y, x in ((top + gap, left + gap), (top + gap, inner_x), (inner_y, left + gap)):
            found.append(Box(round(y), round(x), high, wide))
    return found


def _anchors(each: Placing, pane: tuple[int, int]) -> list[tuple[float, float, float, float]]:
    """(top, left, bottom, right) of what words stand beside, as far as the pane shows it."""
    kind, points = each.measurement.kind, each.points
    if kind is Kind.ARROW:
        anchors = [points[:1]]
    elif kind is Kind.LENGTH:
        anchors = [points[1:2], points[:1], points.mean(axis=0, keepdims=True)]
    elif kind is Kind.ANGLE:
        anchors = [points[1:2], points[2:3], points[:1]]
    else:
        anchors = [each.line]
    edge = np.array(pane, dtype=np.float64)
    boxes = []
    for anchor in anchors:
        if len(anchor):
            low, high = (
                np.clip(ends, 0.0, edge) for ends in (anchor.min(axis=0), anchor.max(axis=0))
            )
            boxes.append((float(low[0]), float(low[1]), float(high[0]), float(high[1])))
    return boxes


@dataclass(frozen=True, slots=True, eq=False)
class _Surroundings:
    """What the words of one measurement had rather not cover."""

    each: Placing
    lines: NDArray[np.float64]
    occupied: tuple[Box, ...]
    pane: tuple[int, int]
    tissue: Tissue | None

    def cheapest(self, places: Sequence[Box]) -> Box:
        """The place that covers least; of equals the first."""
        costs = self.costs(_corners(places)) + _PER_PLACE * np.arange(len(places))
        return places[int(costs.argmin())]

    def costs(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much a label would cover at each of some places, in points of lines.

        Parameters
        ----------
        places : shape (n, 4), (top, left, bottom, right). All at once, as this is in every frame.
        """
        area = np.prod(places[:, 2:] - places[:, :2], axis=1)
        cost = _covered(places, self.lines).astype(np.float64)
        inside = _common(places, np.array([[0.0, 0.0, *self.pane]]))[:, 0] / area
        cost += _OUTSIDE * (1.0 - inside)
        if self.occupied:
            shares = _common(places, _corners(self.occupied)) / area[:, None]
            cost += _OVER_WORDS * (shares + 0.25 * (shares > 0.0)).sum(axis=1)
        middles = (places[:, :2] + places[:, 2:]) / 2.0
        if self.each.measurement.kind.has_area:
            low, high = self.each.line.min(axis=0), self.each.line.max(axis=0)
            cost += _INSIDE * ((low < middles) & (middles < high)).all(axis=1)
        if self.tissue is not None:
            columns = np.stack([places[:, 1], middles[:, 1], places[:, 3]], axis=1)
            points = np.stack([np.repeat(middles[:, 0], 3), columns.ravel()], axis=1)
            cost += _ON_TISSUE * self.tissue(points).reshape(-1, 3).mean(axis=1)
        return cost


def _corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """Shape (n, 4): (top, left, bottom, right)."""
    return np.array(
        [(box.row, box.column, box.row + box.height, box.column + box.width) for box in boxes],
        dtype=np.float64,
    )


def _covered(places: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.intp]:
    """How many points lie in each of n rectangles, or two pixels from it."""
    low, high = places[:, :2] - 2.0, places[:, 2:] + 2.0
    near = ((points >= low.min(axis=0)) & (points <= high.max(axis=0))).all(axis=1)
    y, x = points[near].T
    inside = (y >= low[:, :1]) & (y <= high[:, :1]) & (x >= low[:, 1:]) & (x <= high[:, 1:])
    return np.asarray(np.count_nonzero(inside, axis=1))


def _common(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Device pixels that each of n rectangles shares with each of m, shape (n, m)."""
    ends = np.minimum(some[:, None, 2:], others[None, :, 2:])
    sides = ends - np.maximum(some[:, None, :2], others[None, :, :2])
    return np.asarray(np.maximum(sides, 0.0).prod(axis=2))


def _sampled(each: Placing) -> NDArray[np.float64]:
    """Points along a line, `_STEP_PX` apart or nearer."""
    line = each.line
    if each.measurement.kind.has_area and len(line) > 2:
        line = np.concatenate([line, line[:1]])
    if len(line) < 2:
        return line
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    count = min(int(along[-1] / _STEP_PX) + 2, _MOST_STEPS)
    at = np.linspace(0.0, along[-1], count)
    return np.stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)], axis=1)
