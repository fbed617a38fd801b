"""How the views hang: layouts, the rectangles of their panes, and images laid to fit them.

The patient's right breast hangs on the left with its chest wall to the right, the left breast
mirrors it, and CC lies above MLO.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.exam import L_CC, L_MLO, R_CC, R_MLO, Laterality, Mammogram, View
from models.geometry import Affine, Box
from viewer.display.viewport import Align


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one view in a layout's grid."""

    view: View
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Layout:
    """An arrangement of panes.

    Attributes
    ----------
    name : on the command line and in files (`2x2`, `single:R-CC`).
    title : in menus; key : what selects it, or empty.
    rows, columns : of the grid that `slots` stand in.
    """

    name: str
    title: str
    key: str
    rows: int
    columns: int
    slots: tuple[Slot, ...]

    @property
    def views(self) -> tuple[View, ...]:
        """The views it shows, in reading order."""
        return tuple(slot.view for slot in self.slots)


def _grid(name: str, title: str, key: str, *rows: tuple[View, ...]) -> Layout:
    slots = tuple(
        Slot(view, row, column)
        for row, views in enumerate(rows)
        for column, view in enumerate(views)
    )
    return Layout(name, title, key, len(rows), len(rows[0]), slots)


def single(view: View) -> Layout:
    """One view alone."""
    return _grid(f"single:{view.name}", view.label, "", (view,))


def layout_named(name: str, focus: View = R_CC) -> Layout:
    """The layout called `name`; `single` shows `focus`, `single:L-MLO` shows what it says.

    Raises ValueError for any other name.
    """
    kind, _, view = name.partition(":")
    if kind == "single":
        return single(View.from_name(view) if view else focus)
    if name not in LAYOUTS:
        raise ValueError(f"no layout is called {name}")
    return LAYOUTS[name]


LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        layout.name: layout
        for layout in (
            _grid("2x2", "All four views", "1", (R_CC, L_CC), (R_MLO, L_MLO)),
            _grid("1x4", "All four views in a row", "2", (R_CC, L_CC, R_MLO, L_MLO)),
            _grid("cc", "Both CC", "3", (R_CC, L_CC)),
            _grid("mlo", "Both MLO", "4", (R_MLO, L_MLO)),
            _grid("right", "Right breast", "5", (R_CC, R_MLO)),
            _grid("left", "Left breast", "6", (L_CC, L_MLO)),
            _grid("single", "One view", "7", (R_CC,)),
        )
    }
)


def align_of(view: View) -> Align:
    """The side of its pane that a view's chest wall touches."""
    return Align.RIGHT if view.laterality is Laterality.RIGHT else Align.LEFT


def pane_rects(layout: Layout, height: int, width: int, gap_px: int = 1) -> dict[View, Box]:
    """Divide an area among a layout's panes.

    Parameters
    ----------
    height, width : of the area, device pixels.
    gap_px : pixels between neighbouring panes, never inside one.

    Returns
    -------
    dict, view → rectangle in the area; what does not divide goes to the first panes.
    """
    tops = _divided(height, layout.rows, gap_px)
    lefts = _divided(width, layout.columns, gap_px)
    rects = {}
    for slot in layout.slots:
        (top, pane_height), (left, pane_width) = tops[slot.row], lefts[slot.column]
        rects[slot.view] = Box(top, left, pane_height, pane_width)
    return rects


def hung_from_source(mammogram: Mammogram) -> Affine:
    """The map from stored pixels to hung pixels."""
    return mammogram.orientation.affine(mammogram.shape)


def pixel_mm(mammogram: Mammogram) -> float | None:
    """Millimetres in the breast that one hung pixel is wide, or None."""
    if mammogram.pixel_spacing_mm is None:
        return None
    row_mm, column_mm = mammogram.pixel_spacing_mm
    across = row_mm if mammogram.orientation.transpose else column_mm
    return across / mammogram.magnification


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


def _divided(length: int, parts: int, gap_px: int) -> list[tuple[int, int]]:
    """(start, length) of each part."""
    free = max(length - gap_px * (parts - 1), 0)
    sizes = [free // parts + (part < free % parts) for part in range(parts)]
    starts = [sum(sizes[:part]) + gap_px * part for part in range(parts)]
    return list(zip(starts, sizes, strict=True))
