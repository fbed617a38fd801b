"""What a press takes hold of: a handle of a measurement, or all of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine
from viewer.display.marks import MarkSize
from viewer.display.measure_labels import text_box
from viewer.display.measurement import Kind, Measurement
from viewer.display.viewport import Viewport

_HANDLE_PX, _LINE_PX = 9.0, 6.0  # how near is near enough, logical pixels


@dataclass(frozen=True, slots=True)
class Hold:
    """What of a measurement is held: one of its handles, or None for all of it."""

    handle: int | None = None


def hold_at(
    measurement: Measurement,
    to_hung: Affine,
    viewport: Viewport,
    at: tuple[float, float],
    ratio: float,
    *,
    handles_only: bool = False,
) -> Hold | None:
    """What a press at (y, x) of the pane, device pixels, takes; None for nothing.

    Parameters
    ----------
    ratio : device pixels per logical pixel.
    handles_only : a press on the line itself takes nothing.
    """
    to_pane = to_hung.then(viewport.affine)
    place = np.array(at)
    handles = measurement.handles()
    if handles:
        away = np.hypot(*(to_pane.points(np.asarray(handles)) - place).T)
        nearest = int(np.argmin(away))
        if away[nearest] <= _HANDLE_PX * ratio:
            return Hold(nearest)
    if handles_only:
        return None
    line = to_pane.points(measurement.outline())
    if measurement.kind is Kind.TEXT:
        size = MarkSize.for_scale(ratio)
        box = text_box((measurement.words,), line[0], viewport.width, size)
        low = np.minimum([box.row, box.column], line[0]) - _LINE_PX * ratio
        ends = [box.row + box.height, box.column + box.width]
        high = np.maximum(ends, line[0]) + _LINE_PX * ratio
        return Hold() if bool(((place >= low) & (place <= high)).all()) else None
    if measurement.kind.has_area:
        line = np.concatenate([line, line[:1]])
    return Hold() if _distance(place, line) <= _LINE_PX * ratio else None


def _distance(point: NDArray[np.float64], line: NDArray[np.float64]) -> float:
    """From a point to the nearest one of a line of straight pieces."""
    if len(line) < 2:
        return math.inf
    starts, along = line[:-1], np.diff(line, axis=0)
    squares = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((point - starts) * along).sum(axis=1) / squares, 0.0, 1.0)
    return float(np.hypot(*(starts + share[:, None] * along - point).T).min())
