"""How the views hang: layouts, the rectangles of their panes, and images laid to fit them.

The patient's right breast hangs on the left with its chest wall to the right, the left breast
mirrors it, and CC lies above MLO.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.exam import R_CC, Laterality, Mammogram, View
from models.geometry import Affine, Box
from viewer.display.layout import Layout, single
from viewer.display.pane_key import AsideView, key_from_name
from viewer.display.protocols import SINGLE, built_in, own
from viewer.display.viewport import Align

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        **{layout.name: layout for layout in built_in()},
        SINGLE: replace(single(R_CC), name=SINGLE, title="One view", key="7"),
    }
)
"""Those that come with Fourview."""


def all_layouts() -> Mapping[str, Layout]:
    """Those that come with Fourview, then the user's own."""
    return MappingProxyType({**LAYOUTS, **{layout.name: layout for layout in own().layouts}})


def layout_named(name: str, focus: View = R_CC) -> Layout:
    """The layout called `name`, ours or the user's; `single` shows `focus`, `single:L-MLO` what
    it says.

    Raises ValueError for any other name.
    """
    kind, _, view = name.partition(":")
    if kind == SINGLE:
        return single(key_from_name(view) if view else focus)
    if name in LAYOUTS:
        return LAYOUTS[name]
    if name not in all_layouts():
        raise ValueError(f"no layout is called {name}")
    return all_layouts()[name]


def align_of(view: View) -> Align:
    """The side of its pane that a view's chest wall touches; a tray image stands in the middle."""
    if isinstance(view, AsideView):
        return Align.CENTER
    return Align.RIGHT if view.laterality is Laterality.RIGHT else Align.LEFT


def pane_rects(layout: Layout, height: int, width: int, gap_px: int = 1) -> dict[View, Box]:
    """Divide an area among a layout's panes.

    Parameters
    ----------
    height, width : of the area, device pixels.
    gap_px : pixels between neighbouring panes, never inside one, and none between chest walls.

    Returns
    -------
    dict, view → rectangle in the area; what does not divide goes to the first panes.
    """
    tops = _divided(height, [gap_px] * (layout.rows - 1))
    lefts = _divided(width, column_gaps(layout, gap_px))
    rects = {}
    for slot in layout.slots:
        (top, pane_height), (left, pane_width) = tops[slot.row], lefts[slot.column]
        rects[slot.view] = Box(top, left, pane_height, pane_width)
    return rects


def column_gaps(layout: Layout, gap_px: int) -> list[int]:
    """Pixels between each column of panes and the next: none where chest walls meet."""
    sides: list[set[Align]] = [set() for _ in range(layout.columns)]
    for slot in layout.slots:
        sides[slot.column].add(align_of(slot.view))
    return [
        0 if (left, right) == ({Align.RIGHT}, {Align.LEFT}) else gap_px
        for left, right in pairwise(sides)
    ]


def hung_from_source(mammogram: Mammogram) -> Affine:
    """The map from stored pixels to hung pixels."""
    return mammogram.orientation.affine(mammogram.shape)


def hung(mammogram: Mammogram) -> NDArray[Any]:
    """The stored pixels laid as they hang, C-contiguous; the pixels themselves when they do.

    Returns
    -------
    ndarray, shape (rows, columns) as hung, uint16 or int16.
    """
    return laid(mammogram.pixels, mammogram)


def laid(image: NDArray[Any], mammogram: Mammogram) -> NDArray[Any]:
    """Any image in a mammogram's stored pixels, laid as it hangs, C-contiguous."""
    orientation = mammogram.orientation
    if image.dtype == np.bool_:
        return laid(image.view(np.uint8), mammogram).view(np.bool_)
    if orientation.transpose:
        image = cv2.transpose(image)
    if orientation.flip_rows or orientation.flip_columns:
        both = orientation.flip_rows and orientation.flip_columns
        return np.asarray(cv2.flip(image, -1 if both else int(orientation.flip_columns)))
    return np.ascontiguousarray(image)


def _divided(length: int, gaps: Sequence[int]) -> list[tuple[int, int]]:
    """(start, length) of each part, with `gaps` between them."""
    parts = len(gaps) + 1
    free = max(length - sum(gaps), 0)
    sizes = [free // parts + (part < free % parts) for part in range(parts)]
    starts = [sum(sizes[:part]) + sum(gaps[:part]) for part in range(parts)]
    return list(zip(starts, sizes, strict=True))
