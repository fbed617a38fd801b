"""Marks whose shape says what they are: calcifications as dots and hulls, masses as outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine
from models.mass.results import MassView
from models.microcalcification.results import CalcificationView
from viewer.display.colours import CALCIFICATION, MASS, bgr
from viewer.display.marks import MarkSize, fixed_point, stroke
from viewer.display.text import draw_text, line_height
from viewer.display.viewport import Viewport

Points = NDArray[np.float64]

_DOT_RADIUS_PX = 2


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One mark.

    Attributes
    ----------
    rings : closed polygons, each (n, 2) float64, stored (row, column).
    words : what is written above it; begins with the letter of its kind, `C` or `M`.
    """

    rings: tuple[Points, ...]
    words: str
    colour: str


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The marks of one image.

    Attributes
    ----------
    dots : shape (n, 2), float64, stored (row, column) of single calcifications.
    """

    shapes: tuple[Shape, ...] = ()
    dots: Points | None = None


NO_SHAPES = Shapes()


def calcification_shapes(found: CalcificationView) -> Shapes:
    """A dot for each calcification, a hull with its count for each cluster."""
    hulls = tuple(
        Shape((cluster.hull,), f"C {cluster.count}{_score(cluster.score)}", CALCIFICATION)
        for cluster in found.clusters
    )
    dots = np.array([[speck.row, speck.column] for speck in found.specks]).reshape(-1, 2)
    return Shapes(hulls, dots)


def mass_shapes(found: MassView) -> Shapes:
    """An outline for each mass, with its longest diameter."""
    return Shapes(
        tuple(
            Shape(
                finding.outline,
                f"M {_length(finding.longest_diameter_mm, finding.longest_diameter_px)}"
                f"{_score(finding.score)}",
                MASS,
            )
            for finding in found.findings
        )
    )


def draw_shapes(
    layer: NDArray[np.uint8],
    viewport: Viewport,
    to_hung: Affine,
    shapes: Shapes,
    size: MarkSize,
) -> None:
    """Draw marks onto a layer of the pane.

    Parameters
    ----------
    layer : ndarray, shape (viewport.height, viewport.width, 4), uint8, premultiplied BGRA.
    to_hung : map from stored to hung pixels.
    """
    to_pane = to_hung.then(viewport.affine)
    if shapes.dots is not None and len(shapes.dots):
        _draw_dots(layer, to_pane.points(shapes.dots))
    for shape in shapes.shapes:
        rings = [to_pane.points(ring) for ring in shape.rings if len(ring)]
        stroke(
            layer, [fixed_point(ring) for ring in rings], shape.colour, size.line_px, closed=True
        )
    for shape in shapes.shapes:  # words last, so that no line crosses them
        _write(layer, [to_pane.points(ring) for ring in shape.rings if len(ring)], shape, size)


def _draw_dots(layer: NDArray[np.uint8], points: Points) -> None:
    for x, y in fixed_point(points).tolist():
        for radius, ink in (
            (_DOT_RADIUS_PX + 1, (0, 0, 0, 255)),
            (_DOT_RADIUS_PX, (*bgr(CALCIFICATION), 255)),
        ):
            cv2.circle(layer, (x, y), radius << 4, ink, -1, cv2.LINE_AA, shift=4)


def _write(
    layer: NDArray[np.uint8], rings: Sequence[Points], shape: Shape, size: MarkSize
) -> None:
    if not rings:
        return
    outer = rings[0]
    y, x = outer[np.argmin(outer[:, 0])]
    above = y - line_height(size.text_px) - size.line_px
    top = above if above >= 0 else max(y, 0) + 2 * size.line_px
    draw_text(layer, shape.words, top, x, size.text_px, shape.colour, anchor="m", halo=True)


def _length(mm: float | None, px: float) -> str:
    return f"{px:.0f} px" if mm is None else f"{mm:.0f} mm"


def _score(score: float | None) -> str:
    return "" if score is None else f" · {score:.2f}"
