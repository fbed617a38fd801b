"""Measuring with the mouse: drawing with a tool, and changing what is there with any."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt

from viewer.display.measure_hold import Hold, hold_at
from viewer.display.measurement import (
    Kind,
    Measurement,
    Point,
    constrained,
    inside_image,
)
from viewer.display.shown import ShownImage
from viewer.session import measurements
from viewer.session.measuring import Draft, Held
from viewer.session.session import Session
from viewer.widgets.gestures import PanePoint

MOVED_PX = 3.0  # logical pixels: less is a click
NEAR_PX = 8.0  # a click this near to a polygon's first corner closes it


class MeasureDrag:
    """The left button draws with a measuring tool; a handle, or without such a tool a line, that
    is pressed is moved."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._start: PanePoint | None = None
        self._hold: Hold | None = None
        self._before: Measurement | None = None
        self._has_moved = False

    def take(self, at: PanePoint) -> bool:
        """Begin a drawing, set its next point, or take hold of a measurement."""
        image = self._session.state.images.get(at.view)
        if at.button is not Qt.MouseButton.LeftButton or image is None:
            return False
        self._start, self._has_moved, self._hold, self._before = at, False, None, None
        point, draft = _stored(image, at), self._session.state.measuring.draft
        if draft is not None and draft.image_id != image.mammogram.image_id:
            self._session.apply(measurements.closed)
            draft = None
        if draft is not None and _grows(draft):
            self._set_point(draft, self._straight(draft.measurement, point, at), at)
            return True
        return self._take_hold(image, at) or self._begin(image, point)

    def move(self, to: PanePoint) -> None:
        """Draw or move on."""
        start, draft = self._start, self._session.state.measuring.draft
        image = self._session.state.images.get(to.view)
        if start is None or draft is None or image is None:
            return
        away = math.hypot(to.y - start.y, to.x - start.x)
        self._has_moved = self._has_moved or away > MOVED_PX * to.ratio
        if not self._has_moved:
            return
        one, point = draft.measurement, _stored(image, to)
        if self._before is not None:
            changed = self._changed(self._before, image, start, to)
        elif one.kind is Kind.FREEHAND:
            changed = replace(one, points=(*one.points, point))
        elif one.kind is Kind.TEXT:
            return
        else:
            changed = replace(one, points=(*one.points[:-1], self._straight(one, point, to)))
        self._draft(replace(draft, measurement=changed))

    def drop(self) -> None:
        """What was dragged is finished; what is clicked point by point goes on."""
        draft, start = self._session.state.measuring.draft, self._start
        self._start = None
        if draft is None or draft.writing or start is None:
            return
        if _grows(draft):
            if self._has_moved:
                self._set_point(draft, draft.measurement.points[-1], start)
        elif self._before is not None and not self._has_moved:
            self._session.apply(lambda state: measurements.drafted(state, None))
        elif draft.index is None and draft.measurement.kind is Kind.ARROW and self._has_moved:
            self._draft(replace(draft, writing=True))
        else:
            self._session.apply(
                measurements.finished
                if self._has_moved
                else lambda state: measurements.drafted(state, None)
            )

    def hover(self, at: PanePoint | None) -> Qt.CursorShape | None:
        """The mouse moves with no button held; the cursor's shape, None for the usual one."""
        state = self._session.state
        image = None if at is None else state.images.get(at.view)
        if at is None or image is None:
            self._session.apply(lambda state: measurements.hovered(state, None))
            return None
        draft = state.measuring.draft
        if draft is not None and _grows(draft) and draft.image_id == image.mammogram.image_id:
            one = draft.measurement
            point = self._straight(one, _stored(image, at), at)
            self._draft(replace(draft, measurement=replace(one, points=(*one.points[:-1], point))))
            return Qt.CursorShape.CrossCursor
        found = self._held_at(image, at)
        self._session.apply(
            lambda state: measurements.hovered(state, None if found is None else found[0])
        )
        if found is not None:
            whole = found[1].handle is None
            return Qt.CursorShape.SizeAllCursor if whole else Qt.CursorShape.PointingHandCursor
        measures = measurements.kind_of(state.tool) is not None
        return Qt.CursorShape.CrossCursor if measures else None

    def double(self, at: PanePoint) -> bool:
        """A double click closes a polygon, and else types the words of what lies there."""
        state = self._session.state
        draft = state.measuring.draft
        if draft is not None and _grows(draft):
            self._session.apply(measurements.closed)
            return True
        image = state.images.get(at.view)
        found = None if image is None else self._held_at(image, at)
        if found is None:
            return measurements.kind_of(state.tool) is not None
        self._session.apply(lambda state: measurements.writing(state, found[0]))
        return True

    def _begin(self, image: ShownImage, point: Point) -> bool:
        kind = measurements.kind_of(self._session.state.tool)
        if kind is None:
            self._session.apply(lambda state: measurements.selected(state, None))
            return False
        points = (point,) if kind in (Kind.FREEHAND, Kind.TEXT) else (point, point)
        one = Measurement(kind, points)
        self._draft(Draft(image.mammogram.image_id, one, writing=kind is Kind.TEXT))
        return True

    def _take_hold(self, image: ShownImage, at: PanePoint) -> bool:
        found = self._held_at(image, at)
        one = None if found is None else measurements.measurement_of(self._session.state, found[0])
        if found is None or one is None:
            return False
        held, self._hold = found
        self._before = one
        self._draft(Draft(held.image_id, one, held.index))
        return True

    def _held_at(self, image: ShownImage, at: PanePoint) -> tuple[Held, Hold] | None:
        """What a press takes: of the selected one first, then of those drawn last."""
        state, image_id = self._session.state, image.mammogram.image_id
        if not state.measuring.visible:
            return None
        draws = measurements.kind_of(state.tool) is not None
        kept = measurements.measurements_on(state, image_id)
        chosen = state.measuring.selected
        order = sorted(range(len(kept)), key=lambda n: (Held(image_id, n) != chosen, -n))
        for index in order:
            held = Held(image_id, index)
            if draws and held != chosen:
                continue  # a new drawing may begin on another one
            hold = hold_at(
                kept[index],
                image.to_hung,
                at.viewport,
                (at.y, at.x),
                at.ratio,
                handles_only=draws,
            )
            if hold is not None:
                return held, hold
        return None

    def _set_point(self, draft: Draft, point: Point, at: PanePoint) -> None:
        """One more end of an angle or corner of a polygon is clicked."""
        one = draft.measurement
        placed = (*one.points[:-1], point)
        if one.kind is Kind.ANGLE and len(placed) == 3:
            self._draft(replace(draft, measurement=replace(one, points=placed)))
            self._session.apply(measurements.finished)
            return
        image = self._session.state.images[at.view]
        if one.kind is Kind.POLYGON and len(placed) > 3 and _is_near(image, placed[0], point, at):
            self._session.apply(measurements.closed)
            return
        self._draft(replace(draft, measurement=replace(one, points=(*placed, point))))

    def _changed(
        self, before: Measurement, image: ShownImage, start: PanePoint, to: PanePoint
    ) -> Measurement:
        """The held measurement after a drag from `start`."""
        point = _stored(image, to)
        handle = None if self._hold is None else self._hold.handle
        if handle is not None:
            opposite = _opposite(before, handle)
            if opposite is not None and to.modifiers & Qt.KeyboardModifier.ShiftModifier:
                point = inside_image(
                    constrained(before.kind, opposite, point), image.mammogram.shape
                )
            return before.with_handle(handle, point)
        back = image.to_hung.inverse()
        origin, end = back.point(start.row, start.column), back.point(to.row, to.column)
        steps = []
        for axis, length in enumerate(image.mammogram.shape):
            along = [each[axis] for each in before.points]
            step = end[axis] - origin[axis]
            steps.append(min(max(step, -min(along)), length - max(along)))
        return before.shifted(*steps)

    def _straight(self, one: Measurement, point: Point, at: PanePoint) -> Point:
        """Where the newest point goes: held straight from the one before with Shift."""
        if len(one.points) < 2 or not at.modifiers & Qt.KeyboardModifier.ShiftModifier:
            return point
        held = constrained(one.kind, one.points[-2], point)
        return inside_image(held, self._session.state.images[at.view].mammogram.shape)

    def _draft(self, draft: Draft) -> None:
        self._session.apply(lambda state: measurements.drafted(state, draft))


def _grows(draft: Draft) -> bool:
    """Whether it is drawn by clicks, and still wants some."""
    return draft.index is None and draft.measurement.kind in measurements.POINT_BY_POINT


def _stored(image: ShownImage, at: PanePoint) -> Point:
    """The stored pixel's place under the mouse, or the nearest of the image."""
    point = image.to_hung.inverse().point(at.row, at.column)
    return inside_image(point, image.mammogram.shape)


def _is_near(image: ShownImage, one: Point, other: Point, at: PanePoint) -> bool:
    """Whether two stored points lie together in the pane."""
    places = [at.viewport.to_pane(*image.to_hung.point(*each)) for each in (one, other)]
    return math.dist(*places) <= NEAR_PX * at.ratio


def _opposite(one: Measurement, handle: int) -> Point | None:
    """What Shift holds a handle straight from."""
    if one.kind is Kind.BOX:
        return one.handles()[(handle + 2) % 4]
    if one.kind is Kind.ELLIPSE:
        return None
    if one.kind is Kind.ANGLE:
        return one.points[1] if handle != 1 else None
    return one.points[handle - 1]
