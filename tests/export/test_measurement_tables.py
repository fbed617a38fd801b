"""Measurements as tables, read back by other means."""

from __future__ import annotations

import csv
import io
import json

import pytest

from models.errors import ExportError
from models.exam import L_CC, R_CC
from tests.phantoms import make_mammogram
from viewer.display.measurement import Kind, Measurement
from viewer.display.shown import ShownImage
from viewer.export.measurement_tables import (
    MeasuredImage,
    measurements_csv,
    measurements_text,
    write_measurement_table,
)


@pytest.fixture(scope="module")
def measured() -> list[MeasuredImage]:
    known = make_mammogram(
        R_CC, pixel_spacing_mm=(0.2, 0.1), magnification=2.0, magnification_stated=True
    )
    unknown = make_mammogram(L_CC, pixel_spacing_mm=None)
    return [
        MeasuredImage(
            R_CC,
            ShownImage.prepare(known),
            (
                Measurement(Kind.LENGTH, ((0.0, 0.0), (30.0, 80.0)), "a; b"),
                Measurement(Kind.BOX, ((250.0, 300.0), (260.0, 320.0))),
            ),
        ),
        MeasuredImage(
            L_CC,
            ShownImage.prepare(unknown),
            (
                Measurement(Kind.ANGLE, ((0.0, 9.0), (0.0, 0.0), (9.0, 0.0))),
                Measurement(Kind.TEXT, ((5.0, 5.0),), "=1+1"),
                Measurement(Kind.LENGTH, ((0.0, 0.0), (0.0, 80.0))),
            ),
        ),
    ]


def test_the_table_holds_every_value_with_its_unit_and_plane(measured):
    rows = list(csv.DictReader(io.StringIO(measurements_csv(measured))))
    assert [row["kind"] for row in rows] == ["length", "box", "angle", "text", "length"]
    assert (rows[0]["length"], rows[0]["unit"]) == ("5.0", "mm")
    assert rows[0]["plane"] == "at the object, ERMF 2"
    assert rows[0]["points"] == "0 0; 30 80"
    assert (rows[1]["longer_side"], rows[1]["shorter_side"], rows[1]["area"]) == (
        "1.0",
        "1.0",
        "1.0",
    )
    pixels = measured[0].image.mammogram.pixels[250:260, 300:320]
    assert float(rows[1]["mean"]) == pytest.approx(pixels.mean(), abs=1e-3)
    assert (float(rows[1]["min"]), float(rows[1]["max"])) == (pixels.min(), pixels.max())
    assert int(rows[1]["pixels"]) == 200
    assert (rows[2]["angle_degrees"], rows[2]["unit"]) == ("90.0", "")
    assert (rows[4]["length"], rows[4]["unit"]) == ("80.0", "px")


def test_no_spreadsheet_calculates_what_was_typed(measured):
    rows = list(csv.DictReader(io.StringIO(measurements_csv(measured))))
    assert rows[3]["words"] == "'=1+1"
    assert rows[0]["words"] == "a; b"


def test_the_text_says_what_the_images_say(measured):
    lines = measurements_text(measured).split("\n")
    assert lines[0] == "R CC\tlength\t5.0 mm\tat the object, ERMF 2\ta; b"
    assert lines[2] == "L CC\tangle\t90.0°"
    assert lines[4].startswith("L CC\tlength\t80.0 px\tpixel size unknown")


def test_json_and_csv_are_written_by_the_name_of_the_file(measured, tmp_path):
    write_measurement_table(tmp_path / "a.json", "1.2.3", measured)
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert document["exam"] == "1.2.3"
    assert document["measurements"][0]["kind"] == "length"
    assert document["measurements"][3]["words"] == "=1+1"
    assert document["measurements"][2]["mean"] is None
    write_measurement_table(tmp_path / "a.CSV", "1.2.3", measured)
    assert (tmp_path / "a.CSV").read_text(encoding="utf-8") == measurements_csv(measured)


def test_a_table_that_cannot_be_written_is_an_error_of_ours(measured, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError):
        write_measurement_table(tmp_path / "file" / "a.csv", "1", measured)
