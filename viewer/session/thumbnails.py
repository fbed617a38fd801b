"""The patches of the exam on the screen as small pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import View
from viewer.display.sampling import sample, to_gray
from viewer.display.viewport import Viewport
from viewer.display.voi import compile_table
from viewer.session.state import SessionState

SIDE = 112
PIXELS = 2 * SIDE  # twice the size shown, for dense screens


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """One patch.

    Attributes
    ----------
    words : the view and the patch's rank.
    gray : ndarray, shape (n, n), uint8.
    target : the view and the patch's centre, hung (row, column).
    """

    words: str
    gray: NDArray[np.uint8]
    target: tuple[View, float, float]


def thumbnails(state: SessionState) -> tuple[Thumbnail, ...]:
    """Every patch of the layout's views, windowed as its view starts; black past the image."""
    found = []
    marks = state.marks_here
    for view in state.panes.views:
        image = state.images.get(view)
        if image is None or view not in marks:
            continue
        table = compile_table(image.mammogram.grayscale, image.voi, air=image.air)
        for rank, box in marks[view].patches:
            viewport = Viewport(
                PIXELS, PIXELS, PIXELS / box.height, float(box.row), float(box.column)
            )
            buffer, (y, x) = sample(image.pyramid, viewport)
            gray = np.zeros((PIXELS, PIXELS), dtype=np.uint8)
            height, width = buffer.shape
            gray[y : y + height, x : x + width] = to_gray(buffer, table)
            target = (view, box.row + box.height / 2, box.column + box.width / 2)
            found.append(Thumbnail(f"{view.label}  {rank}", gray, target))
    return tuple(found)


def decides_strip(state: SessionState) -> tuple[object, ...]:
    """The parts of the state that the patch strip shows."""
    return (
        id(state.marks),
        id(state.images),
        state.panes,
        state.overlays.patches,
        state.marks_visible,
    )
