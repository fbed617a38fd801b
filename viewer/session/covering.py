"""What of the exam on the screen was seen at full size: steps and shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.exam import STANDARD_VIEWS, View
from viewer.display.coverage import Coverage, Rect, tissue_cells
from viewer.session.mappings import with_item
from viewer.session.staged import ImageKey, image_key
from viewer.session.state import SessionState

NOTHING_SEEN: Mapping[ImageKey, Coverage] = MappingProxyType({})


def coverage_of(state: SessionState, view: View) -> Coverage:
    """What was seen of the image in a pane; the pane must have one."""
    image = state.images[view]
    of_exam = state.staged.coverage.get(state.exam_key, NOTHING_SEEN)
    known = of_exam.get(image_key(image.mammogram))
    empty = Coverage.nothing(image.shape)
    return known if known is not None and known.shape == empty.shape else empty


def seen(state: SessionState, view: View, rect: Rect) -> SessionState:
    """A part of the image in a pane was on the screen at 1:1 or larger."""
    image = state.images.get(view)
    if image is None:
        return state
    old = coverage_of(state, view)
    new = old.with_seen(rect, image.shape)
    if new is old:
        return state
    staged = state.staged
    of_exam = staged.coverage.get(state.exam_key, NOTHING_SEEN)
    of_exam = with_item(of_exam, image_key(image.mammogram), new)
    coverage = with_item(staged.coverage, state.exam_key, of_exam)
    return replace(state, staged=replace(staged, coverage=coverage))


def missed_cells(state: SessionState, view: View) -> NDArray[np.bool_]:
    """The cells of the image in a pane that hold tissue and were not seen, bool, hung."""
    image = state.images[view]
    return tissue_cells(image.free, image.shape) & ~coverage_of(state, view).cells


def shares_seen(state: SessionState) -> dict[View, tuple[int, int]]:
    """Of each standard view that is there, how many cells of tissue were seen, of how many."""
    shares = {}
    for view in STANDARD_VIEWS:
        image = state.images.get(view)
        if image is not None:
            tissue = tissue_cells(image.free, image.shape)
            shares[view] = (
                int((tissue & coverage_of(state, view).cells).sum()),
                int(tissue.sum()),
            )
    return shares


def percent_seen(shares: Mapping[View, tuple[int, int]]) -> int | None:
    """Of all tissue together, per cent, 100 only when nothing is missing; None without any."""
    seen_cells, cells = (sum(share[part] for share in shares.values()) for part in (0, 1))
    return None if cells == 0 else int(100 * seen_cells / cells)


def map_toggled(state: SessionState) -> SessionState:
    """Tissue that was not seen is tinted, or no longer."""
    visible = not state.staged.map_visible
    return replace(state, staged=replace(state.staged, map_visible=visible))
