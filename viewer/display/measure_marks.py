"""Measurements drawn over an image, for the window and for pages alike.

One thin line with a dark rim, which hides little; the one that is selected has square handles, the
one that the cursor can take is thicker and has open ones, so that colour says nothing alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine, Box
from viewer.display.air import FreeAir
from viewer.display.colours import ACCENT, TEXT, bgr
from viewer.display.marks import MarkSize, fixed_point, stroke
from viewer.display.measure_labels import Label, Placing, extent, place_labels, sizes_of
from viewer.display.measurement import Kind, Measurement
from viewer.display.text import draw_text, line_height
from viewer.display.viewport import Viewport

_TICK_PX, _HANDLE_PX, _HEAD_PX, _DOT_PX, _ARC_PX = 5.0, 3.5, 12.0, 2.5, 22.0
_HEAD_ANGLE = math.radians(25.0)
_MARGIN_PX, _HALO_PX = 16, 3
_INSIDE: tuple[int, int, int, int] = (0, 0, 0, 255)

Points = NDArray[np.float64]
Part = tuple[NDArray[np.uint8], tuple[int, int]]
"""Pixels, shape (rows, columns, 4), uint8, premultiplied BGRA, and (y, x) of their corner."""


@dataclass(frozen=True, slots=True)
class DrawnMeasurement:
    """A measurement, the words beside it, and how it is drawn.

    Attributes
    ----------
    selected : its handles are drawn; hovered : a press would take it.
    """

    measurement: Measurement
    lines: tuple[str, ...]
    selected: bool = False
    hovered: bool = False


def measurement_parts(
    drawn: Sequence[DrawnMeasurement],
    to_hung: Affine,
    viewport: Viewport,
    size: MarkSize | None = None,
    taken: Sequence[Box] = (),
    free: FreeAir | None = None,
) -> list[Part]:
    """The pixels of the measurements of an image, in parts as small as they are, which cost less
    to lay over a pane than all of it; to be laid in this order.

    Parameters
    ----------
    to_hung : map from stored to hung pixels.
    taken : rectangles of the pane where other words stand, device pixels.
    free : where the hung image holds no tissue, which words prefer.
    """
    size = size or MarkSize()
    to_pane = to_hung.then(viewport.affine)
    pane = viewport.height, viewport.width
    shown = [(each, _placing(each, to_pane)) for each in drawn]
    shown = [(each, placing) for each, placing in shown if _is_near(placing, pane)]
    tissue = None if free is None else partial(_on_tissue, free, viewport)
    labels = place_labels([placing for _, placing in shown], pane, size, taken, tissue)
    parts = [_lines(each, placing, size, to_pane, pane) for each, placing in shown]
    parts += [_words(label, size, pane) for label in labels if label is not None]
    return [part for part in parts if part[0].size]


def _lines(
    each: DrawnMeasurement,
    placing: Placing,
    size: MarkSize,
    to_pane: Affine,
    pane: tuple[int, int],
) -> Part:
    margin = round(_MARGIN_PX * size.text_px / 14.0)
    low = np.maximum(np.floor(placing.line.min(axis=0)) - margin, 0).astype(int)
    high = np.minimum(np.ceil(placing.line.max(axis=0)) + margin, pane).astype(int)
    layer = np.zeros((*np.maximum(high - low, 0), 4), dtype=np.uint8)
    if layer.size:
        corner = low.astype(np.float64)
        moved = replace(placing, line=placing.line - corner, points=placing.points - corner)
        _draw(layer, each, moved, size, to_pane, corner)
    return layer, (int(low[0]), int(low[1]))


def _words(label: Label, size: MarkSize, pane: tuple[int, int]) -> Part:
    """A label, as far as the pane reaches."""
    pixels = _label_pixels(label.lines, size)
    top, left = label.box.row - _HALO_PX, label.box.column - _HALO_PX
    y, x = max(top, 0), max(left, 0)
    return pixels[y - top : pane[0] - top, x - left : pane[1] - left], (y, x)


@lru_cache(maxsize=256)
def _label_pixels(lines: tuple[str, ...], size: MarkSize) -> NDArray[np.uint8]:
    """The words of a label with a margin for their rim, read-only."""
    high, wide = extent(lines, size)
    pixels = np.zeros((high + 2 * _HALO_PX, wide + 2 * _HALO_PX, 4), dtype=np.uint8)
    y = _HALO_PX
    for number, (words, px) in enumerate(zip(lines, sizes_of(lines, size), strict=True)):
        draw_text(pixels, words, y, _HALO_PX, px, TEXT if number else ACCENT, halo=True)
        y += line_height(px)
    pixels.flags.writeable = False
    return pixels


def _on_tissue(free: FreeAir, viewport: Viewport, points: Points) -> NDArray[np.bool_]:
    return free.hold(viewport.affine.inverse().points(points))


def _placing(each: DrawnMeasurement, to_pane: Affine) -> Placing:
    one = each.measurement
    points = to_pane.points(np.asarray(one.points, dtype=np.float64).reshape(-1, 2))
    line = to_pane.points(one.outline())
    if one.kind is Kind.BOX:  # its sides on whole pixels, so that they are sharp
        line = np.floor(line) + 0.5
    return Placing(one, line, points, each.lines)


def _is_near(placing: Placing, pane: tuple[int, int]) -> bool:
    """Whether any of it may lie in the pane."""
    if len(placing.line) == 0:
        return False
    low, high = placing.line.min(axis=0), placing.line.max(axis=0)
    return bool((high >= 0.0).all() and (low <= np.array(pane)).all())


def _draw(
    layer: NDArray[np.uint8],
    each: DrawnMeasurement,
    placing: Placing,
    size: MarkSize,
    to_pane: Affine,
    corner: Points,
) -> None:
    kind, factor = each.measurement.kind, size.text_px / 14.0
    width = size.line_px if each.hovered else size.truth_px
    lines = [placing.line, *_ornaments(kind, placing, factor)]
    closed = kind.has_area and len(placing.line) > 2
    stroke(layer, [fixed_point(lines[0])], ACCENT, width, closed=closed)
    stroke(layer, [fixed_point(line) for line in lines[1:]], ACCENT, width, closed=False)
    if kind is Kind.TEXT:
        _disc(layer, placing.points[0], _DOT_PX * factor)
    if each.selected or each.hovered:
        handles = np.asarray(each.measurement.handles(), dtype=np.float64).reshape(-1, 2)
        for handle in to_pane.points(handles) - corner:
            _square(layer, handle, _HANDLE_PX * factor, filled=each.selected)


def _ornaments(kind: Kind, placing: Placing, factor: float) -> list[Points]:
    """Ticks across the ends of a length, the head of an arrow, the arc of an angle."""
    points = placing.points
    if kind is Kind.LENGTH and len(points) == 2:
        along = _unit(points[1] - points[0])
        across = np.array([-along[1], along[0]]) * _TICK_PX * factor
        return [np.stack([end - across, end + across]) for end in points]
    if kind is Kind.ARROW and len(points) == 2:
        back = _unit(points[0] - points[1]) * _HEAD_PX * factor
        wings = [points[1] + _turned(back, turn) for turn in (_HEAD_ANGLE, -_HEAD_ANGLE)]
        return [np.stack([wings[0], points[1], wings[1]])]
    if kind is Kind.ANGLE and len(points) == 3:
        first, last = (_unit(points[end] - points[1]) for end in (0, 2))
        cross = float(first[0] * last[1] - first[1] * last[0])
        turn = math.atan2(cross, float(first @ last))
        radius = _ARC_PX * factor
        turns = np.linspace(0.0, turn, 16)
        return [np.stack([points[1] + radius * _turned(first, one) for one in turns])]
    return []


def _unit(vector: Points) -> Points:
    length = math.hypot(*vector)
    return np.zeros(2) if length == 0.0 else np.asarray(vector / length)


def _turned(vector: Points, turn: float) -> Points:
    """Turned in the direction in which `atan2` of a cross product of (y, x) vectors counts."""
    sine, cosine = math.sin(turn), math.cos(turn)
    y, x = float(vector[0]), float(vector[1])
    return np.array([y * cosine - x * sine, y * sine + x * cosine])


def _disc(layer: NDArray[np.uint8], at: Points, radius: float) -> None:
    centre = fixed_point(at[None])[0]
    for ink, more in ((_INSIDE, 1.5), ((*bgr(ACCENT), 255), 0.0)):
        cv2.circle(layer, centre.tolist(), round((radius + more) * 16), ink, -1, cv2.LINE_AA, 4)


def _square(layer: NDArray[np.uint8], at: Points, half: float, *, filled: bool) -> None:
    """A handle: whole pixels, so that it is square at every zoom."""
    y, x = (round(float(value) - 0.5) for value in at)
    side = round(half)
    corners = (x - side, y - side), (x + side, y + side)
    cv2.rectangle(layer, (x - side - 1, y - side - 1), (x + side + 1, y + side + 1), _INSIDE, -1)
    cv2.rectangle(layer, *corners, (*bgr(ACCENT), 255), -1 if filled else 1)
