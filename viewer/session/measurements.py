"""The steps of measuring: draw, change, select, word and delete; kept by image, undone and redone
like all that is done by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from models.exam import View
from viewer.display.measure_lines import DrawnMeasurement
from viewer.display.measured import label_words, quantities
from viewer.display.measurement import Kind, Measurement, clean_words
from viewer.display.shown import ShownImage
from viewer.session.key_words import keyed
from viewer.session.mappings import with_item
from viewer.session.measuring import Draft, Held, Measuring
from viewer.session.state import SessionState, Tool
from viewer.session.transitions import enlarged, said

MOST = 200  # on one image
TOO_MANY = f"An image holds {MOST} measurements at most."
POINT_BY_POINT = (Kind.ANGLE, Kind.POLYGON)
HINTS = {
    Kind.LENGTH: "Length: drag from end to end",
    Kind.ANGLE: "Angle: click an end, the vertex and the other end",
    Kind.BOX: "Box: drag from corner to corner",
    Kind.ELLIPSE: "Ellipse: drag the box around it",
    Kind.POLYGON: "Polygon: click its corners; a double click or {enlarge} closes it",
    Kind.FREEHAND: "Freehand: draw round it with the button held",
    Kind.ARROW: "Arrow: drag to its tip, then type its words, or none",
    Kind.TEXT: "Text: click, then type",
}


def kind_of(tool: Tool) -> Kind | None:
    """What a tool measures; None for those that measure nothing."""
    return next((kind for kind in Kind if kind.value == tool.value), None)


def measurements_on(state: SessionState, image_id: str) -> tuple[Measurement, ...]:
    """Those kept of an image."""
    return state.work.now.measurements.get(image_id, ())


def measurement_of(state: SessionState, held: Held | None) -> Measurement | None:
    """The kept measurement that is meant, as long as it is there."""
    if held is None:
        return None
    found = measurements_on(state, held.image_id)
    return found[held.index] if held.index < len(found) else None


def drawn_on(state: SessionState, image: ShownImage) -> tuple[DrawnMeasurement, ...]:
    """What a pane shows of the measurements of an image, the one being changed as it is now;
    what is inside an outline is told while it is selected or under the cursor."""
    measuring, image_id = state.measuring, image.mammogram.image_id
    if not measuring.visible:
        return ()
    draft = measuring.draft
    draft = draft if draft is not None and draft.image_id == image_id else None
    drawn = []
    for index, one in enumerate(measurements_on(state, image_id)):
        if draft is not None and draft.index == index:
            continue
        held = Held(image_id, index)
        chosen, near = held == measuring.selected, held == measuring.hovered
        lines = label_words(one, quantities(one, image), brief=not (chosen or near))
        drawn.append(DrawnMeasurement(one, lines, chosen, near))
    if draft is not None:
        lines = label_words(
            draft.measurement, quantities(draft.measurement, image, with_values=False)
        )
        drawn.append(DrawnMeasurement(draft.measurement, lines, selected=True))
    return tuple(drawn)


def tool_taken(state: SessionState, tool: Tool) -> SessionState:
    """Another tool; what was being drawn with the one before is let go."""
    kind = kind_of(tool)
    if kind is None:
        return replace(state, tool=tool, measuring=replace(state.measuring, draft=None))
    measuring = replace(state.measuring, draft=None, visible=True)
    words = keyed(f"{HINTS[kind]}. Shift holds it straight, {{back}} ends.", state.keys)
    return replace(state, tool=tool, measuring=measuring, message=words)


def drafted(state: SessionState, draft: Draft | None) -> SessionState:
    """Something is being drawn or changed, or nothing any more."""
    measuring = state.measuring
    selected = measuring.selected
    if draft is not None:
        selected = None if draft.index is None else Held(draft.image_id, draft.index)
    changed = replace(measuring, draft=draft, selected=selected, hovered=None, visible=True)
    return _measuring(state, changed if draft is not None else replace(measuring, draft=None))


def finished(state: SessionState) -> SessionState:
    """What is being drawn is kept, if it is whole."""
    draft = state.measuring.draft
    if draft is None:
        return state
    state = drafted(state, None)
    one = draft.measurement.kept()
    if not one.is_whole:
        return state
    before = measurements_on(state, draft.image_id)
    where = _label_of(state, draft.image_id)
    if draft.index is None:
        if len(before) >= MOST:
            return said(state, TOO_MANY)
        state = _kept(state, f"{one.kind.value} on {where}", draft.image_id, (*before, one))
        index = len(before)
    else:
        if draft.index >= len(before) or before[draft.index] == one:
            return state
        after = (*before[: draft.index], one, *before[draft.index + 1 :])
        state = _kept(state, f"change of {one.kind.value} on {where}", draft.image_id, after)
        index = draft.index
    return selected(state, Held(draft.image_id, index))


def closed(state: SessionState) -> SessionState:
    """The polygon being drawn has all the corners that were clicked."""
    draft = state.measuring.draft
    if draft is None or draft.measurement.kind is not Kind.POLYGON or draft.index is not None:
        return state
    corners = _distinct(draft.measurement.points[:-1])
    return finished(
        drafted(state, replace(draft, measurement=replace(draft.measurement, points=corners)))
    )


def entered(state: SessionState) -> SessionState:
    """The Enter key: closes a polygon that is being drawn, else enlarges the focused view."""
    return enlarged(state, state.focus) if state.measuring.draft is None else closed(state)


def ended(state: SessionState) -> SessionState:
    """The Esc key, step by step: lets go of the drawing, of the selection, of the tool; the
    state itself where there is nothing to end."""
    measuring = state.measuring
    if measuring.draft is not None:
        return drafted(state, None)
    if measurement_of(state, measuring.selected) is not None:
        return selected(state, None)
    if kind_of(state.tool) is not None:
        return replace(state, tool=Tool.WINDOW, message="")
    return state


def selected(state: SessionState, held: Held | None) -> SessionState:
    """Keys and handles speak of this one from now on."""
    return _measuring(state, replace(state.measuring, selected=held))


def hovered(state: SessionState, held: Held | None) -> SessionState:
    """A press would take this one."""
    return _measuring(state, replace(state.measuring, hovered=held))


def deleted(state: SessionState, held: Held | None = None) -> SessionState:
    """One measurement goes: by default the selected one."""
    held = held or state.measuring.selected
    gone = measurement_of(state, held)
    if held is None or gone is None:
        return state
    before = measurements_on(state, held.image_id)
    after = (*before[: held.index], *before[held.index + 1 :])
    words = f"delete {gone.kind.value} on {_label_of(state, held.image_id)}"
    state = _kept(state, words, held.image_id, after)
    state = replace(state, measuring=state.measuring.at_rest())
    back = keyed("{undo} brings it back", state.keys)
    return said(state, f"{gone.kind.value.capitalize()} deleted. {back}.")


def writing(state: SessionState, held: Held | None = None) -> SessionState:
    """The words of a measurement, by default the selected one, are to be typed."""
    held = held or state.measuring.selected
    one = measurement_of(state, held)
    if held is None or one is None:
        return state
    return drafted(state, Draft(held.image_id, one, held.index, writing=True))


def worded(state: SessionState, words: str) -> SessionState:
    """The words of what is being written are these; a text without any is none."""
    draft = state.measuring.draft
    if draft is None or not draft.writing:
        return state
    one = replace(draft.measurement, words=clean_words(words))
    if draft.index is not None and one.kind is Kind.TEXT and not one.words:
        return deleted(drafted(state, None), Held(draft.image_id, draft.index))
    return finished(drafted(state, replace(draft, measurement=one)))


def visible_or_not(state: SessionState) -> SessionState:
    """Show or hide all measurements."""
    measuring = state.measuring.at_rest()
    return _measuring(state, replace(measuring, visible=not measuring.visible))


def measured_on(state: SessionState, views: Iterable[View]) -> dict[View, tuple[Measurement, ...]]:
    """What is drawn in some panes; nothing while measurements are hidden."""
    if not state.measuring.visible:
        return {}
    shown = {view: state.images[view].mammogram.image_id for view in views if view in state.images}
    found = {view: measurements_on(state, image_id) for view, image_id in shown.items()}
    return {view: each for view, each in found.items() if each}


def measured_again(
    state: SessionState, by_view: Mapping[View, Sequence[Measurement]]
) -> SessionState:
    """Measurements that a picture has are there too, beside those that are there already."""
    kept = dict(state.work.now.measurements)
    for view, brought in by_view.items():
        if view in state.images:
            image_id = state.images[view].mammogram.image_id
            before = kept.get(image_id, ())
            new = tuple(one for one in brought if one not in before)
            kept[image_id] = (*before, *new)[:MOST]
    if kept == dict(state.work.now.measurements):
        return state
    return _worked(state, "measure as a picture has it", kept)


def restored(state: SessionState, by_image: Mapping[str, tuple[Measurement, ...]]) -> SessionState:
    """Measurements kept from an earlier session are there, as if they always had been."""
    new = {key: each for key, each in by_image.items() if each and not measurements_on(state, key)}
    if not new:
        return state
    work = state.work.amended(
        lambda by_hand: replace(
            by_hand, measurements=MappingProxyType({**new, **by_hand.measurements})
        )
    )
    return replace(state, works=with_item(state.works, state.exam_key, work))


def view_of(state: SessionState, image_id: str) -> View | None:
    """The pane that an image hangs in."""
    found = (view for view, one in state.images.items() if one.mammogram.image_id == image_id)
    return next(found, None)


def _label_of(state: SessionState, image_id: str) -> str:
    view = view_of(state, image_id)
    return "an image" if view is None else view.label


def _distinct(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Without corners that were clicked twice."""
    return tuple(point for n, point in enumerate(points) if n == 0 or point != points[n - 1])


def _measuring(state: SessionState, measuring: Measuring) -> SessionState:
    return state if measuring == state.measuring else replace(state, measuring=measuring)


def _kept(
    state: SessionState, words: str, image_id: str, of_image: tuple[Measurement, ...]
) -> SessionState:
    """These are the measurements of an image, as something done by hand that `words` name."""
    kept = {**state.work.now.measurements, image_id: of_image}
    return _worked(state, words, {key: each for key, each in kept.items() if each})


def _worked(
    state: SessionState, words: str, kept: Mapping[str, tuple[Measurement, ...]]
) -> SessionState:
    by_hand = replace(state.work.now, measurements=MappingProxyType(dict(kept)))
    work = state.work.then(words, by_hand)
    return replace(state, works=with_item(state.works, state.exam_key, work), message="")
