"""Measurements as JSON: `{"kind": "length", "points": [[row, column], …], "words": ""}`."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.display.measurement import MOST_POINTS, Kind, Measurement
from viewer.export.fields import number_at, object_at, text_at

MOST = 1000  # of one image: more is no reader's work
_FURTHEST_PX = 1 << 20


def measurement_documents(measurements: Sequence[Measurement]) -> list[dict[str, object]]:
    """Ready for JSON."""
    return [
        {
            "kind": one.kind.value,
            "points": [list(point) for point in one.points],
            "words": one.words,
        }
        for one in measurements
    ]


def measurements_at(value: object, name: str) -> tuple[Measurement, ...]:
    """Read back; raises ValueError, naming the field, for what is no list of measurements."""
    if not isinstance(value, list) or len(value) > MOST:
        raise ValueError(f"{name} is not a list of at most {MOST} measurements")
    return tuple(_measurement_at(each, f"{name}[{n}]") for n, each in enumerate(value))


def _measurement_at(value: object, name: str) -> Measurement:
    fields = object_at(value, name)
    points = fields.get("points")
    if not isinstance(points, list) or len(points) > MOST_POINTS:
        raise ValueError(f"{name}.points is not a list of at most {MOST_POINTS} points")
    one = Measurement(
        Kind(fields.get("kind")),
        tuple(_point_at(point, f"{name}.points[{n}]") for n, point in enumerate(points)),
        text_at(fields.get("words"), f"{name}.words"),
    )
    if not one.is_whole:
        raise ValueError(f"{name} is no whole {one.kind.value}")
    return one


def _point_at(value: object, name: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{name} is not a row and a column")
    row, column = (number_at(each, name, 0.0, _FURTHEST_PX) for each in value)
    return row, column
