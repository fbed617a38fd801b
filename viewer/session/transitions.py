"""The pure steps from one state of the session to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.errors import Problem
from models.exam import R_CC, STANDARD_VIEWS, Exam, View
from viewer.display.camera import Camera
from viewer.display.hanging import layout_named
from viewer.display.overlay import Overlays
from viewer.display.pane_key import AsideView, PriorView, is_current
from viewer.display.shown import ShownImage
from viewer.exam_io.records import ExamRecord
from viewer.session.by_hand import exam_by_hand, hang
from viewer.session.mappings import with_item
from viewer.session.state import Analysis, Look, SessionState
from viewer.session.trust import Trust
from viewer.session.trusting import came


def with_look(state: SessionState, look: Look) -> SessionState:
    """The exam on the screen is looked at in another way."""
    return replace(state, looks=with_item(state.looks, state.exam_key, look))


def opened(
    state: SessionState,
    records: tuple[ExamRecord, ...],
    problems: tuple[Problem, ...],
    paths: tuple[Path, ...] = (),
) -> SessionState:
    """Other exams take the place of the opened ones; nothing is on the screen yet.

    Results and looks go with the exams they belong to: ids name exams only among those that
    were opened together. Truth is hidden, which the reader may have seen of other exams only.
    """
    return replace(
        state,
        opened=paths,
        records=records,
        index=None,
        **_no_images(),
        loading=False,
        scan_problems=problems,
        exam_problems=(),
        results=MappingProxyType({}),
        marks=MappingProxyType({}),
        analyses=MappingProxyType({}),
        queue=(),
        away=MappingProxyType({}),
        looks=MappingProxyType({}),
        works=MappingProxyType({}),
        overlays=replace(state.overlays, truth=False),
        trust=Trust(state.trust.mode),
        staged=replace(state.staged, places=MappingProxyType({}), coverage=MappingProxyType({})),
    )


def _no_images() -> dict[str, Any]:
    """Nothing of an exam and its prior stays in memory when it leaves the screen."""
    nothing: Mapping[View, ShownImage] = MappingProxyType({})
    return {
        "images": nothing,
        "read": nothing,
        "exam": None,
        "read_exam": None,
        "reading_prior": False,
        "prior_problems": (),
    }


def shown(state: SessionState, index: int) -> SessionState:
    """The exam at `index` comes to the screen; its images follow as they are read."""
    if isinstance(state.focus, AsideView):  # of the exam that leaves
        state = laid_out(replace(state, focus=R_CC), state.before_single)
    return came(
        replace(
            state,
            index=index,
            **_no_images(),
            loading=True,
            exam_problems=(),
            measuring=state.measuring.at_rest(),
            message="",
        )
    )


def image_ready(state: SessionState, image: ShownImage) -> SessionState:
    """One more view of the exam on the screen can be drawn."""
    view = image.mammogram.view
    return state if view is None else with_read(state, view, image)


def with_read(state: SessionState, key: View, image: ShownImage) -> SessionState:
    """An image of the exam on the screen is ready, under the key that its file gives it."""
    return rehung(replace(state, read=with_item(state.read, key, image)))


def rehung(state: SessionState) -> SessionState:
    """The images under the keys of their panes, as files and reader want them."""
    by_hand, record = state.work.now, state.record
    tray_size = 0 if record is None else len(record.set_aside)
    own = hang(state.read, by_hand, tray_size, state.images)
    images: dict[View, ShownImage] = dict(own)
    images.update((key, each) for key, each in state.images.items() if isinstance(key, PriorView))
    exam = state.read_exam
    if exam is not None and by_hand.placed:
        exam = exam_by_hand(exam, state.read, own)
    return replace(state, images=MappingProxyType(images), exam=exam)


def problem_met(state: SessionState, problem: Problem) -> SessionState:
    """One file of the exam on the screen could not be read."""
    return replace(state, exam_problems=(*state.exam_problems, problem))


def all_ready(state: SessionState, exam: Exam) -> SessionState:
    """No more images are coming."""
    state = rehung(replace(state, loading=False, read_exam=exam))
    if state.focus in state.images or state.focus not in STANDARD_VIEWS:
        return state
    currents = (view for view in state.images if is_current(view))
    return replace(state, focus=next(currents, state.focus))


def laid_out(state: SessionState, layout: str) -> SessionState:
    """Another layout; raises ValueError for a name that is none."""
    views = layout_named(layout, state.focus).views
    return replace(
        state,
        layout=layout,
        before_single=state.before_single if layout == "single" else layout,
        focus=state.focus if state.focus in views else views[0],
    )


def enlarged(state: SessionState, view: View) -> SessionState:
    """Double click: this view alone, or back to the layout it came from."""
    if state.layout == "single":
        return laid_out(state, state.before_single)
    return laid_out(focused(state, view), "single")


def focused(state: SessionState, view: View) -> SessionState:
    """Single-pane commands speak of this view from now on."""
    return state if state.focus is view else replace(state, focus=view)


def looked(state: SessionState, view: View, camera: Camera) -> SessionState:
    """A pane zooms or pans."""
    return with_look(
        state, replace(state.look, cameras=with_item(state.look.cameras, view, camera))
    )


def look_reset(state: SessionState) -> SessionState:
    """Windows, polarity and places as the files have them, and no departure from them."""
    return with_look(state, Look())


def analysis_changed(state: SessionState, exam_id: str, analysis: Analysis) -> SessionState:
    """The analysis of an exam, on the screen or not, is somewhere else now."""
    return replace(state, analyses=with_item(state.analyses, exam_id, analysis))


def said(state: SessionState, message: str) -> SessionState:
    """A sentence for the status line."""
    return replace(state, message=message)


def overlaid(state: SessionState, overlays: Overlays) -> SessionState:
    """Other overlays, opacity or threshold."""
    return replace(state, overlays=overlays, marks_visible=True)
