"""The nipples that a reader marked or accepted: kept by image, undone and redone like all that is
done by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from models.exam import View
from viewer.display.hanging import align_of
from viewer.display.nipple import Nipple, guessed_nipple
from viewer.session.key_words import keyed
from viewer.session.mappings import with_item
from viewer.session.state import SessionState
from viewer.session.transitions import said

IN_AIR = "There is only air: a nipple lies on the breast."
_NEAR = 0.03  # of an image's width: nipples stand out from the outline


def nipple_of(state: SessionState, view: View) -> Nipple | None:
    """The nipple of the image in a pane."""
    image = state.images.get(view)
    return None if image is None else state.work.now.nipples.get(image.mammogram.image_id)


def marked(
    state: SessionState, view: View, row: float, column: float, *, moving: bool = False
) -> SessionState:
    """The nipple is at a hung point of a pane; `moving` continues what was done last.

    A point in air changes nothing, and is said to be one.
    """
    image = state.images.get(view)
    if image is None:
        return state
    rows, columns = image.shape
    if not image.free.holds(row, column, near=_NEAR * columns):
        return said(state, IN_AIR)
    inside = min(max(row, 0.0), float(rows)), min(max(column, 0.0), float(columns))
    nipple = Nipple.at_hung(image.mammogram, *inside)
    nipples = with_item(state.work.now.nipples, image.mammogram.image_id, nipple)
    return _with(state, "" if moving else f"mark the nipple of {view.label}", nipples)


def suggested(state: SessionState) -> SessionState:
    """Every image in a pane without a nipple gets the one that its outline suggests."""
    nipples = dict(state.work.now.nipples)
    for view in state.panes.views:
        image = state.images.get(view)
        if image is None or image.doubtful:  # whose chest wall may be on any side
            continue
        if image.mammogram.image_id not in nipples:
            found = guessed_nipple(image, align_of(view))
            if found is not None:
                nipples[image.mammogram.image_id] = found
    if len(nipples) == len(state.work.now.nipples):
        return state
    return _with(state, "suggest nipples", nipples)


def marked_again(state: SessionState, nipples: Mapping[View, Nipple]) -> SessionState:
    """Nipples are where they were when a picture was made."""
    by_image = {
        state.images[view].mammogram.image_id: nipple
        for view, nipple in nipples.items()
        if view in state.images
    }
    if by_image == state.work.now.nipples:
        return state
    return _with(state, "mark nipples as a picture has them", by_image)


def accepted(state: SessionState, view: View) -> SessionState:
    """The reader finds the suggested nipple of a pane right."""
    image, nipple = state.images.get(view), nipple_of(state, view)
    if image is None or nipple is None or not nipple.guessed:
        return state
    sure = replace(nipple, guessed=False)
    nipples = with_item(state.work.now.nipples, image.mammogram.image_id, sure)
    state = _with(state, f"accept the nipple of {view.label}", nipples)
    back = keyed("{undo} takes it back", state.keys)
    return said(state, f"Nipple of {view.label} accepted. {back}.")


def forgotten(state: SessionState, view: View) -> SessionState:
    """The image in a pane has no nipple any more."""
    image = state.images.get(view)
    if image is None or nipple_of(state, view) is None:
        return state
    gone = image.mammogram.image_id
    nipples = {key: each for key, each in state.work.now.nipples.items() if key != gone}
    return _with(state, f"forget the nipple of {view.label}", nipples)


def _with(state: SessionState, words: str, nipples: Mapping[str, Nipple]) -> SessionState:
    """These nipples, as something done by hand that `words` name, or as part of the last."""
    work = state.work
    by_hand = replace(work.now, nipples=MappingProxyType(dict(nipples)))
    work = work.then(words, by_hand) if words else replace(work, now=by_hand)
    return replace(state, works=with_item(state.works, state.exam_key, work), message="")
