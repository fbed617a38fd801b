"""Templates of corner text."""

from __future__ import annotations

import json

import pytest

from viewer.display.annotations import Corner, Detail, parse_annotations
from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_words import describe
from viewer.resource_files import resource_path


def document(*lines):
    return json.dumps({"format": "fourview-annotations", "version": 1, "lines": lines})


def a_line(*parts, corner="top", detail="short"):
    return {"corner": corner, "detail": detail, "parts": parts}


def test_a_part_about_which_the_image_is_silent_is_left_out_with_its_own_words():
    made = parse_annotations(document(a_line("born {Birth date}", "{Age}", "seen here")))
    assert made.filled(Corner.TOP, Detail.SHORT, {"Age": "65 y"}) == (("65 y", "seen here"),)
    only = parse_annotations(document(a_line("{Age} {Sex}")))
    assert only.filled(Corner.TOP, Detail.SHORT, {"Age": "65 y"}) == ()


def test_one_key_leads_through_none_short_and_full():
    made = parse_annotations(document(a_line("a"), a_line("b", detail="full")))
    shown = {}
    detail = Detail.NONE
    for _ in Detail:
        shown[detail] = made.filled(Corner.TOP, detail, {})
        detail = detail.next
    assert detail is Detail.NONE
    assert shown == {
        Detail.NONE: (),
        Detail.SHORT: (("a",),),
        Detail.FULL: (("a",), ("b",)),
    }


def test_words_of_an_image_are_never_taken_for_a_template():
    made = parse_annotations(document(a_line("{Institution}")))
    words = {"Institution": "{Patient ID}", "Patient ID": "1"}
    assert made.filled(Corner.TOP, Detail.SHORT, words) == (("{Patient ID}",),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"format": "fourview-annotations", "version": 2, "lines": []}',
        '{"format": "fourview-annotations", "version": 1, "lines": {}}',
        document({"corner": "top"}),
        document(a_line("x", corner="left")),
        document(a_line("x", detail="none")),
        document(a_line()),
        document(a_line("{Age")),
        document(a_line("two\nlines")),
        document(a_line(7)),
        document(*[a_line("x")] * 41),
    ],
)
def test_what_is_no_template_is_refused_by_name(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_annotations(text)


def test_rule_24_and_26_every_word_of_the_rules_has_a_place_in_our_own_template():
    """IHE MAMMO rules 24 and 26; name, id and the time of acquisition stand in the identity."""
    made = parse_annotations(resource_path("annotations.json").read_text(encoding="utf-8"))
    named = " ".join(part for line in made.lines for part in line.parts)
    for label in (
        *("Birth date", "Age", "Sex", "Institution", "Operator", "Station", "Manufacturer"),
        *("Model", "Tube voltage", "Exposure", "Exposure time", "Anode", "Filter", "Detector"),
        *("Compression force", "Compressed thickness", "Positioner angle", "Organ dose"),
        *("Entrance dose", "Relative exposure"),
    ):
        assert f"{{{label}}}" in named
    known = describe(Attributes({"KVP": ("29",)}), "x")
    assert made.filled(Corner.BOTTOM, Detail.SHORT, known) == (("29 kV",),)
