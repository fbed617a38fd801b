"""The files in which measurements are kept: anonymous, whole, and suspicious of themselves."""

from __future__ import annotations

import json

import pytest

from models.errors import ExportError
from viewer.display.measurement import Kind, Measurement
from viewer.measurement_file import file_of, key_of, read_measurements, write_measurements

ONE = Measurement(Kind.LENGTH, ((1.25, 2.5), (30.0, 40.0)))
OTHER = Measurement(Kind.TEXT, ((5.0, 6.0),), "größer × 2")


def test_what_is_written_comes_back_and_other_images_stay(tmp_path):
    path = file_of(tmp_path / "kept", "1.2.3")
    write_measurements(path, {key_of("a"): (ONE,), key_of("b"): (OTHER,)})
    write_measurements(path, {key_of("a"): (ONE, OTHER)})
    kept, problem = read_measurements(path)
    assert problem is None
    assert kept == {key_of("a"): (ONE, OTHER), key_of("b"): (OTHER,)}
    write_measurements(path, {key_of("a"): ()})
    assert set(read_measurements(path)[0]) == {key_of("b")}


def test_no_id_of_exam_or_image_stands_in_a_file_or_its_name(tmp_path):
    path = file_of(tmp_path, "1.2.840.99")
    write_measurements(path, {key_of("1.2.840.77"): (ONE,)})
    assert "1.2.840" not in path.name + path.read_text(encoding="utf-8")


def test_nothing_is_kept_where_nothing_was_written(tmp_path):
    assert read_measurements(file_of(tmp_path, "1")) == ({}, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": "fourview-measurements", "version": 2, "images": {}}',
        '{"format": "fourview-measurements", "version": 1, "images": {"a": [{}]}}',
        '{"format": "fourview-measurements", "version": 1, "images": {"a": [{"kind": "length",'
        ' "points": [[NaN, 1], [2, 3]], "words": ""}]}}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:70],
)
def test_a_damaged_file_is_told_and_never_overwritten(tmp_path, text):
    path = file_of(tmp_path, "1")
    path.write_text(text, encoding="utf-8")
    kept, problem = read_measurements(path)
    assert kept == {}
    assert path.name in problem.reason
    write_measurements(path, {key_of("a"): (ONE,)})
    assert read_measurements(path)[0] == {key_of("a"): (ONE,)}
    assert path.with_suffix(".damaged").read_text(encoding="utf-8") == text


def test_a_place_that_cannot_be_written_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError):
        write_measurements(file_of(tmp_path / "file", "1"), {key_of("a"): (ONE,)})


def test_the_file_is_json_of_the_documented_form(tmp_path):
    path = file_of(tmp_path, "1")
    write_measurements(path, {key_of("a"): (ONE,)})
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["images"][key_of("a")] == [
        {"kind": "length", "points": [[1.25, 2.5], [30.0, 40.0]], "words": ""}
    ]
