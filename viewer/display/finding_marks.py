"""Draws findings: rings and solid hulls for calcifications, solid outlines for masses, diamonds
and outlines for what models from outside found.

Predictions have unbroken lines, the truth is dashed; shape and label say which kind they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Affine, Box
from viewer.display.colours import CALCIFICATIONS, MASSES, OWN_MARKS, bgr
from viewer.display.findings import FindingKind, ShownFindings
from viewer.display.marks import MarkSize, area_around, fixed_point, stroke
from viewer.display.text import draw_text, line_height, text_width
from viewer.display.viewport import Viewport

COLOUR = {
    FindingKind.CALCIFICATIONS: CALCIFICATIONS,
    FindingKind.MASS: MASSES,
    FindingKind.OWN: OWN_MARKS,
}
_RING_PX = 3.5  # around a speck, which must not be covered by its own mark
_RIM, _INK = (0, 0, 0, 140), (*bgr(CALCIFICATIONS), 255)
_SHIFT = 4


def findings_part(
    viewport: Viewport,
    shown: ShownFindings,
    kinds: Sequence[FindingKind],
    size: MarkSize | None = None,
    *,
    letters: bool = True,
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Draw the findings of some kinds.

    Returns
    -------
    ndarray, shape (h, w, 4), uint8, premultiplied BGRA; and where it belongs in the pane, (y, x).
    """
    size = size or MarkSize()
    findings = shown.of(kinds)
    specks = shown.specks if FindingKind.CALCIFICATIONS in kinds else shown.specks[:0]
    own = shown.points if FindingKind.OWN in kinds else shown.points[:0]
    points = [specks, own, *(outline for each in findings for outline in each.outlines)]
    points = [each for each in points if len(each)]
    reach = _reach(viewport, size)
    area = area_around(viewport, points, 2 * size.line_px + 5 * size.text_px + math.ceil(reach))
    layer = np.zeros((area.height, area.width, 4), dtype=np.uint8)
    if not layer.size:
        return layer, (0, 0)
    to_layer = viewport.affine.then(Affine.shift(-area.row, -area.column))
    written: list[Box] = []
    _draw_specks(layer, to_layer.points(specks), reach, size)
    _draw_diamonds(layer, to_layer.points(own), reach, size)
    drawn = [[to_layer.points(outline) for outline in each.outlines] for each in findings]
    for finding, placed in zip(findings, drawn, strict=True):
        lines = [fixed_point(outline) for outline in placed]
        stroke(layer, lines, COLOUR[finding.kind], size.truth_px, closed=True)
    # Names lie over all outlines, which would cross them.
    for finding, placed in zip(findings, drawn, strict=True) if letters else ():
        around = np.concatenate(placed)
        y, x = around[np.argmax(around[:, 0])]
        # At the chest wall a finding may reach the edge of its pane; its name is whole.
        half = text_width(finding.label, size.text_px) / 2
        x = min(max(x, half - area.column), viewport.width - half - area.column)
        place = _free_place(y + 2 * size.line_px, x, finding.label, size.text_px, written)
        written.append(place)
        colour = COLOUR[finding.kind]
        draw_text(layer, finding.label, place.row, x, size.text_px, colour, anchor="m", halo=True)
    return layer, (area.row, area.column)


def _free_place(
    top: float, middle: float, label: str, text_px: int, written: Sequence[Box]
) -> Box:
    """Below an outline, where the truth has no words, and below what is written there already."""
    width, height = text_width(label, text_px), line_height(text_px)
    place = Box(round(top), round(middle - width / 2), height, width)
    for other in sorted(written, key=lambda box: box.row):
        aside = other.column + other.width <= place.column or (
            place.column + width <= other.column
        )
        if not aside and place.row < other.row + other.height and other.row < place.row + height:
            place = replace(place, row=other.row + other.height)
    return place


def _reach(viewport: Viewport, size: MarkSize) -> float:
    """Radius of the ring around a speck, wider where the image is magnified, so that the speck
    stays seen."""
    return _RING_PX * size.truth_px * max(1.0, 2.0 * viewport.scale)


def _draw_specks(
    layer: NDArray[np.uint8], places: NDArray[np.float64], reach: float, size: MarkSize
) -> None:
    near = ((places > -reach) & (places < np.array(layer.shape[:2]) + reach)).all(axis=1)
    for y, x in places[near]:
        at = (round((x - 0.5) * 2**_SHIFT), round((y - 0.5) * 2**_SHIFT))
        radius = round(reach * 2**_SHIFT)
        for ink, width in ((_RIM, size.truth_px + 2), (_INK, size.truth_px)):
            cv2.circle(layer, at, radius, ink, width, cv2.LINE_AA, shift=_SHIFT)


def _draw_diamonds(
    layer: NDArray[np.uint8], places: NDArray[np.float64], reach: float, size: MarkSize
) -> None:
    """Around a place, as rings are around specks, which it must not cover either."""
    corners = reach * np.array([[-1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, -1.0]])
    near = ((places > -reach) & (places < np.array(layer.shape[:2]) + reach)).all(axis=1)
    diamonds = [fixed_point(place + corners) for place in places[near]]
    stroke(layer, diamonds, OWN_MARKS, size.truth_px, closed=True)
