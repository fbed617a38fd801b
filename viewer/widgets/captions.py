"""What each pane says, from the session's state, in the words that exports use too."""

from __future__ import annotations

from models.exam import Mammogram, View
from viewer.display.annotations import Detail
from viewer.display.colours import MUTED, WARNING
from viewer.display.gray import contrast_key
from viewer.display.gray_words import departure_words
from viewer.display.hanging import align_of
from viewer.display.pane_key import PriorView
from viewer.display.scale import ScaleBar, scale_bar
from viewer.display.size import size_words
from viewer.display.viewport import Viewport
from viewer.exam_io.priors import refused_priors
from viewer.exam_io.records import ExamRecord
from viewer.export.caption import (
    Caption,
    Room,
    Wording,
    alarm_lines,
    caption_lines,
    corner_words,
    unmarked_lines,
    with_templates,
)
from viewer.session.key_words import keyed
from viewer.session.state import Phase, SessionState
from viewer.session.waiting import WAITING

LONGEST_BAR = 1 / 3


def caption_of(
    state: SessionState,
    view: View,
    viewport: Viewport | None,
    ratio: float,
    screen_mm: float | None = None,
) -> Caption:
    """The words on the pane of `view`; lengths in logical pixels at `ratio` device pixels each.

    Parameters
    ----------
    screen_mm : width of a device pixel of the calibrated screen, or None.
    """
    align = align_of(view)
    image = state.images.get(view)
    wording = wording_of(state)
    if image is None or viewport is None:
        return Caption(
            view.label,
            align,
            identity=_identity(state, view, wording),
            lines=tuple(alarm_lines(_record_of(state, view))),
            missing=_why_missing(state, view),
        )
    glam = None
    if state.marks_visible and state.result is not None:
        glam = state.result.glam
    lines = caption_lines(view, image.mammogram, glam)
    if state.marks_visible:
        lines = [*unmarked_lines(view, state.result, state.overlays), *lines]
    awaited = state.look.departures.clahe and contrast_key(image) not in state.contrasts
    if departed := departure_words(state.look.departures, awaited=awaited):
        lines = [(departed, WARNING), *lines]
    if state.analysis.phase in WAITING:
        words = "analysing…" if state.analysis.phase is Phase.RUNNING else "queued for analysis"
        lines = [(words, MUTED), *lines]
    corner = corner_words(viewport, state.voi_of(view), inverted=state.look.inverted)
    bar = scale_bar(image.mammogram, viewport, viewport.width * LONGEST_BAR)
    caption = Caption(
        wording.title_of(image.mammogram),
        align,
        identity=_identity(state, view, wording, image.mammogram),
        lines=(*alarm_lines(_record_of(state, view)), *lines),
        corner=corner,
        bar=None if bar is None else ScaleBar(bar.words, bar.pixels / ratio),
        size=tuple(size_words(image.mammogram, viewport, screen_mm)),
        room=Room(image.free, viewport, ratio),
        focused=len(state.panes.views) > 1 and state.focus == view,
    )
    return with_templates(caption, image.mammogram, wording)


def _identity(
    state: SessionState, view: View, wording: Wording, mammogram: Mammogram | None = None
) -> tuple[str, ...]:
    record = _record_of(state, view)
    return () if record is None else wording.identity_of(record, mammogram)


def _record_of(state: SessionState, view: View) -> ExamRecord | None:
    """The exam that a pane shows an image of."""
    return state.prior if isinstance(view, PriorView) else state.record


def wording_of(state: SessionState) -> Wording:
    """What the reader wants said on images; in the window all of it can be switched off."""
    return Wording(state.annotations, state.detail, identified=state.detail is not Detail.NONE)


def _why_missing(state: SessionState, view: View) -> str:
    record = state.record
    if record is None:
        return ""
    if isinstance(view, PriorView):
        return _why_no_prior(state, view)
    if any(image.view == view for image in record.images):
        return "reading…" if state.loading else f"{view.label} could not be read"
    aside = [image.aside for image in record.set_aside if image.view == view]
    if aside:
        where = keyed("{tray} shows it", state.keys)
        return f"{view.label} is set aside: {aside[0]} ({where})"
    if any(view.name in problem.subject for problem in record.problems):
        return f"{view.label}: its file is missing or damaged, see Problems"
    return f"No {view.label} in this exam"


def _why_no_prior(state: SessionState, view: PriorView) -> str:
    prior, record = state.prior, state.record
    if prior is None and record is not None and refused_priors(record, state.records):
        return "No prior: an earlier exam of this id names somebody else, see Problems"
    if prior is None:
        if view != _first_prior(state):
            return "No prior"  # why is said once
        named = record is not None and record.patient_id and record.date
        why = "no earlier exam of this patient is open" if named else "this exam names no patient"
        return f"No prior: {why}"
    if state.loading or state.reading_prior:
        return f"reading the prior of {prior.date}…"
    return f"No {view.laterality.value} {view.position.value} in the prior of {prior.date}"


def _first_prior(state: SessionState) -> View | None:
    return next((view for view in state.panes.views if isinstance(view, PriorView)), None)
