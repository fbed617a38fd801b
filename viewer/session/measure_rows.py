"""What the list of measurements says: a row for each one on the images of the exam."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import View
from viewer.display.measured import detail_words, quantities, value_words
from viewer.export.measurement_tables import MeasuredImage
from viewer.session.measurements import measurements_on
from viewer.session.measuring import Held
from viewer.session.state import SessionState


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measurement.

    Attributes
    ----------
    details : what else is known of it, a line each.
    target : view and hung (row, column) of its middle.
    """

    held: Held
    place: str
    kind: str
    value: str
    words: str
    details: tuple[str, ...]
    target: tuple[View, float, float]


def measured_images(state: SessionState) -> list[MeasuredImage]:
    """The images of the exam on which something is measured, those of the layout first."""
    order = (*state.panes.views, *state.images)
    found, met = [], set()
    for view in order:
        if view in state.images and view not in met:
            met.add(view)
            image = state.images[view]
            kept = measurements_on(state, image.mammogram.image_id)
            if kept:
                found.append(MeasuredImage(view, image, kept))
    return found


def measure_rows(state: SessionState) -> tuple[MeasureRow, ...]:
    """All of them, image by image, oldest first."""
    rows = []
    for each in measured_images(state):
        image_id = each.image.mammogram.image_id
        for index, one in enumerate(each.measurements):
            found = quantities(one, each.image)
            has_plane = found.length is not None or found.area is not None
            details = (found.ruler.plane,) if has_plane else ()
            row, column = each.image.to_hung.point(*one.outline().mean(axis=0))
            rows.append(
                MeasureRow(
                    Held(image_id, index),
                    each.view.label,
                    one.kind.value,
                    value_words(one, found),
                    one.words,
                    (*details, *detail_words(found)),
                    (each.view, float(row), float(column)),
                )
            )
    return tuple(rows)


def decides_rows(state: SessionState) -> tuple[object, ...]:
    """All that the rows depend on, but for images that hang otherwise."""
    return id(state.work.now.measurements), id(state.images), state.panes
