"""The pure steps from stage to stage and from tile to tile, and to tissue that was missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.exam import STANDARD_VIEWS, View
from viewer.display.camera import Camera
from viewer.display.coverage import CELL_PX
from viewer.display.hanging import align_of
from viewer.display.protocols import SINGLE
from viewer.display.tiles import Center, tiles
from viewer.session.covering import missed_cells
from viewer.session.key_words import keyed
from viewer.session.mappings import with_item
from viewer.session.staged import Place
from viewer.session.state import SessionState
from viewer.session.transitions import focused, laid_out, looked, said, with_look
from viewer.session.trusting import LOCK_FIRST, some_marks

PaneSize = Callable[[View], tuple[int, int]]
"""(height, width), device pixels, of the pane of a view that stands alone."""

FIRST_EXAM = "This is the first stage of the first exam."
LAST_EXAM = "This was the last stage of the last exam."
NOTHING_MISSED = "All tissue of this exam was on the screen at 1:1."
NOTHING_MEASURED = "The images of this exam are not there yet."


def place_of(state: SessionState) -> Place | None:
    """Where the exam on the screen is; None where it is not read by stages."""
    return state.staged.places.get(state.exam_key)


def entered(
    state: SessionState, stage: int, pane: PaneSize, *, at_end: bool = False
) -> SessionState:
    """Stage number `stage` is on the screen, its first tile or, `at_end`, its last."""
    wanted = state.staged.protocol.stages[stage]
    if wanted.tiled:
        steps = _tiles(state, stage, pane)
        if not steps:
            message = f"{_words(state, stage)}: there is no such image"
            return said(_at(state, Place(stage)), message)
        return _tile(state, stage, steps, len(steps) - 1 if at_end else 0)
    cameras: Mapping[View, Camera] = MappingProxyType({})
    state = laid_out(with_look(state, replace(state.look, cameras=cameras)), wanted.layout)
    words = _words(state, stage)
    if wanted.marks and state.trust.withholds(state.exam_key):
        words = f"{words}. {keyed(LOCK_FIRST, state.keys)}"
    return said(_at(_marked(state, wanted.marks), Place(stage)), words)


def stepped(state: SessionState, by: int, pane: PaneSize) -> SessionState | None:
    """One step on (+1) or back (−1); None where that leads to another exam."""
    place, count = place_of(state), len(state.staged.protocol.stages)
    if place is None:
        if by < 0:
            return None
        first = entered(state, 0, pane)
        # A step that shows nothing new is none: an exam often opens as the first stage has it.
        if count == 1 or _shown(first) != _shown(state):
            return first
        return entered(first, 1, pane)
    if state.staged.protocol.stages[place.stage].tiled:
        steps = _tiles(state, place.stage, pane)
        number = _number(steps, place) + by
        if 0 <= number < len(steps):
            return _tile(state, place.stage, steps, number)
    stage = place.stage + by
    return entered(state, stage, pane, at_end=by < 0) if 0 <= stage < count else None


def missed(state: SessionState, pane: PaneSize) -> SessionState:
    """The view and the place where most tissue was never on the screen at 1:1, there at 1:1."""
    if not state.images:
        return said(state, NOTHING_MEASURED)
    for view in sorted(STANDARD_VIEWS, key=lambda view: view != state.focus):
        left = None if view not in state.images else missed_cells(state, view)
        if left is None or not left.any():
            continue
        center = _most_of(left, _centers(state, view, pane), pane(view))
        return said(_at_full_size(state, view, center), f"{view.label}: not seen at 1:1 yet")
    return said(state, NOTHING_MISSED)


def _at(state: SessionState, place: Place) -> SessionState:
    places = with_item(state.staged.places, state.exam_key, place)
    return replace(state, staged=replace(state.staged, places=places))


def _marked(state: SessionState, marks: bool) -> SessionState:
    """With marks, or without; where none is chosen, with what speaks of cancer first."""
    overlays = some_marks(state.overlays) if marks else state.overlays
    return replace(state, overlays=overlays, marks_visible=marks)


def _shown(state: SessionState) -> tuple[object, ...]:
    marks = state.marks_visible and (state.result is not None or state.overlays.truth)
    return state.layout, marks, dict(state.look.cameras)


def _centers(state: SessionState, view: View, pane: PaneSize) -> tuple[Center, ...]:
    image = state.images[view]
    return tiles(image.free, image.shape, pane(view), align_of(view))


def _most_of(cells: NDArray[np.bool_], centers: Sequence[Center], pane: tuple[int, int]) -> Center:
    """The middle of the tile that shows most of some cells, of which there is at least one."""
    height, width = (length / CELL_PX / 2.0 for length in pane)

    def shown(center: Center) -> int:
        row, column = (place / CELL_PX for place in center)
        rows = slice(max(round(row - height), 0), max(round(row + height), 0))
        columns = slice(max(round(column - width), 0), max(round(column + width), 0))
        return int(cells[rows, columns].sum())

    best = max(centers, key=shown)
    if shown(best):
        return best
    row, column = np.argwhere(cells)[0]  # a border that no tile shows whole
    return float(row * CELL_PX), float(column * CELL_PX)


def _tiles(state: SessionState, stage: int, pane: PaneSize) -> list[tuple[View, Center | None]]:
    """Every tile of a stage; a view that is still being read is one step without a place."""
    steps: list[tuple[View, Center | None]] = []
    record = state.record
    coming = {each.view for each in record.images} if record and state.loading else set()
    for view in state.staged.protocol.stages[stage].tiled:
        if view in state.images:
            steps += [(view, center) for center in _centers(state, view, pane)]
        elif view in coming:
            steps.append((view, None))
    return steps


def _number(steps: list[tuple[View, Center | None]], place: Place) -> int:
    """Which step a place is: the nearest tile of its view, for the pane may have changed since.

    A place from before its view was there comes before that view's first tile.
    """
    own = [number for number, (view, _) in enumerate(steps) if view == place.view]
    if not own:
        return -1
    at = place.center
    if at is None:
        return own[0] - (steps[own[0]][1] is not None)

    def distance(number: int) -> float:
        center = steps[number][1]
        return 0.0 if center is None else (center[0] - at[0]) ** 2 + (center[1] - at[1]) ** 2

    return min(own, key=distance)


def _tile(
    state: SessionState, stage: int, steps: list[tuple[View, Center | None]], number: int
) -> SessionState:
    view, center = steps[number]
    own = [index for index, (each, _) in enumerate(steps) if each == view]
    state = _marked(state, state.staged.protocol.stages[stage].marks)
    state = _at(_at_full_size(state, view, center), Place(stage, view, center))
    tile = f"{view.label}, tile {own.index(number) + 1} of {len(own)}"
    return said(state, f"{_words(state, stage)}: {tile}")


def _at_full_size(state: SessionState, view: View, center: Center | None) -> SessionState:
    state = focused(state, view)
    if state.layout != SINGLE:
        state = laid_out(state, SINGLE)
    return state if center is None else looked(state, view, Camera(1.0, *center))


def _words(state: SessionState, stage: int) -> str:
    stages = state.staged.protocol.stages
    return f"Stage {stage + 1} of {len(stages)}, {stages[stage].title}"
