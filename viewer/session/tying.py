"""The tied cursor: the place of other panes that corresponds to the one under the cursor."""

from __future__ import annotations

from models.exam import View
from viewer.display.counterpart import counterpart
from viewer.session.looking import frame_in
from viewer.session.state import SessionState


def tied_place(state: SessionState, view: View) -> tuple[float, float] | None:
    """The hung (row, column) in the pane of `view` that lies as the cursor does in its pane:
    mirrored in the other breast, alike in the prior, in the same projection only."""
    navigation = state.navigation
    pointer = navigation.pointer
    if pointer is None or not (navigation.habits.tied or navigation.mirror):
        return None
    if view == pointer.view or view.position is not pointer.view.position:
        return None
    frame, their = frame_in(state, pointer.view), frame_in(state, view)
    if frame is None or their is None:
        return None
    row, column = counterpart(frame, their).point(pointer.row, pointer.column)
    rows, columns = state.images[view].shape
    return (row, column) if 0 <= row < rows and 0 <= column < columns else None
