"""What the reader does with images by hand, undone and redone; and the tray and the prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from models.errors import name_of
from models.exam import View
from models.geometry import Orientation
from viewer.display.pane_key import AsideView, PriorView
from viewer.display.placed import Placed
from viewer.display.shown import ShownImage
from viewer.session.by_hand import ByHand
from viewer.session.history import History
from viewer.session.mappings import with_item, without_item
from viewer.session.state import Analysis, Phase, SessionState
from viewer.session.transitions import analysis_changed, focused, laid_out, rehung, with_read

OUTDATED = "Images were placed by hand: analyse again ({analyse})."


BEGUN = (Phase.QUEUED, Phase.RUNNING, Phase.STOPPED)


@dataclass(frozen=True, slots=True)
class TrayItem:
    """An image of the tray; `number` is its `AsideView`'s, `file` its name."""

    number: int
    title: str
    reason: str
    file: str


def tray_of(state: SessionState) -> tuple[TrayItem, ...]:
    """Every image of the exam on the screen that hangs as no standard view."""
    record = state.record
    if record is None:
        return ()
    items = []
    for number, image in enumerate(record.set_aside):
        placed = state.work.now.placed.get(AsideView.at(number), Placed())
        by_hand = f"shown as {placed.view.label} by hand" if placed.view is not None else ""
        items.append(TrayItem(number, image.title, by_hand or image.aside, name_of(image.path)))
    for key, shown in state.images.items():
        if isinstance(key, AsideView) and key.number >= len(record.set_aside):
            mammogram = shown.mammogram
            file = "" if mammogram.path is None else name_of(mammogram.path)
            items.append(TrayItem(key.number, mammogram.title, shown.notice, file))
    return tuple(items)


def source_of(state: SessionState, view: View) -> View | None:
    """The key that the file of an image on the screen gives it; None for a prior's image."""
    image = state.images.get(view)
    if image is None or isinstance(view, PriorView):
        return None
    pixels = image.mammogram.pixels
    return next((key for key, one in state.read.items() if one.mammogram.pixels is pixels), None)


def shown_as(state: SessionState, view: View, wanted: View) -> SessionState:
    """The image in a pane is shown as another view."""
    source = source_of(state, view)
    if source is None:
        return state
    before = state.work.now.placed.get(source, Placed())
    placed = replace(before, view=None if wanted == source else wanted)
    words = f"show {view.label} as {wanted.label}"
    state = _done(state, words, state.work.now.with_placed(source, placed))
    if state.layout == "single" or wanted not in state.panes.views:
        return replace(state, focus=wanted, layout=_with_view(state, wanted))
    return focused(state, wanted)


def turned(state: SessionState, view: View, how: Orientation, words: str) -> SessionState:
    """The image in a pane is mirrored or turned; `words` name what is done."""
    source = source_of(state, view)
    if source is None:
        return state
    before = state.work.now.placed.get(source, Placed())
    placed = replace(before, turned=before.turned.then(how))
    return _done(state, f"{words} {view.label}", state.work.now.with_placed(source, placed))


def undone(state: SessionState) -> SessionState:
    """The latest thing that the reader did to this exam is undone."""
    return _worked(state, state.work.back())


def redone(state: SessionState) -> SessionState:
    """The latest thing undone is done again."""
    return _worked(state, state.work.forth())


def placed_again(state: SessionState, placed: Mapping[View, Placed]) -> SessionState:
    """Images are placed by hand as they were when a picture was made."""
    by_hand = replace(state.work.now, placed=MappingProxyType(dict(placed)))
    if by_hand.placed == state.work.now.placed:
        return state
    return _done(state, "place images as in the picture", by_hand)


def aside_ready(state: SessionState, number: int, image: ShownImage) -> SessionState:
    """An image of the tray can be drawn."""
    return with_read(state, AsideView.at(number), image)


def aside_lost(state: SessionState, number: int) -> SessionState:
    """An image of the tray that was given a view cannot be read any more: what its file gives
    hangs there again, and nothing that was said of the lost one stays."""
    now, key = state.work.now, AsideView.at(number)
    if key not in now.placed:
        return state
    return _done(state, f"leave out {key.label}", now.with_placed(key, Placed()))


def aside_shown(state: SessionState, number: int) -> SessionState:
    """An image of the tray alone in a pane, if it can be drawn; where it hangs, if it does."""
    key: View = AsideView.at(number)
    placed = state.work.now.placed.get(key)
    if placed is not None and placed.view is not None:
        key = placed.view
    return laid_out(focused(state, key), "single") if key in state.images else state


def prior_ready(state: SessionState, image: ShownImage) -> SessionState:
    """One more view of the prior can be drawn; without its truth before its own first read."""
    view, prior = image.mammogram.view, state.prior
    if view is None:
        return state
    if prior is not None and state.trust.withholds(prior.exam_id):
        image = replace(image, mammogram=replace(image.mammogram, truth=()), truth=())
    return replace(state, images=with_item(state.images, PriorView.of(view), image))


def _with_view(state: SessionState, view: View) -> str:
    """A layout that shows `view`: the one in force if it does."""
    if state.layout == "single" or view in state.panes.views:
        return state.layout
    return "2x2"


def _done(state: SessionState, words: str, by_hand: ByHand) -> SessionState:
    return _worked(state, state.work.then(words, by_hand))


def _worked(state: SessionState, work: History[ByHand]) -> SessionState:
    """The exam is as `work` has it; what was computed from other images of it is gone."""
    if work is state.work:
        return state
    key = state.exam_key
    has_moved = work.now.placed != state.work.now.placed
    state = replace(state, works=with_item(state.works, key, work))
    if not has_moved:
        return state
    state = rehung(state)
    if state.focus not in state.images:
        state = laid_out(
            focused(state, next(iter(state.images), state.focus)), state.before_single
        )
    known = (state.results, state.trust.held, state.away)
    was_analysed = state.analysis.phase in BEGUN or any(key in each for each in known)
    trust = replace(state.trust, held=without_item(state.trust.held, key))
    results, marks = without_item(state.results, key), without_item(state.marks, key)
    away = without_item(state.away, key)
    state = replace(state, results=results, marks=marks, away=away, trust=trust)
    reason = OUTDATED if was_analysed or state.analysis.reason == OUTDATED else ""
    return analysis_changed(state, key, Analysis(reason=reason))
