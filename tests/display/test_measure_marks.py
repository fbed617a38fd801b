"""What measurements look like: where lines and words lie, in every stored orientation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.geometry import Affine, Box, Orientation
from viewer.display.colours import ACCENT, bgr
from viewer.display.marks import MarkSize
from viewer.display.measure_hold import Hold, hold_at
from viewer.display.measure_labels import Placing, place_labels
from viewer.display.measure_marks import DrawnMeasurement, measurement_parts
from viewer.display.measurement import Kind, Measurement
from viewer.display.viewport import Viewport

PANE = Viewport(400, 500, 1.0, 0.0, 0.0)
SHAPES = {
    Kind.LENGTH: ((100.0, 120.0), (180.0, 300.0)),
    Kind.ANGLE: ((100.0, 120.0), (180.0, 200.0), (120.0, 320.0)),
    Kind.BOX: ((100.0, 120.0), (180.0, 300.0)),
    Kind.ELLIPSE: ((100.0, 120.0), (180.0, 300.0)),
    Kind.POLYGON: ((100.0, 120.0), (180.0, 300.0), (250.0, 150.0)),
    Kind.FREEHAND: ((100.0, 120.0), (150.0, 300.0), (250.0, 150.0)),
    Kind.ARROW: ((100.0, 120.0), (180.0, 300.0)),
}
WORDS = ("12.3 mm", "at the object, ERMF 1.5")


def layer_of(*drawn: DrawnMeasurement, to_hung: Affine | None = None, viewport=PANE, taken=()):
    """The whole pane, BGRA."""
    layer = np.zeros((viewport.height, viewport.width, 4), np.uint8)
    for part, (y, x) in measurement_parts(drawn, to_hung or Affine(), viewport, taken=taken):
        under = layer[y : y + part.shape[0], x : x + part.shape[1]]
        assert under.shape == part.shape, "no part reaches beyond the pane"
        under[:] = part + under * ((255 - part[..., 3:]) / 255.0)
    return layer


def placing(kind: Kind, points, lines=WORDS) -> Placing:
    one = Measurement(kind, points)
    return Placing(one, one.outline(), np.asarray(points, float), lines)


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.value)
def test_words_lie_in_the_pane_and_off_what_is_measured(kind):
    label = place_labels([placing(kind, SHAPES[kind])], (400, 500), MarkSize())[0]
    box = label.box
    assert box.row >= 0
    assert box.column >= 0
    assert box.row + box.height <= 400
    assert box.column + box.width <= 500
    one = DrawnMeasurement(Measurement(kind, SHAPES[kind]), ())
    under = layer_of(one)[box.row : box.row + box.height, box.column : box.column + box.width]
    assert not under[..., 3].any()


def test_words_of_neighbours_lie_beside_each_other_and_beside_captions():
    placings = [placing(Kind.BOX, ((100.0 + n, 200.0), (130.0 + n, 240.0))) for n in (0, 35, 70)]
    taken = (Box(95, 250, 60, 200),)
    boxes = [label.box for label in place_labels(placings, (400, 500), MarkSize(), taken)]
    for n, one in enumerate(boxes):
        for other in (*boxes[:n], *taken):
            apart = (
                one.row + one.height <= other.row
                or other.row + other.height <= one.row
                or one.column + one.width <= other.column
                or other.column + other.width <= one.column
            )
            assert apart, (one, other)


def test_words_prefer_the_air_beside_the_breast():
    box = [placing(Kind.BOX, ((100.0, 160.0), (180.0, 300.0)))]
    usual = place_labels(box, (400, 500), MarkSize())[0].box
    in_air = place_labels(box, (400, 500), MarkSize(), tissue=lambda points: points[:, 1] > 160)[
        0
    ].box
    assert usual.column > 300
    assert in_air.column + in_air.width <= 160


def test_words_of_a_region_larger_than_the_pane_stay_in_sight():
    box = place_labels(
        [placing(Kind.BOX, ((-500.0, -500.0), (1500.0, 1500.0)))], (400, 500), MarkSize()
    )[0].box
    assert 0 <= box.row <= 400 - box.height
    assert 0 <= box.column <= 500 - box.width


@pytest.mark.parametrize(
    "stored", [Orientation(*flags) for flags in product((False, True), repeat=3)], ids=str
)
def test_a_line_lies_on_the_same_anatomy_however_the_image_is_stored(stored):
    """The stored points of one hung line draw the same pixels."""
    hung_shape = (400, 500)
    to_stored = stored.affine(hung_shape)
    back = to_stored.inverse()
    for kind, points in SHAPES.items():
        moved = tuple(to_stored.point(*point) for point in points)
        turned = layer_of(DrawnMeasurement(Measurement(kind, moved), ()), to_hung=back)
        straight = layer_of(DrawnMeasurement(Measurement(kind, points), ()))
        difference = np.abs(turned.astype(int) - straight)
        assert (difference > 60).mean() < 2e-4, kind


def test_selected_and_hovered_ones_are_told_by_shape():
    one = Measurement(Kind.LENGTH, SHAPES[Kind.LENGTH])
    plain, near, chosen = (
        layer_of(DrawnMeasurement(one, (), **state))
        for state in ({}, {"hovered": True}, {"selected": True})
    )
    y, x = 100, 120
    handle = chosen[y - 3 : y + 3, x - 3 : x + 3, :3]
    assert (handle == bgr(ACCENT)).all(), "a filled square"
    assert not near[y - 1 : y + 1, x - 1 : x + 1, :3].any(), "an open one"
    assert (plain[..., 3] > 0).sum() < (near[..., 3] > 0).sum()


def test_a_press_takes_handles_first_then_lines_and_nothing_further_off():
    for kind, points in SHAPES.items():
        one = Measurement(kind, points)
        for index, (row, column) in enumerate(one.handles()):
            assert hold_at(one, Affine(), PANE, (row + 3, column - 3), 1.0) == Hold(index)
        start, end = one.outline()[:2]
        middle = (start + end) / 2
        assert hold_at(one, Affine(), PANE, tuple(middle), 1.0) is not None
        assert hold_at(one, Affine(), PANE, tuple(middle), 1.0, handles_only=True) is None or (
            kind is Kind.ELLIPSE
        )
        assert hold_at(one, Affine(), PANE, (390.0, 10.0), 1.0) is None
    box = Measurement(Kind.BOX, SHAPES[Kind.BOX])
    assert hold_at(box, Affine(), PANE, (140.0, 200.0), 1.0) is None, "its inside is the image's"


def test_a_text_is_taken_by_its_words_and_drawn_where_it_was_put():
    one = Measurement(Kind.TEXT, ((200.0, 480.0),), "near the edge")
    layer = layer_of(DrawnMeasurement(one, (one.words,)))
    assert layer[190:210, 380:470, 3].any(), "to the left, where there is room"
    assert hold_at(one, Affine(), PANE, (200.0, 420.0), 1.0) == Hold()
    assert hold_at(one, Affine(), PANE, (240.0, 420.0), 1.0) is None
