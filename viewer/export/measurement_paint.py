"""Draws measurements onto a page, by the function that draws them in the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.exam import View
from models.geometry import Box
from viewer.display.marks import MarkSize, blend
from viewer.display.measure_lines import DrawnMeasurement
from viewer.display.measure_marks import measurement_parts
from viewer.display.measured import label_words, quantities
from viewer.display.measurement import Kind
from viewer.display.shown import ShownImage
from viewer.display.viewport import Viewport
from viewer.export.page import PageSpec


def draw_measurements(
    pane: NDArray[np.uint8],
    view: View,
    image: ShownImage,
    viewport: Viewport,
    spec: PageSpec,
    taken: Sequence[Box] = (),
) -> None:
    """Lay them onto a pane of a page, with all that they measure beside them.

    Parameters
    ----------
    pane : ndarray, shape (viewport.height, viewport.width, 3), uint8, BGR.
    taken : rectangles of the pane where other words stand.
    """
    drawn = []
    for one in spec.measurements.get(view, ()):
        told = replace(one, words="") if spec.wording.deidentified else one
        if told.kind is Kind.TEXT and (spec.plain or not told.words):
            continue
        words = () if spec.plain else label_words(told, quantities(told, image))
        drawn.append(DrawnMeasurement(told, words))
    size = MarkSize.for_scale(spec.text_factor)
    for part, (y, x) in measurement_parts(drawn, image.to_hung, viewport, size, taken, image.free):
        blend(pane, part, y, x)
