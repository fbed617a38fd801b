"""What the lens over a pane shows: the image magnified, or the other breast mirrored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.exam import Laterality, View
from models.geometry import Box
from viewer.display.counterpart import counterpart
from viewer.display.lens import SIDE_PX, lens_area, magnifying, mirroring
from viewer.display.mirrored import mirrored_directions
from viewer.display.pane_key import AsideView, PriorView
from viewer.display.viewport import Viewport
from viewer.session.looking import frame_in
from viewer.session.state import SessionState

HEAD_PX = 20  # of the line of words above the image, logical pixels


@dataclass(frozen=True, slots=True)
class Lens:
    """A lens over a pane.

    Attributes
    ----------
    head : where its words stand, above the image; area : where the image is; device pixels of
        the pane.
    view : whose image it shows through `viewport`.
    words : what it says of itself; sides : of a mirrored image, the letters for where its left
        and its right lie in the patient, empty where the file does not say.
    """

    head: Box
    area: Box
    view: View
    viewport: Viewport
    words: str
    negative: bool = False
    mirrored: bool = False
    sides: tuple[str, str] = ("", "")


def lens_in(state: SessionState, view: View, viewport: Viewport, ratio: float) -> Lens | None:
    """The lens over the pane of `view`, or None.

    Parameters
    ----------
    viewport : what the pane shows; ratio : device pixels per logical pixel.
    """
    navigation = state.navigation
    pointer, habits = navigation.pointer, navigation.habits
    if pointer is None or pointer.view != view or not (navigation.lens or navigation.mirror):
        return None
    at, point = viewport.to_pane(pointer.row, pointer.column), (pointer.row, pointer.column)
    whole = lens_area(viewport, *at, round(SIDE_PX * ratio))
    high = round(HEAD_PX * ratio)
    head = Box(whole.row, whole.column, high, whole.width)
    area = Box(whole.row + high, whole.column, whole.height - high, whole.width)
    scale = float(habits.lens_scale) if navigation.lens else viewport.scale
    negative = navigation.lens and habits.lens_negative
    tone = "inverted" if state.look.inverted != negative else ""
    if not navigation.mirror:
        shown = magnifying(area, scale, at, point)
        words = " ".join(filter(None, (_times(shown.scale), tone)))
        return Lens(head, area, view, shown, words, negative)
    other = other_breast(view)
    frame = frame_in(state, view)
    their = None if other is None else frame_in(state, other)
    if other is None or frame is None or their is None:
        return None
    shown = mirroring(area, scale, at, point, counterpart(frame, their))
    times = _times(shown.scale) if navigation.lens else ""
    found = mirrored_directions(state.images[other].mammogram)
    return Lens(
        head,
        area,
        other,
        shown,
        " ".join(filter(None, (f"{other.label} MIRRORED", times, tone))),
        negative,
        mirrored=True,
        sides=("", "") if found is None else (found.left, found.right),
    )


def _times(scale: float) -> str:
    """`2:1`; of another detector, shown at the same millimetres, `140 %`."""
    return f"{scale:.0f}:1" if scale == round(scale) else f"{100 * scale:.0f} %"


def mirror(state: SessionState) -> SessionState:
    """The lens that shows the other breast mirrored comes or goes."""
    navigation = replace(state.navigation, mirror=not state.navigation.mirror)
    state = replace(state, navigation=navigation)
    other = other_breast(state.focus)
    if not navigation.mirror or other is None or other in state.images:
        return state
    return replace(state, message=f"There is no {other.label} to compare with.")


def other_breast(view: View) -> View | None:
    """The same projection of the other breast in the same exam; None for a tray image."""
    if isinstance(view, AsideView):
        return None
    right = view.laterality is Laterality.RIGHT
    other = View(Laterality.LEFT if right else Laterality.RIGHT, view.position)
    return PriorView.of(other) if isinstance(view, PriorView) else other
