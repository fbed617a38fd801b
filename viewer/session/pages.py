"""Between the session and a page: what an export shows, and how a reopened picture looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from models.exam import Exam, View
from viewer.display.camera import Camera
from viewer.display.overlay import Overlays
from viewer.display.pane_key import PriorView, is_current, key_from_name
from viewer.display.size import Sizing
from viewer.display.viewport import Viewport
from viewer.export.caption import Wording
from viewer.export.context import PageContext
from viewer.export.page import Beside, PageSpec
from viewer.session.key_words import keyed
from viewer.session.measurements import measured_again, measured_on
from viewer.session.nipples import marked_again, nipple_of
from viewer.session.state import Look, SessionState
from viewer.session.transitions import laid_out, with_look
from viewer.session.trusting import LOCK_FIRST

NOT_ANALYSED = "Saliency and patches need an analysis: press {analyse}."
NO_OVERLAYS = Overlays(malignant=False, benign=False, patches=False, truth=False)


def page_of(
    state: SessionState,
    viewports: Mapping[View, Viewport],
    size: tuple[int, int],
    *,
    view: View | None = None,
    marks: bool = True,
    plain: bool = False,
    deidentified: bool = False,
    made_on: str = "",
) -> PageSpec:
    """The page as it is on the screen, or one view of it.

    Parameters
    ----------
    viewports : what each pane shows now; panes that are fitted are fitted on the page too.
    size : (height, width) of the panes together, device pixels.
    view : this view alone, at the size of its pane.
    marks : with the overlays that are on, and with measurements unless they are hidden.
    deidentified : nothing on the page tells whose images they are.
    """
    height, width = size
    held = state.trust.withholds(state.exam_key)
    seen = marks and state.marks_visible and not held
    layout = state.layout if state.layout != "single" else f"single:{state.focus.name}"
    if view is not None:
        layout = f"single:{view.name}"
        if view in viewports:
            height, width = viewports[view].height, viewports[view].width
    placed = {
        each: viewport
        for each, viewport in viewports.items()
        if state.camera_of(each).scale is not None
        or state.look.sizing is Sizing.TRUE
        or state.navigation.habits.on_breast
    }
    return PageSpec(
        layout=layout,
        height=height,
        width=width,
        overlays=state.overlays if seen else NO_OVERLAYS,
        vois=state.look.vois,
        viewports=MappingProxyType(placed),
        inverted=state.look.inverted,
        departures=state.look.departures,
        plain=plain,
        held=held and state.exam_key in state.trust.held,
        wording=Wording(state.annotations, state.detail, deidentified=deidentified),
        made_on=made_on,
        beside=MappingProxyType(
            {
                view: Beside(
                    image.mammogram,
                    image.notice,
                    state.prior.alarm if state.prior and isinstance(view, PriorView) else "",
                )
                for view, image in state.images.items()
                if not is_current(view)
            }
        ),
        placed=state.work.now.placed,
        sizing=Sizing.FIT if state.look.sizing is Sizing.FIT else Sizing.SAME,
        nipples=MappingProxyType(
            {each: nipple for each in viewports if (nipple := nipple_of(state, each)) is not None}
        ),
        measurements=MappingProxyType(measured_on(state, viewports) if marks else {}),
    )


def reopened(state: SessionState, context: PageContext, exam: Exam) -> SessionState:
    """The exam on the screen looks as it did when the picture was made."""
    spec = context.spec(exam)
    look = Look(
        vois=spec.vois,
        cameras=MappingProxyType(
            {view: Camera.of(viewport) for view, viewport in spec.viewports.items()}
        ),
        inverted=spec.inverted,
        departures=spec.departures,
        sizing=spec.sizing,
    )
    state = marked_again(state, spec.nipples)
    state = measured_again(state, spec.measurements)
    kind, _, view = spec.layout.partition(":")
    if view:
        state = replace(state, focus=key_from_name(view))
    state = laid_out(state, kind)
    return with_look(
        replace(state, overlays=spec.overlays, marks_visible=True, detail=spec.wording.detail),
        look,
    )


def nothing_to_draw(state: SessionState, overlay: str) -> str:
    """Why an overlay that is on draws nothing on this exam; empty when it draws."""
    if state.trust.withholds(state.exam_key):
        return keyed(LOCK_FIRST, state.keys)
    if overlay == "truth":
        drawn = any(image.truth for image in state.images.values())
        return "" if drawn else "This exam brings no ground truth masks."
    if state.exam_key in state.marks:
        return ""
    return keyed(NOT_ANALYSED, state.keys)
