"""Measurements as a table: JSON with everything, CSV with a row each, and lines of text.

docs/measuring.md describes the columns.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import RESEARCH_USE_ONLY, __version__
from models.exam import View
from models.whole_file import write_whole
from viewer.display.measured import detail_words, quantities, value_words
from viewer.display.measurement import Measurement
from viewer.display.shown import ShownImage
from viewer.exam_io.plain_text import printable

FORMAT = 1
_COLUMNS = (
    "view",
    "image_id",
    "kind",
    "words",
    "unit",
    "plane",
    "length",
    "longer_side",
    "shorter_side",
    "area",
    "angle_degrees",
    "pixels",
    "air_pixels",
    "mean",
    "sd",
    "min",
    "max",
    "points",
)
Cell = str | float | int | None | list[list[float]]


@dataclass(frozen=True, slots=True)
class MeasuredImage:
    """An image and what was measured on it."""

    view: View
    image: ShownImage
    measurements: tuple[Measurement, ...]


def measurement_rows(measured: Sequence[MeasuredImage]) -> list[dict[str, Cell]]:
    """A row for each measurement; None where a kind has no such thing."""
    return [_row(each, one) for each in measured for one in each.measurements]


def measurements_text(measured: Sequence[MeasuredImage]) -> str:
    """Lines to be pasted into a report, columns parted by tabs."""
    lines = []
    for each in measured:
        for one in each.measurements:
            found = quantities(one, each.image)
            value = value_words(one, found)
            has_plane = found.length is not None or found.area is not None
            plane = found.ruler.plane if value and has_plane else ""
            cells = (each.view.label, one.kind.value, value, plane, one.words)
            lines.append("\t".join((*cells, "; ".join(detail_words(found)))).rstrip())
    return "\n".join(lines)


def measurements_csv(measured: Sequence[MeasuredImage]) -> str:
    """A heading and a row for each measurement; points as `row column` parted by `;`."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows(list(_csv_cells(row)) for row in measurement_rows(measured))
    return text.getvalue()


def measurements_document(exam_id: str, measured: Sequence[MeasuredImage]) -> dict[str, object]:
    """The whole of the JSON file."""
    return {
        "software": f"Fourview {__version__}",
        "notice": RESEARCH_USE_ONLY,
        "format": FORMAT,
        "exam": printable(exam_id),
        "measurements": measurement_rows(measured),
    }


def write_measurement_table(path: Path, exam_id: str, measured: Sequence[MeasuredImage]) -> None:
    """Write CSV where the name ends so, else JSON; whole or not at all.

    Raises
    ------
    ExportError : the file cannot be written.
    """
    if path.suffix.lower() == ".csv":
        text = measurements_csv(measured)
    else:
        document = measurements_document(exam_id, measured)
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(path, lambda file: file.write(text.encode()))


def _row(each: MeasuredImage, one: Measurement) -> dict[str, Cell]:
    found = quantities(one, each.image)
    values = found.values
    longer, shorter = (None, None) if found.sides is None else found.sides
    lengths = found.length is not None or found.area is not None
    cells: dict[str, Cell] = {
        "view": each.view.name,
        "image_id": printable(each.image.mammogram.image_id),
        "kind": one.kind.value,
        "words": one.words,
        "unit": found.ruler.unit if lengths else None,
        "plane": found.ruler.plane if lengths else None,
        "length": _rounded(found.length),
        "longer_side": _rounded(longer),
        "shorter_side": _rounded(shorter),
        "area": _rounded(found.area),
        "angle_degrees": _rounded(found.angle),
        "points": [list(point) for point in one.points],
    }
    if values is not None:
        numbers = (values.mean, values.deviation, values.lowest, values.highest)
        cells |= {"pixels": values.pixels, "air_pixels": values.air}
        cells |= dict(zip(("mean", "sd", "min", "max"), map(_rounded, numbers), strict=True))
    return {name: cells.get(name) for name in _COLUMNS}


def _csv_cells(row: Mapping[str, Cell]) -> Iterator[object]:
    for name, cell in row.items():
        if name == "points" and isinstance(cell, list):
            yield "; ".join(f"{at[0]:g} {at[1]:g}" for at in cell)
        elif name == "words":
            yield _no_formula(str(cell))
        else:
            yield "" if cell is None else cell


def _no_formula(words: str) -> str:
    """Typed words that a spreadsheet would calculate become text there."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words


def _rounded(number: float | None) -> float | None:
    """Ten thousandths are finer than anything here; what is not there is None."""
    return None if number is None or math.isnan(number) else round(number, 4)
