"""Where panes look: from a viewport that a reader chose to the cameras that keep it."""

from __future__ import annotations

from models.exam import View
from viewer.display.camera import Camera
from viewer.display.viewport import Viewport, clamp
from viewer.session.state import SessionState
from viewer.session.transitions import looked


def looked_through(state: SessionState, view: View, viewport: Viewport) -> SessionState:
    """A pane looks through this viewport, as far as its image reaches."""
    return looked(state, view, Camera.of(clamp(viewport, state.images[view].shape)))
