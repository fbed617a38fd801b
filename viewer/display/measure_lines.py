"""The lines of measurements as pixels.

One thin line with a dark rim, which hides little; the one that is selected has square handles, the
one that the cursor can take is thicker and has open ones, so that colour says nothing alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine, Box
from viewer.display.colours import ACCENT, bgr
from viewer.display.marks import MarkSize, fixed_point, stroke
from viewer.display.measurement import Kind, Measurement

_TICK_PX, _HANDLE_PX, _HEAD_PX, _DOT_PX, _ARC_PX = 5.0, 3.5, 12.0, 2.5, 22.0
_HEAD = np.radians([25.0, -25.0])
_ARC = np.linspace(0.0, 1.0, 16)
_MARGIN_PX = 16
_INSIDE: tuple[int, int, int, int] = (0, 0, 0, 255)

Points = NDArray[np.float64]


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


def margin_px(size: MarkSize) -> int:
    """How far ticks, heads, arcs and handles reach beyond a line at most."""
    return round(_MARGIN_PX * size.text_px / 14.0)


def line_pixels(
    each: DrawnMeasurement, line: Points, from_stored: Affine, size: MarkSize, box: Box
) -> NDArray[np.uint8]:
    """A measurement without its words, shape (box.height, box.width, 4), uint8, premultiplied
    BGRA, read-only.

    Parameters
    ----------
    line : shape (n, 2), (y, x), device pixels; box : the part of these that is drawn.
    from_stored : map from stored pixels to them.
    """
    pixels = np.zeros((box.height, box.width, 4), dtype=np.uint8)
    corner = np.array([box.row, box.column], dtype=np.float64)
    kind, factor, line = each.measurement.kind, size.text_px / 14.0, line - corner
    width = size.line_px if each.hovered else size.truth_px
    stroke(pixels, [fixed_point(line)], ACCENT, width, closed=kind.has_area and len(line) > 2)
    ornaments = [fixed_point(one) for one in _ornaments(kind, line, factor)]
    if ornaments:
        stroke(pixels, ornaments, ACCENT, width, closed=False)
    if kind is Kind.TEXT:
        _disc(pixels, line[0], _DOT_PX * factor)
    if each.selected or each.hovered:
        handles = np.asarray(each.measurement.handles(), dtype=np.float64).reshape(-1, 2)
        for handle in from_stored.points(handles) - corner:
            _square(pixels, handle, _HANDLE_PX * factor, filled=each.selected)
    pixels.flags.writeable = False
    return pixels


def _ornaments(kind: Kind, line: Points, factor: float) -> list[Points]:
    """Ticks across the ends of a length, the head of an arrow, the arc of an angle."""
    if kind is Kind.LENGTH and len(line) == 2:
        y, x = _unit(line[1] - line[0]) * _TICK_PX * factor
        across = np.array([[x, -y], [-x, y]])
        return [end + across for end in line]
    if kind is Kind.ARROW and len(line) == 2:
        back = _unit(line[0] - line[1]) * _HEAD_PX * factor
        wings = line[1] + _turned(back, _HEAD)
        return [np.stack([wings[0], line[1], wings[1]])]
    if kind is Kind.ANGLE and len(line) == 3:
        first, last = _unit(line[0] - line[1]), _unit(line[2] - line[1])
        cross = float(first[0] * last[1] - first[1] * last[0])
        turn = math.atan2(cross, float(first @ last))
        return [line[1] + _ARC_PX * factor * _turned(first, turn * _ARC)]
    return []


def _unit(vector: Points) -> Points:
    length = math.hypot(*vector)
    return np.zeros(2) if length == 0.0 else np.asarray(vector / length)


def _turned(vector: Points, turns: Points) -> Points:
    """Turned in the direction in which `atan2` of a cross product of (y, x) vectors counts, by
    each of n angles, shape (n, 2)."""
    sine, cosine = np.sin(turns), np.cos(turns)
    y, x = vector
    return np.stack([y * cosine - x * sine, y * sine + x * cosine], axis=1)


def _disc(layer: NDArray[np.uint8], at: Points, radius: float) -> None:
    centre = fixed_point(at[None])[0]
    for ink, more in ((_INSIDE, 1.5), ((*bgr(ACCENT), 255), 0.0)):
        cv2.circle(layer, centre.tolist(), round((radius + more) * 16), ink, -1, cv2.LINE_AA, 4)


def _square(layer: NDArray[np.uint8], at: Points, half: float, *, filled: bool) -> None:
    """A handle around the pixel that holds a point: whole pixels, so that it is square at every
    zoom, and moves with its line."""
    y, x = (math.floor(float(value)) for value in at)
    side = round(half)
    corners = (x - side, y - side), (x + side, y + side)
    cv2.rectangle(layer, (x - side - 1, y - side - 1), (x + side + 1, y + side + 1), _INSIDE, -1)
    cv2.rectangle(layer, *corners, (*bgr(ACCENT), 255), -1 if filled else 1)
