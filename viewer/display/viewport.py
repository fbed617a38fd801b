"""Which part of a hung image a pane shows, and how large: geometry only.

Pane coordinates are continuous device pixels (y, x) from the pane's upper-left corner; image
coordinates are continuous pixels (row, column) of the hung image.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from models.geometry import Affine, Box

SMALLEST_SCALE = 1.0 / 64.0
LARGEST_SCALE = 32.0


class Align(Enum):
    """The side of the pane that the image's chest wall touches."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class Viewport:
    """A pane's window on a hung image.

    Attributes
    ----------
    height, width : of the pane, device pixels.
    scale : device pixels per image pixel; exactly 1.0 shows stored pixels untouched.
    row, column : the image point at the pane's upper-left corner; whole numbers at scale 1.
    """

    height: int
    width: int
    scale: float
    row: float
    column: float

    @property
    def affine(self) -> Affine:
        """The map from the hung image to the pane."""
        scale = self.scale
        return Affine(rr=scale, cc=scale, r0=-self.row * scale, c0=-self.column * scale)

    @property
    def drawn(self) -> Viewport:
        """Moved by at most half a device pixel, so that the corner of the image lies on one of
        device pixels: `sampling` is much faster there. A chest wall stays at its pane's edge."""
        row, column = (
            math.ceil(edge * self.scale - 0.5) / self.scale for edge in (self.row, self.column)
        )
        return replace(self, row=row, column=column)

    def to_image(self, y: float, x: float) -> tuple[float, float]:
        """The image point (row, column) under a pane point."""
        return self.row + y / self.scale, self.column + x / self.scale

    def to_pane(self, row: float, column: float) -> tuple[float, float]:
        """Where an image point lies in the pane, (y, x)."""
        return (row - self.row) * self.scale, (column - self.column) * self.scale

    def zoomed(self, factor: float, y: float, x: float) -> Viewport:
        """Magnified by `factor` with the image point under (y, x) held still.

        A zoom that would jump over 1:1 stops there first, so the wheel always finds it.
        """
        scale = min(max(self.scale * factor, SMALLEST_SCALE), LARGEST_SCALE)
        if (self.scale - 1.0) * (scale - 1.0) < 0.0:
            scale = 1.0
        return self.scaled_to(scale, y, x)

    def scaled_to(self, scale: float, y: float, x: float) -> Viewport:
        """At `scale` with the image point under (y, x) held still."""
        row, column = self.to_image(y, x)
        return self.placed(scale, row - y / scale, column - x / scale)

    def panned(self, dy: float, dx: float) -> Viewport:
        """With the image moved down by `dy` and right by `dx` device pixels."""
        return self.placed(self.scale, self.row - dy / self.scale, self.column - dx / self.scale)

    def centered_on(self, row: float, column: float) -> Viewport:
        """With an image point in the middle of the pane."""
        return self.placed(
            self.scale,
            row - self.height / 2.0 / self.scale,
            column - self.width / 2.0 / self.scale,
        )

    def resized(self, height: int, width: int, align: Align) -> Viewport:
        """In a pane of another size, at the same scale; the chest-wall side stays in place."""
        share = {Align.LEFT: 0.0, Align.CENTER: 0.5, Align.RIGHT: 1.0}[align]
        return replace(self, height=height, width=width).placed(
            self.scale,
            self.row + (self.height - height) / 2.0 / self.scale,
            self.column + (self.width - width) * share / self.scale,
        )

    def refitted(self, height: int, width: int, align: Align) -> Viewport:
        """In a pane of another size, scaled so that everything shown stays shown."""
        factor = min(height / self.height, width / self.width)
        if factor == 1.0:
            return self.resized(height, width, align)
        scaled = Viewport(
            round(self.height * factor),
            round(self.width * factor),
            self.scale * factor,
            self.row,
            self.column,
        )
        return scaled.resized(height, width, align)

    def visible(self, shape: tuple[int, int]) -> tuple[float, float, float, float]:
        """(top, left, bottom, right) of the part of the image on show, image pixels."""
        bottom, right = self.to_image(self.height, self.width)
        top, left = max(self.row, 0.0), max(self.column, 0.0)
        return top, left, max(min(bottom, shape[0]), top), max(min(right, shape[1]), left)

    def area(self, shape: tuple[int, int]) -> Box:
        """The device pixels of the pane whose centres lie on the image."""
        top, left, bottom, right = self.visible(shape)
        y0, x0 = (_first_pixel(v) for v in self.to_pane(top, left))
        y1, x1 = (_first_pixel(v) for v in self.to_pane(bottom, right))
        y1, x1 = min(y1, self.height), min(x1, self.width)
        return Box(y0, x0, max(y1 - y0, 0), max(x1 - x0, 0))

    def placed(self, scale: float, row: float, column: float) -> Viewport:
        """With an image point at the pane's upper-left corner; whole pixels at scale 1."""
        if scale == 1.0:
            row, column = float(round(row)), float(round(column))
        return replace(self, scale=scale, row=row, column=column)


def fit(
    shape: tuple[int, int], height: int, width: int, align: Align, scale: float | None = None
) -> Viewport:
    """The whole image (or the image at `scale`), its chest wall on the pane's inner edge.

    The gap between chest wall and pane edge is 0 px; vertically the image is centred.
    """
    if scale is None:
        scale = min(height / shape[0], width / shape[1])
    spare = shape[1] - width / scale
    share = {Align.LEFT: 0.0, Align.CENTER: 0.5, Align.RIGHT: 1.0}[align]
    row = (shape[0] - height / scale) / 2.0
    column = spare * share
    return Viewport(height, width, scale, 0.0, 0.0).placed(scale, row, column)


def fit_common(
    shapes: Sequence[tuple[int, int]],
    panes: Sequence[tuple[int, int]],
    aligns: Sequence[Align],
    spacings_mm: Sequence[float] | None = None,
) -> tuple[Viewport, ...]:
    """Fit several images at one size, the largest at which each still fits its pane.

    Parameters
    ----------
    shapes : (rows, columns) of each hung image; panes : (height, width) of each pane.
    spacings_mm : pixel spacing of each image; with it millimetres, else pixels, are equal.
    """
    # Relative to the first, so that equal spacings change nothing, not even by rounding.
    units = [mm / spacings_mm[0] for mm in spacings_mm] if spacings_mm else [1.0] * len(shapes)
    common = min(
        (
            min(pane[0] / shape[0], pane[1] / shape[1]) / unit
            for shape, pane, unit in zip(shapes, panes, units, strict=True)
        ),
        default=1.0,
    )
    return tuple(
        fit(shape, *pane, align, common * unit)
        for shape, pane, align, unit in zip(shapes, panes, aligns, units, strict=True)
    )


def one_to_one(viewport: Viewport, y: float | None = None, x: float | None = None) -> Viewport:
    """One image pixel per device pixel, with the point under (y, x), else the centre, held."""
    y = viewport.height / 2.0 if y is None else y
    x = viewport.width / 2.0 if x is None else x
    return viewport.scaled_to(1.0, y, x)


def clamp(viewport: Viewport, shape: tuple[int, int]) -> Viewport:
    """Keep the image in reach: half of it, or half of the pane, stays on show on each axis."""
    scale = viewport.scale
    rows, columns = viewport.height / scale, viewport.width / scale
    row_overlap, column_overlap = min(rows, shape[0]) / 2.0, min(columns, shape[1]) / 2.0
    return viewport.placed(
        scale,
        min(max(viewport.row, row_overlap - rows), shape[0] - row_overlap),
        min(max(viewport.column, column_overlap - columns), shape[1] - column_overlap),
    )


def _first_pixel(edge: float) -> int:
    """The first pixel whose centre is at or past `edge`; forgiving of rounding in `edge`."""
    return math.ceil(edge - 0.5 - 1e-6)
