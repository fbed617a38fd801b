"""Marks drawn over an image: dashed truth contours, numbered patches, letters at the peaks.

They are painted on a transparent layer at device resolution, which the window keeps between
frames and the exporter blends once. Every mark says in line style and letter what its colour
says: B and M saliency peaks, T truth, numbers for patches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass
from models.geometry import Box
from viewer.display.colours import ACCENT, FINDING, LETTER, TRUTH, bgr
from viewer.display.text import draw_text, line_height
from viewer.display.viewport import Viewport

Contours = Sequence[tuple[FindingClass, Sequence[NDArray[np.float64]]]]
Patches = Sequence[tuple[int, Box]]
Peaks = Sequence[tuple[FindingClass, tuple[float, float]]]

_FIXED_POINT_BITS = 4
_DASH_PX, _GAP_PX = 9.0, 9.0
_SMOOTHED_PX = 1.5
_LONGEST_WORD = 4  # letters, counted as wide as they are high
_RIM = (0, 0, 0, 140)


@dataclass(frozen=True, slots=True)
class MarkSize:
    """How large marks are drawn, device pixels; the same words and lines at every zoom.

    Attributes
    ----------
    truth_px : width of truth outlines, so thin that they hide nothing of what they mark.
    """

    line_px: int = 2
    text_px: int = 14
    truth_px: int = 1

    @classmethod
    def for_scale(cls, factor: float) -> MarkSize:
        """Marks `factor` times the usual size, for a dense screen or a large picture."""
        return cls(max(2, round(1.5 * factor)), max(9, round(14 * factor)), max(1, round(factor)))


def marks_layer(
    viewport: Viewport,
    *,
    truth: Contours = (),
    patches: Patches = (),
    peaks: Peaks = (),
    size: MarkSize | None = None,
    letters: bool = True,
) -> NDArray[np.uint8]:
    """Paint marks given in hung pixels.

    Parameters
    ----------
    truth : outlines of each class, as `overlay.contours` gives them.
    patches : rank and rectangle of each selected patch.
    peaks : class and (row, column) of each saliency peak, marked by its letter.
    letters : whether words and numbers accompany the lines.

    Returns
    -------
    ndarray, shape (viewport.height, viewport.width, 4), uint8, premultiplied BGRA.
    """
    size = size or MarkSize()
    layer = np.zeros((viewport.height, viewport.width, 4), dtype=np.uint8)
    for rank, box in patches:
        _draw_patch(layer, viewport, rank, box, size, letters)
    for finding, outlines in truth:
        _draw_truth(layer, viewport, finding, outlines, size, letters)
    for finding, (row, column) in peaks if letters else ():
        # Benign to the left, malignant to the right of the peak: both show where they coincide.
        is_benign = finding is FindingClass.BENIGN
        y, x = viewport.to_pane(row, column)
        top, aside = y - line_height(size.text_px) / 2, size.line_px + 1
        draw_text(
            layer,
            LETTER[finding],
            top,
            x - aside if is_benign else x + aside,
            size.text_px,
            FINDING[finding],
            anchor="r" if is_benign else "l",
            halo=True,
        )
    return layer


def marks_part(
    viewport: Viewport,
    *,
    truth: Contours = (),
    patches: Patches = (),
    peaks: Peaks = (),
    size: MarkSize | None = None,
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """The part of `marks_layer` that holds the marks, and where it belongs in the pane, (y, x)."""
    size = size or MarkSize()
    points = [
        *(ends for _, outlines in truth for ends in map(_ends, outlines)),
        *(
            np.array([[box.row, box.column], [box.row + box.height, box.column + box.width]])
            for _, box in patches
        ),
        *(np.array([place]) for _, place in peaks),
    ]
    area = area_around(viewport, points, 2 * size.line_px + _LONGEST_WORD * size.text_px)
    if area.height == 0 or area.width == 0:
        return np.zeros((0, 0, 4), dtype=np.uint8), (0, 0)
    part = viewport.placed(viewport.scale, *viewport.to_image(float(area.row), float(area.column)))
    part = replace(part, height=area.height, width=area.width)
    layer = marks_layer(part, truth=truth, patches=patches, peaks=peaks, size=size)
    return layer, (area.row, area.column)


def blend(canvas: NDArray[np.uint8], layer: NDArray[np.uint8], y: int = 0, x: int = 0) -> None:
    """Lay a premultiplied BGRA `layer` onto a BGR `canvas` with its corner on pixel (y, x)."""
    under = canvas[y : y + layer.shape[0], x : x + layer.shape[1]]
    through = 255 - layer[..., 3:].astype(np.uint16)
    under[:] = np.minimum(layer[..., :3] + (under * through + 127) // 255, 255)


def _ends(outline: NDArray[np.float64]) -> NDArray[np.float64]:
    """Upper-left and lower-right corner of some points, shape (2, 2)."""
    return np.stack([outline.min(axis=0), outline.max(axis=0)])


def area_around(viewport: Viewport, points: Sequence[NDArray[np.float64]], margin: int) -> Box:
    """The pane's pixels within `margin` of the rectangle around some hung points."""
    if not points:
        return Box(0, 0, 0, 0)
    (top, left), (bottom, right) = _ends(viewport.affine.points(np.concatenate(points)))
    y0, x0 = max(math.floor(top) - margin, 0), max(math.floor(left) - margin, 0)
    y1 = min(math.ceil(bottom) + margin, viewport.height)
    x1 = min(math.ceil(right) + margin, viewport.width)
    return Box(y0, x0, max(y1 - y0, 0), max(x1 - x0, 0))


def _draw_patch(
    layer: NDArray[np.uint8],
    viewport: Viewport,
    rank: int,
    box: Box,
    size: MarkSize,
    letters: bool,
) -> None:
    top, left = viewport.to_pane(box.row, box.column)
    bottom, right = viewport.to_pane(box.row + box.height, box.column + box.width)
    corners = np.array([[top, left], [top, right], [bottom, right], [bottom, left]])
    stroke(layer, [fixed_point(corners)], ACCENT, size.line_px, closed=True)
    if letters:
        inset = size.line_px + 2
        draw_text(layer, str(rank), top + inset, left + inset, size.text_px, ACCENT, halo=True)


def _draw_truth(
    layer: NDArray[np.uint8],
    viewport: Viewport,
    finding: FindingClass,
    outlines: Sequence[NDArray[np.float64]],
    size: MarkSize,
    letters: bool,
) -> None:
    placed = [_smoothed(viewport.affine.points(outline)) for outline in outlines]
    scale = float(size.truth_px)
    dashes = [
        dash
        for outline in placed
        if _is_near(outline, layer.shape)
        for dash in _dashes(outline, _DASH_PX * scale, _GAP_PX * scale, layer.shape)
    ]
    _line(layer, dashes, (*bgr(TRUTH), 255), size.truth_px, closed=False)
    if letters and placed:
        largest = max(placed, key=lambda outline: float(np.ptp(outline, axis=0).sum()))
        y, x = largest[np.argmin(largest[:, 0])]
        top = y - line_height(size.text_px) - size.line_px
        words = f"T {LETTER[finding]}"
        draw_text(layer, words, top, x, size.text_px, TRUTH, anchor="m", halo=True)


def stroke(
    layer: NDArray[np.uint8],
    lines: Sequence[NDArray[np.int32]],
    colour: str,
    width_px: int,
    *,
    closed: bool,
) -> None:
    """Draw `fixed_point` lines with a dark rim, so that they show on bright tissue too."""
    for ink, width in ((_RIM, width_px + 2), ((*bgr(colour), 255), width_px)):
        _line(layer, lines, ink, width, closed=closed)


def _line(
    layer: NDArray[np.uint8],
    lines: Sequence[NDArray[np.int32]],
    ink: tuple[int, int, int, int],
    width_px: int,
    *,
    closed: bool,
) -> None:
    cv2.polylines(layer, lines, closed, ink, width_px, cv2.LINE_AA, shift=_FIXED_POINT_BITS)


def fixed_point(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Pane (y, x) as OpenCV's (x, y), which counts from pixel centres, in 1/16 px."""
    sixteenths = np.rint((points[:, ::-1] - 0.5) * 2**_FIXED_POINT_BITS)
    return np.asarray(sixteenths, dtype=np.int32)


def _smoothed(outline: NDArray[np.float64]) -> NDArray[np.float64]:
    """A closed outline without the stairs that are finer than a device pixel."""
    simple = cv2.approxPolyDP(outline.astype(np.float32)[:, None], _SMOOTHED_PX, closed=True)
    return np.asarray(simple[:, 0], dtype=np.float64)


def _is_near(points: NDArray[np.float64], shape: tuple[int, ...]) -> bool:
    """Whether the bounding box of some (y, x) points touches the layer."""
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(high[0] >= 0 and high[1] >= 0 and low[0] < shape[0] and low[1] < shape[1])


def _dashes(
    outline: NDArray[np.float64], on: float, off: float, shape: tuple[int, ...]
) -> list[NDArray[np.int32]]:
    """Cut a closed outline into dashes of equal length and keep those that touch the layer.

    Returns
    -------
    list of ndarrays, shape (n, 2), as `fixed_point` gives them.
    """
    ring = np.concatenate([outline, outline[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
    length = float(along[-1])
    if length <= on + off:
        return [fixed_point(ring)]
    count = round(length / (on + off))
    starts = np.arange(count) * (length / count)
    ends = starts + on * length / (count * (on + off))
    heads, tails = (
        np.stack([np.interp(at, along, ring[:, axis]) for axis in (0, 1)], axis=1)
        for at in (starts, ends)
    )
    near = ((heads > -2 * on) & (heads < np.array(shape[:2]) + 2 * on)).all(axis=1)
    first, last = np.searchsorted(along, starts), np.searchsorted(along, ends)
    ring, heads, tails = (fixed_point(points) for points in (ring, heads, tails))
    return [
        np.concatenate(
            (heads[dash : dash + 1], ring[first[dash] : last[dash]], tails[dash : dash + 1])
        )
        for dash in np.flatnonzero(near)
    ]
