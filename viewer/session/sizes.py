"""How large the panes show their images: every image whole, all at one size, or as in life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from models.exam import View
from viewer.display.camera import Camera
from viewer.display.size import Sizing, detector_mm
from viewer.session.mappings import with_item
from viewer.session.state import SessionState
from viewer.session.transitions import with_look

NO_LIFE_SIZE = "No image here says how wide its pixels are, so none has a life size."
NOWHERE: Mapping[View, Camera] = MappingProxyType({})


def fitted(state: SessionState) -> SessionState:
    """Every pane shows its whole image, as large as it has room for."""
    return with_look(state, replace(state.look, cameras=NOWHERE, sizing=Sizing.FIT))


def fitted_on_breasts(state: SessionState) -> SessionState:
    """Fitted panes leave out the air beside the breast from now on, or show it again; what was
    zoomed is fitted."""
    habits = state.navigation.habits
    habits = replace(habits, on_breast=not habits.on_breast)
    state = replace(state, navigation=replace(state.navigation, habits=habits))
    return with_look(state, replace(state.look, cameras=NOWHERE))


def same_sized(state: SessionState) -> SessionState:
    """Millimetres are equal in all panes: those of the focused pane where the reader zoomed it,
    else, and when asked again, the largest that leave every image whole."""
    look, focus = state.look, state.focus
    image, camera = state.images.get(focus), look.cameras.get(focus)
    width_mm = None if image is None else detector_mm(image.mammogram)
    if image is None or camera is None or camera.scale is None or width_mm is None:
        return with_look(state, replace(look, cameras=NOWHERE, sizing=Sizing.SAME))
    cameras = {}
    for view, other in state.images.items():
        other_mm = detector_mm(other.mammogram)
        if other_mm is not None:
            row = camera.row / image.shape[0] * other.shape[0]
            cameras[view] = Camera(camera.scale * other_mm / width_mm, row, None)
    if cameras == look.cameras:
        cameras = {}
    sized = replace(look, cameras=MappingProxyType(cameras), sizing=Sizing.SAME)
    return with_look(state, sized)


def true_sized(state: SessionState) -> SessionState:
    """Every image of known spacing as large as in life, on screens whose size was measured;
    nothing but a message where there is none."""
    if not has_life_size(state):
        return replace(state, message=NO_LIFE_SIZE)
    return with_look(state, replace(state.look, cameras=NOWHERE, sizing=Sizing.TRUE))


def has_life_size(state: SessionState) -> bool:
    """Whether any image says how wide its pixels are."""
    return any(detector_mm(image.mammogram) is not None for image in state.images.values())


def is_same_sized(state: SessionState) -> bool:
    """Whether millimetres are equal in all panes because the reader asked for it."""
    look = state.look
    return look.sizing is Sizing.SAME and all(
        camera.column is None for camera in look.cameras.values()
    )


def is_true_sized(state: SessionState) -> bool:
    """Whether panes show life size, as far as screens are measured."""
    return state.look.sizing is Sizing.TRUE and not state.look.cameras


def screen_measured(state: SessionState, key: str, pixel_mm: float) -> SessionState:
    """The reader measured a screen: the width of one of its device pixels."""
    return replace(state, screens=with_item(state.screens, key, pixel_mm))
