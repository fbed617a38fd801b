"""The nipple-distance arc: for a place in one view, the band in the other views of the breast."""

from __future__ import annotations

from dataclasses import replace

from models.exam import View
from viewer.display.distance_band import DistanceBand, band_between
from viewer.display.nipple import Nipple
from viewer.display.pane_key import AsideView, PriorView
from viewer.session.navigation import Arc, Pointer
from viewer.session.nipples import nipple_of
from viewer.session.staged import image_key
from viewer.session.state import SessionState

FOLLOWS = "The arc follows the cursor; the same key pins it."
PINNED = "The arc is pinned; the same key ends it."


def arc_stepped(state: SessionState) -> SessionState:
    """The arc follows the cursor; then it stays where that points; then it is gone."""
    navigation = state.navigation
    if navigation.arc is Arc.OFF:
        navigation = replace(navigation, arc=Arc.CURSOR)
        return replace(state, navigation=navigation, message=FOLLOWS)
    if navigation.arc is Arc.PINNED:
        navigation = replace(navigation, arc=Arc.OFF, pinned=None)
        return replace(state, navigation=navigation, message="")
    pointer = navigation.pointer
    if pointer is None or pointer.view not in state.images:
        navigation = replace(navigation, arc=Arc.OFF)
        return replace(state, navigation=navigation, message="")
    key = image_key(state.images[pointer.view].mammogram)
    navigation = replace(navigation, arc=Arc.PINNED, pinned=(key, pointer))
    return replace(state, navigation=navigation, message=PINNED)


def arc_source(state: SessionState) -> Pointer | None:
    """The place that the arc is drawn for; none of an image that is gone or was turned."""
    navigation = state.navigation
    if navigation.arc is Arc.CURSOR:
        return navigation.pointer
    if navigation.arc is Arc.OFF or navigation.pinned is None:
        return None
    key, pointer = navigation.pinned
    image = state.images.get(pointer.view)
    return pointer if image is not None and image_key(image.mammogram) == key else None


def arc_in(state: SessionState, view: View) -> DistanceBand | str | None:
    """The band in the pane of `view`; or why there is none; or None where none belongs."""
    source = arc_source(state)
    if source is None or not _is_wanted(state, source.view, view):
        return None
    one, other = state.images.get(source.view), state.images.get(view)
    if one is None or other is None:
        return None
    nipple, its = _sure(state, source.view), _sure(state, view)
    for known, of in ((nipple, source.view), (its, view)):
        if known is None:
            return f"Mark the nipple of {of.label}, or accept the suggested one."
    if nipple is None or its is None:
        return None
    point = source.row, source.column
    return band_between(one.mammogram, nipple, point, other.mammogram, its)


def arc_words(state: SessionState) -> list[str]:
    """What is said beside the place under the cursor: the band, or why there is none."""
    found = [arc_in(state, view) for view in state.panes.views]
    reasons = [each for each in found if isinstance(each, str)]
    bands = [each for each in found if isinstance(each, DistanceBand)]
    if bands:
        return [f"arc {bands[0].words}"]
    return [f"no arc: {reasons[0]}"] if reasons else []


def _is_wanted(state: SessionState, source: View, view: View) -> bool:
    """Whether the arc belongs in the pane of `view`: of the same exam, and of another view."""
    if view == source or isinstance(source, AsideView) or isinstance(view, AsideView):
        return False
    if isinstance(source, PriorView) != isinstance(view, PriorView):
        return False
    if view.laterality is source.laterality:
        return view.position is not source.position
    return state.navigation.habits.arc_both


def _sure(state: SessionState, view: View) -> Nipple | None:
    """The nipple of a pane, marked or accepted."""
    nipple = nipple_of(state, view)
    return None if nipple is None or nipple.guessed else nipple
