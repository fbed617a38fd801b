"""Measurements drawn over an image, lines and words, for the window and for pages alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine, Box
from viewer.display.air import FreeAir
from viewer.display.colours import ACCENT, TEXT
from viewer.display.marks import MarkSize
from viewer.display.measure_labels import Labels, Placing, extent, sizes_of
from viewer.display.measure_lines import DrawnMeasurement, line_pixels, margin_px
from viewer.display.measure_outlines import Outlines
from viewer.display.measurement import Kind
from viewer.display.text import draw_text, line_height
from viewer.display.viewport import Viewport

_HALO_PX = 3
_BLOCK_PX = 128  # a line that leaves the pane is drawn up to the next multiple
_FINEST = 64  # parts of a device pixel: a line is drawn as near to where it lies

Points = NDArray[np.float64]
Part = tuple[NDArray[np.uint8], tuple[int, int]]
"""Pixels, shape (rows, columns, 4), uint8, premultiplied BGRA, and (y, x) of their corner."""


class MeasurementMarks:
    """The pixels of the measurements of an image, wherever a pane looks.

    They depend on nothing but what is asked for. What is the same from one time to the next is
    kept: outlines always; lines and the places of words as long as the pane moves by whole device
    pixels and nothing else, as `Viewport.drawn` does at one zoom.
    """

    def __init__(
        self, drawn: Sequence[DrawnMeasurement], to_hung: Affine, free: FreeAir | None = None
    ) -> None:
        """Take in what is drawn.

        Parameters
        ----------
        to_hung : map from stored to hung pixels.
        free : where the hung image holds no tissue, which words prefer.
        """
        self.drawn = tuple(each for each in drawn if each.measurement.points)
        self._outlines = Outlines.of([each.measurement for each in self.drawn], to_hung)
        self._to_hung, self._free = to_hung, free
        self._laid: _Laid | None = None

    def parts(
        self, viewport: Viewport, size: MarkSize | None = None, taken: Sequence[Box] = ()
    ) -> list[Part]:
        """The pixels in a pane, in parts as small as they are, which cost less to lay over it than
        all of it; to be laid in this order.

        Parameters
        ----------
        taken : rectangles of the pane where other words stand, device pixels.
        """
        if not self.drawn:
            return []
        size = size or MarkSize()
        y, x = -viewport.row * viewport.scale, -viewport.column * viewport.scale
        top, left = math.floor(y + 0.5), math.floor(x + 0.5)
        to_laid = Affine(
            rr=viewport.scale,
            cc=viewport.scale,
            r0=round((y - top) * _FINEST) / _FINEST,
            c0=round((x - left) * _FINEST) / _FINEST,
        )
        if self._laid is None or (self._laid.to_laid, self._laid.size) != (to_laid, size):
            self._laid = None  # memory that is let go before is drawn on again, which is faster
            self._laid = _Laid(
                self.drawn, self._outlines, self._to_hung, to_laid, size, self._free
            )
        return self._laid.parts(Box(-top, -left, viewport.height, viewport.width), taken)


def measurement_parts(
    drawn: Sequence[DrawnMeasurement],
    to_hung: Affine,
    viewport: Viewport,
    size: MarkSize | None = None,
    taken: Sequence[Box] = (),
    free: FreeAir | None = None,
) -> list[Part]:
    """`MeasurementMarks.parts` of what is drawn once."""
    return MeasurementMarks(drawn, to_hung, free).parts(viewport, size, taken)


class _Laid:
    """Measurements in device pixels from the corner of the image, which a pan leaves as they are.

    `to_laid` maps hung pixels there.
    """

    def __init__(
        self,
        drawn: Sequence[DrawnMeasurement],
        outlines: Outlines,
        to_hung: Affine,
        to_laid: Affine,
        size: MarkSize,
        free: FreeAir | None,
    ) -> None:
        self.to_laid, self.size = to_laid, size
        self._drawn, self._from_stored = drawn, to_hung.then(to_laid)
        points = to_laid.points(outlines.points)
        self._lines = outlines.split(points)
        for each, line in zip(drawn, self._lines, strict=True):
            if each.measurement.kind is Kind.BOX:
                line[:] = np.floor(line) + 0.5  # its sides on whole pixels, so that they are sharp
        self._low, self._high = outlines.ends(points)
        margin = margin_px(size)
        ends = np.floor(self._low) - margin, np.ceil(self._high) + margin
        self._areas: list[list[int]] = np.concatenate(ends, axis=1).astype(int).tolist()
        self._pixels: dict[int, tuple[Box, NDArray[np.uint8]]] = {}
        from_laid = to_laid.inverse()
        self._labels = Labels(
            [
                Placing(each.measurement, line, each.lines)
                for each, line in zip(drawn, self._lines, strict=True)
            ],
            to_laid.points(outlines.sampled(to_laid.rr)),
            size,
            None if free is None else lambda points: free.hold(from_laid.points(points)),
        )

    def parts(self, pane: Box, taken: Sequence[Box]) -> list[Part]:
        """What a pane shows, in pixels from its corner, from where `taken` counts, too."""
        corner = np.array([pane.row, pane.column])
        end = corner + np.array([pane.height, pane.width])
        seen = (self._high >= corner) & (self._low <= end)
        near = np.flatnonzero(seen.all(axis=1)).tolist()
        moved = [
            replace(box, row=box.row + pane.row, column=box.column + pane.column) for box in taken
        ]
        # Those out of sight are let go: large ones take megabytes.
        self._pixels = {number: self._line(number, pane) for number in near}
        parts = [
            _seen(pixels, (box.row, box.column), pane) for box, pixels in self._pixels.values()
        ]
        for label in self._labels.placed(near, pane, moved):
            place = label.box.row - _HALO_PX, label.box.column - _HALO_PX
            parts.append(_seen(_label_pixels(label.lines, self.size), place, pane))
        return [part for part in parts if part[0].size]

    def _line(self, number: int, pane: Box) -> tuple[Box, NDArray[np.uint8]]:
        """A line as far as the pane reaches and a little beyond, so that it is not drawn again
        with every step of a pan."""
        top, left, bottom, right = self._areas[number]
        top, left = max(top, _down(pane.row)), max(left, _down(pane.column))
        bottom = min(bottom, -_down(-pane.row - pane.height))
        right = min(right, -_down(-pane.column - pane.width))
        box = Box(top, left, max(bottom - top, 0), max(right - left, 0))
        known = self._pixels.get(number)
        if known is not None and known[0] == box:
            return known
        each, line = self._drawn[number], self._lines[number]
        return box, line_pixels(each, line, self._from_stored, self.size, box)


def _down(edge: int) -> int:
    """The next edge of a block at or before one."""
    return edge // _BLOCK_PX * _BLOCK_PX


def _seen(pixels: NDArray[np.uint8], corner: tuple[int, int], pane: Box) -> Part:
    """Some pixels, as far as the pane reaches, from its corner."""
    top, left = corner[0] - pane.row, corner[1] - pane.column
    y, x = max(top, 0), max(left, 0)
    part = pixels[y - top : max(pane.height - top, 0), x - left : max(pane.width - left, 0)]
    return part, (y, x)


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
