"""Where panes look: from a viewport that a reader chose to the cameras that keep it, and those of
the other panes where all of them move together."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

from models.exam import View
from models.geometry import Affine
from viewer.display.camera import Camera
from viewer.display.counterpart import BreastFrame, counterpart, frame_of
from viewer.display.viewport import LARGEST_SCALE, SMALLEST_SCALE, Viewport, clamp
from viewer.session.nipples import nipple_of
from viewer.session.state import SessionState
from viewer.session.transitions import with_look


def looked_through(
    state: SessionState, view: View, viewport: Viewport, *, other_way: bool = False
) -> SessionState:
    """A pane looks through this viewport, as far as its image reaches; coupled ones follow.

    Parameters
    ----------
    other_way : alone although panes are coupled, or together although they are not.
    """
    camera = Camera.of(clamp(viewport, state.images[view].shape))
    cameras = {**state.look.cameras, view: camera}
    if state.navigation.habits.coupled != other_way:
        cameras.update(_followers(state, view, camera))
    return with_look(state, replace(state.look, cameras=MappingProxyType(cameras)))


def coupled(state: SessionState) -> SessionState:
    """Panes move together from now on, or no longer; those that do begin where the focused one
    looks, if the reader ever moved it."""
    habits = replace(state.navigation.habits, coupled=not state.navigation.habits.coupled)
    state = replace(state, navigation=replace(state.navigation, habits=habits))
    camera = state.look.cameras.get(state.focus)
    if not habits.coupled or camera is None or state.focus not in state.images:
        return state
    apart = replace(state, looks=MappingProxyType({}))  # whatever they looked at until now
    cameras = {**state.look.cameras, **_followers(apart, state.focus, camera)}
    return with_look(state, replace(state.look, cameras=MappingProxyType(cameras)))


def frame_in(state: SessionState, view: View) -> BreastFrame | None:
    """What places in a pane's image are compared with others by; None where there is none."""
    image = state.images.get(view)
    return None if image is None else frame_of(image, view, nipple_of(state, view))


def _followers(state: SessionState, view: View, camera: Camera) -> dict[View, Camera]:
    """Where all other panes look when that of `view` looks through `camera`."""
    frame = frame_in(state, view)
    if frame is None:
        return {}
    before, cameras = state.camera_of(view), {}
    for other in state.images:
        their = None if other == view else frame_in(state, other)
        if their is not None:
            to_other = counterpart(frame, their)
            cameras[other] = _following(to_other, before, camera, state.camera_of(other))
    return cameras


def _following(to_other: Affine, before: Camera, camera: Camera, now: Camera) -> Camera:
    """Where another pane looks: at the counterpart of what `camera` shows, and as far from there
    as it was `before`, where the reader had moved one of both alone.

    It is not kept within its image, so that it is back in step when the first one is.
    """
    if camera.scale is None or camera.column is None:
        return now
    unit = to_other.rr
    scale = camera.scale / unit
    row, column = to_other.point(camera.row, camera.column)
    if before.scale and now.scale and before.column is not None and now.column is not None:
        was_row, was_column = to_other.point(before.row, before.column)
        row, column = row + now.row - was_row, column + now.column - was_column
        share = now.scale * unit / before.scale
        if not math.isclose(share, 1.0, rel_tol=1e-6):  # exactly 1:1 stays so
            scale *= share
    return Camera(min(max(scale, SMALLEST_SCALE), LARGEST_SCALE), row, column)
