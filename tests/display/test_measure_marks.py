"""What measurements look like: where lines and words lie, in every stored orientation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.geometry import Affine, Box, Orientation
from viewer.display.air import FreeAir
from viewer.display.colours import ACCENT, bgr
from viewer.display.marks import MarkSize
from viewer.display.measure_hold import Hold, hold_at
from viewer.display.measure_labels import Labels, Placing
from viewer.display.measure_lines import DrawnMeasurement
from viewer.display.measure_marks import MeasurementMarks, measurement_parts
from viewer.display.measure_outlines import Outlines
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


def layer_of(*drawn: DrawnMeasurement, to_hung: Affine | None = None, viewport=PANE):
    """The whole pane, BGRA."""
    return laid(measurement_parts(drawn, to_hung or Affine(), viewport), viewport)


def laid(parts, viewport) -> np.ndarray:
    layer = np.zeros((viewport.height, viewport.width, 4), np.uint8)
    for part, (y, x) in parts:
        under = layer[y : y + part.shape[0], x : x + part.shape[1]]
        assert under.shape == part.shape, "no part reaches beyond the pane"
        under[:] = part + under * ((255 - part[..., 3:]) / 255.0)
    return layer


def everything() -> tuple[DrawnMeasurement, ...]:
    """One of each kind over an image of some 1000 × 1000 pixels, one of them selected."""
    kinds = enumerate(SHAPES.items())
    return (
        *(
            DrawnMeasurement(
                Measurement(kind, points).shifted(100.0 * n, 73.0 * n), WORDS, selected=n == 2
            )
            for n, (kind, points) in kinds
        ),
        DrawnMeasurement(Measurement(Kind.TEXT, ((500.0, 300.0),), "note"), ("note",)),
    )


def boxes_of(*measured: Measurement, taken=(), tissue=None, lines=WORDS) -> list[Box]:
    """Where the words of each stand in the pane."""
    outlines = Outlines.of(measured, Affine())
    placings = [
        Placing(one, line, lines)
        for one, line in zip(measured, outlines.split(outlines.points), strict=True)
    ]
    labels = Labels(placings, outlines.sampled(1.0), MarkSize(), tissue)
    return [each.box for each in labels.placed(range(len(placings)), Box(0, 0, 400, 500), taken)]


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.value)
def test_words_lie_in_the_pane_and_off_what_is_measured(kind):
    (box,) = boxes_of(Measurement(kind, SHAPES[kind]))
    assert box.row >= 0
    assert box.column >= 0
    assert box.row + box.height <= 400
    assert box.column + box.width <= 500
    one = DrawnMeasurement(Measurement(kind, SHAPES[kind]), ())
    under = layer_of(one)[box.row : box.row + box.height, box.column : box.column + box.width]
    assert not under[..., 3].any()


def test_words_of_neighbours_lie_beside_each_other_and_beside_captions():
    near = [Measurement(Kind.BOX, ((100.0 + n, 200.0), (130.0 + n, 240.0))) for n in (0, 35, 70)]
    taken = (Box(95, 250, 60, 200),)
    boxes = boxes_of(*near, taken=taken)
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
    one = Measurement(Kind.BOX, ((100.0, 160.0), (180.0, 300.0)))
    (usual,) = boxes_of(one)
    (in_air,) = boxes_of(one, tissue=lambda points: points[:, 1] > 160)
    assert usual.column > 300
    assert in_air.column + in_air.width <= 160


def test_words_of_a_region_larger_than_the_pane_stay_in_sight():
    (box,) = boxes_of(Measurement(Kind.BOX, ((-500.0, -500.0), (1500.0, 1500.0))))
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


@pytest.mark.parametrize("scale", [0.37, 1.0, 2.3])
def test_a_pan_by_whole_pixels_moves_lines_and_words_as_they_are(scale):
    kinds = [(kind, SHAPES[kind]) for kind in (Kind.LENGTH, Kind.FREEHAND, Kind.ARROW)]
    drawn = [DrawnMeasurement(Measurement(kind, points), WORDS) for kind, points in kinds]
    marks = MeasurementMarks(drawn, Affine())
    at = Viewport(900, 1100, scale, -150.25 / scale, -210.75 / scale).drawn
    before = laid(marks.parts(at), at)
    moved = at.panned(23.0, -31.0).drawn
    after = laid(marks.parts(moved), moved)
    assert before.any()
    assert np.array_equal(after, np.roll(before, (23, -31), axis=(0, 1)))


def test_what_is_drawn_depends_on_nothing_that_was_drawn_before():
    """A walk with the same marks, over edges, through zooms and past captions."""
    marks = MeasurementMarks(everything(), Affine())
    random = np.random.default_rng(5)
    viewport = Viewport(400, 500, 0.5, 0.0, 0.0)
    for step in range(60):
        dy, dx = random.integers(-60, 60, 2)
        viewport = viewport.panned(float(dy), float(dx))
        if step % 5 == 4:
            viewport = viewport.zoomed(float(random.choice([0.8, 1.3])), 200.0, 250.0)
        if step % 20 == 19:
            viewport = Viewport(400, 500, 0.5, 0.0, 0.0)
        seen = viewport.drawn if step % 3 else viewport
        size = MarkSize.for_scale(1.0 if step % 7 else 1.5)
        taken = (Box(0, 300, 60, 200),) if step % 2 else ()
        found = laid(marks.parts(seen, size, taken), seen)
        fresh = MeasurementMarks(everything(), Affine()).parts(seen, size, taken)
        assert np.array_equal(found, laid(fresh, seen)), step


def test_a_long_line_is_whole_however_far_the_pane_moves():
    """It leaves the pane on both sides, so that no drawing of it holds all of it."""
    line = Measurement(Kind.LENGTH, ((20.0, 30.0), (2900.0, 2300.0)))
    outline = Measurement(Kind.POLYGON, ((50.0, 60.0), (90.0, 2400.0), (2800.0, 1200.0)))
    drawn = [DrawnMeasurement(each, WORDS, selected=True) for each in (line, outline)]
    marks = MeasurementMarks(drawn, Affine())
    for step in range(0, 1600, 97):
        for way in (step, 1600 - step):
            seen = Viewport(300, 350, 1.0, float(way), float(way) * 0.8).drawn
            fresh = MeasurementMarks(drawn, Affine()).parts(seen)
            assert np.array_equal(laid(marks.parts(seen), seen), laid(fresh, seen)), way


def words_box(parts) -> Box:
    """Where the words of a single measurement are drawn; they come last."""
    pixels, (y, x) = parts[-1]
    return Box(y, x, pixels.shape[0], pixels.shape[1])


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_words_give_way_to_words_of_the_pane_wherever_it_looks(scale):
    drawn = (DrawnMeasurement(Measurement(Kind.LENGTH, ((600.0, 700.0), (640.0, 760.0))), WORDS),)
    seen = Viewport(400, 500, scale, 620.0 - 200.0 / scale, 730.0 - 250.0 / scale).drawn
    free = words_box(measurement_parts(drawn, Affine(), seen))
    other = words_box(measurement_parts(drawn, Affine(), seen, taken=(free,)))
    apart = (
        other.row + other.height <= free.row + 8
        or free.row + free.height <= other.row + 8
        or other.column + other.width <= free.column + 8
        or free.column + free.width <= other.column + 8
    )
    assert apart, "but for the rims of the words"


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_words_prefer_air_at_every_zoom(scale):
    """The breast begins at column 700; without knowing it, words stand to the right."""
    air = FreeAir(np.full(2000, 700.0), np.full(2000, 2000.0), 1)
    drawn = (DrawnMeasurement(Measurement(Kind.LENGTH, ((600.0, 720.0), (640.0, 730.0))), WORDS),)
    seen = Viewport(500, 700, scale, 620.0 - 250.0 / scale, 720.0 - 350.0 / scale).drawn
    for free, in_air in ((None, False), (air, True)):
        box = words_box(measurement_parts(drawn, Affine(), seen, free=free))
        middle = seen.to_image(box.row + box.height / 2, box.column + box.width / 2)
        assert (middle[1] < 700.0) is in_air


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.value)
def test_words_stay_in_the_pane_as_long_as_it_shows_what_they_speak_of(kind):
    one = Measurement(kind, SHAPES[kind])
    (box,) = boxes_of(one)
    labels = Labels([Placing(one, one.outline(), WORDS)], one.outline(), MarkSize())
    for row in range(-250, 130, 20):
        pane = Box(row, row // 2, 400, 500)
        (label,) = labels.placed([0], pane)
        assert pane.row <= label.box.row <= pane.row + pane.height - label.box.height
        assert pane.column <= label.box.column <= pane.column + pane.width - label.box.width
    (label,) = labels.placed([0], Box(0, 0, 400, 500), [box])
    assert label.box != box, "other words stand there"


def test_a_line_that_leaves_the_pane_is_the_same_line():
    for each in everything():
        bare = DrawnMeasurement(each.measurement, ())
        large = Viewport(1400, 1400, 1.5, 0.0, 0.0)
        part = Viewport(300, 350, 1.5, 260.0 / 1.5, 340.0 / 1.5)
        whole = layer_of(bare, viewport=large)[260:560, 340:690].astype(int)
        difference = np.abs(layer_of(bare, viewport=part) - whole)
        assert (difference > 60).mean() < 2e-4, each.measurement.kind


def test_lines_count_as_points_that_no_label_slips_through():
    measured = [each.measurement for each in everything()]
    outlines = Outlines.of(measured, Affine(rr=-1.0, r0=1000.0))
    sampled = outlines.sampled(0.5)
    runs = np.hypot(*np.diff(sampled, axis=0).T) * 0.5
    assert (runs > 4.0 + 1e-6).sum() == len(measured) - 1, "from one to the next alone"
    for one, line in zip(measured, outlines.split(outlines.points), strict=True):
        assert np.allclose(line, one.outline() * (-1, 1) + (1000, 0))
        for point in (line[0], line[-1]):
            assert np.hypot(*(sampled - point).T).min() < 4.0 / 0.5
