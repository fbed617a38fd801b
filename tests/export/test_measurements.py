"""Measurements on pages, and in the memory of pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from models.exam import L_CC, R_CC, R_MLO
from tests.phantoms import make_exam, make_mammogram
from viewer.display.measured import label_words, quantities
from viewer.display.measurement import Kind, Measurement
from viewer.display.overlay import Overlays
from viewer.display.shown import ShownImage
from viewer.export.caption import Wording
from viewer.export.context import page_context, parse_context
from viewer.export.measurement_document import measurement_documents, measurements_at
from viewer.export.page import PageSpec
from viewer.export.png import read_context, write_png
from viewer.export.render import render_page

BARE = Overlays(malignant=False, benign=False, patches=False, truth=False)
MEASURED = {
    R_CC: (
        Measurement(Kind.LENGTH, ((200.0, 150.0), (300.0, 350.0))),
        Measurement(Kind.TEXT, ((60.0, 60.0),), "Mrs Example, 2 o'clock"),
    ),
    L_CC: (
        Measurement(Kind.BOX, ((200.0, 100.0), (280.0, 220.0)), "Mrs Example"),
        Measurement(Kind.POLYGON, ((320.0, 60.0), (380.0, 90.0), (340.0, 160.0))),
    ),
}


def spec(**changes) -> PageSpec:
    page = PageSpec(
        "2x2", 1000, 1400, overlays=BARE, measurements=MappingProxyType(dict(MEASURED))
    )
    return replace(page, **changes)


def ink(page: np.ndarray) -> np.ndarray:
    """Where a page (RGB) is of the accent's blue."""
    red, green, blue = (page[..., n].astype(int) for n in range(3))
    return (blue > red + 60) & (green > red + 20) & (green < blue)


def test_pages_draw_lines_and_words_where_they_were_measured():
    exam = make_exam()
    drawn = render_page(exam, None, spec())
    bare = render_page(exam, None, spec(measurements=MappingProxyType({})))
    new = ink(drawn) & ~ink(bare)
    middle = 700
    assert new[:500, :middle].sum() > 300
    assert new[:500, middle:].sum() > 300
    assert not new[520:].any(), "nothing on the other views"


def test_plain_pages_show_lines_without_words():
    exam = make_exam()
    plain = ink(render_page(exam, None, spec(plain=True)))
    lines_only = {view: each[:1] for view, each in MEASURED.items()}
    wordless = {
        R_CC: lines_only[R_CC],
        L_CC: tuple(replace(one, words="") for one in MEASURED[L_CC]),
    }
    again = ink(render_page(exam, None, spec(plain=True, measurements=MappingProxyType(wordless))))
    assert plain.any()
    assert np.array_equal(plain, again)


def test_nothing_that_a_reader_typed_is_on_a_deidentified_page_or_in_its_memory():
    exam = make_exam()
    wanted = spec(wording=Wording(deidentified=True))
    bare = {
        R_CC: MEASURED[R_CC][:1],
        L_CC: tuple(replace(one, words="") for one in MEASURED[L_CC]),
    }
    page = render_page(exam, None, wanted)
    wordless = render_page(exam, None, replace(wanted, measurements=MappingProxyType(bare)))
    assert np.array_equal(page, wordless)
    assert "Example" not in json.dumps(page_context(exam, None, wanted))


def test_a_picture_remembers_what_was_measured(tmp_path):
    exam = make_exam()
    path = tmp_path / "page.png"
    write_png(path, render_page(exam, None, spec()), page_context(exam, None, spec()))
    assert read_context(path).spec(exam).measurements == MEASURED


def test_pictures_made_before_measuring_open_as_ever():
    document = page_context(make_exam(), None, spec())
    del document["measurements"]
    assert parse_context(json.dumps(document)).measurements == {}


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "spiral"},
        {"points": [[1.0, 2.0]]},
        {"points": [[1.0, 2.0], [1.0, "2"]]},
        {"points": [[1.0, 2.0], [1.0, -2.0]]},
        {"points": "many"},
        {"words": None},
        {"words": "a" * 5000},
    ],
    ids=str,
)
def test_what_is_no_measurement_is_refused_by_name(damage):
    (document,) = measurement_documents(MEASURED[R_CC][:1])
    assert measurements_at([document], "m") == MEASURED[R_CC][:1]
    with pytest.raises(ValueError, match=r"m\[0\]|Kind"):
        measurements_at([{**document, **damage}], "m")


def test_the_page_says_the_same_values_as_the_window():
    image = ShownImage.prepare(make_mammogram(R_MLO))
    one = Measurement(Kind.BOX, ((250.0, 250.0), (300.0, 350.0)))
    full = label_words(one, quantities(one, image))
    brief = label_words(one, quantities(one, image), brief=True)
    assert brief == (full[0], full[-1])
    assert full[-1] == "at the detector"
