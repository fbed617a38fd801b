"""Sizes, letters and nipples on pages are those of the window, and come back from a picture."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from models.exam import L_CC, R_CC
from tests.phantoms import make_exam, make_mammogram
from viewer.display.colours import ACCENT, MUTED
from viewer.display.nipple import Nipple
from viewer.display.size import Sizing
from viewer.display.viewport import Viewport
from viewer.export.banner import banner_for
from viewer.export.context import page_context, parse_context
from viewer.export.page import PageSpec
from viewer.export.render import full_resolution_spec, render_page

STATED = {
    R_CC: make_mammogram(R_CC, patient_orientation=("P", "L")),
    L_CC: make_mammogram(L_CC, patient_orientation=("A", "R")),
}
SPEC = PageSpec("cc", 700, 1000)


def rgb(colour):
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def has(page, colour, within=30):
    return (np.abs(page.astype(int) - rgb(colour)).max(axis=2) < within).any()


def test_a_page_shows_the_orientation_letters_unless_words_are_off():
    """N7 on exports."""
    page = render_page(make_exam(views=STATED), None, SPEC)
    silent = make_exam(views={view: make_mammogram(view) for view in STATED})
    without = render_page(silent, None, SPEC)
    differing = np.argwhere((page != without).any(axis=2))
    assert differing[:, 1].min() < 20, "at the outer side"
    assert differing[:, 1].max() > 980
    assert has(page[400:440, :20], MUTED) or has(page[:, :20], MUTED)
    plain = replace(SPEC, plain=True)
    bare = render_page(silent, None, plain)
    assert np.array_equal(render_page(make_exam(views=STATED), None, plain), bare)


def test_a_page_marks_the_nipple_where_it_is():
    exam = make_exam(views=STATED)
    nipple = Nipple.at_hung(STATED[L_CC], 270.0, 345.0)
    spec = replace(SPEC, nipples={L_CC: nipple}, layout="single:L-CC", width=600)
    page = render_page(exam, None, spec).astype(int)
    without = render_page(exam, None, replace(spec, nipples={})).astype(int)
    y, x = np.argwhere((page != without).any(axis=2)).mean(axis=0)
    body = spec.height - banner_for(exam, None, spec, spec.width, spec.text_factor).height
    scale = min(body / 600, 600 / 400)
    assert x == pytest.approx(345.0 * scale, abs=2)
    assert y == pytest.approx(body / 2 + (270.0 - 300.0) * scale, abs=2)
    assert has(page, ACCENT)


def test_a_mark_at_the_edge_of_a_pane_is_clipped():
    exam = make_exam(views=STATED)
    zoomed = {L_CC: Viewport(300, 300, 2.0, 0.0, 0.0)}
    for point in ((0.0, 0.0), (149.9, 149.9), (75.0, 0.0)):
        nipples = {L_CC: Nipple.at_hung(STATED[L_CC], *point)}
        spec = replace(SPEC, layout="single:L-CC", viewports=zoomed, nipples=nipples)
        assert render_page(exam, None, spec).shape == (700, 1000, 3)


def test_a_page_is_sized_as_the_window_is():
    """Rule 18 on pages: same size, or each image as large as its pane takes."""
    smaller = make_mammogram(L_CC, rows=300, columns=200)
    exam = make_exam(views={R_CC: STATED[R_CC], L_CC: smaller})
    plain = replace(SPEC, plain=True)

    def widths(spec):
        page = render_page(exam, None, spec)[..., 0] > 0
        return page[:, :500].any(axis=0).sum(), page[:, 500:].any(axis=0).sum()

    right, left = widths(plain)
    assert left == pytest.approx(right / 2, abs=3)
    right, left = widths(replace(plain, sizing=Sizing.FIT))
    assert left == pytest.approx(right, abs=3)


def test_full_resolution_says_nothing_of_less_and_names_a_lossy_file():
    """Rule 23 on exports."""
    lossy = replace(STATED[R_CC], lossy=True, lossy_ratios=(12.0,))
    exam = make_exam(views={R_CC: lossy})
    spec = full_resolution_spec(exam, None, replace(SPEC, layout="single:R-CC"))
    small = replace(SPEC, layout="single:R-CC", height=400, width=400)
    warned = render_page(exam, None, spec)
    assert has(warned, "#F2C14E"), "the warning is on the page at full resolution"
    assert has(render_page(exam, None, small), "#F2C14E")
    sound = make_exam(views={R_CC: STATED[R_CC]})
    assert not has(render_page(sound, None, spec), "#F2C14E")


def test_sizing_and_nipples_come_back_from_a_picture():
    exam = make_exam(views=STATED)
    nipples = {L_CC: Nipple(270.0, 345.5, guessed=True)}
    spec = replace(SPEC, sizing=Sizing.FIT, nipples=nipples)
    document = page_context(exam, None, spec)
    found = parse_context(json.dumps(document)).spec(exam)
    assert found.sizing is Sizing.FIT
    assert dict(found.nipples) == nipples
    del document["sizing"], document["nipples"]
    older = parse_context(json.dumps(document)).spec(exam)
    assert older.sizing is Sizing.SAME
    assert not older.nipples
    for broken in ({"sizing": "true size"}, {"nipples": {"L-CC": {"row": -1.0}}}):
        with pytest.raises(ValueError, match=r"life size|nipples"):
            parse_context(json.dumps({**document, **broken}))


def test_full_resolution_is_full_under_a_strip_of_warning_too():
    """Rule 20 on exports: the strip takes no height from the image."""
    turned = STATED[R_CC].pixels[:, ::-1].copy()
    doubtful = replace(STATED[R_CC], pixels=turned, truth=())
    for views in ({R_CC: doubtful}, {R_CC: doubtful, L_CC: STATED[L_CC]}):
        exam = make_exam(views=views)
        layout = "cc" if len(views) == 2 else "single:R-CC"
        spec = full_resolution_spec(exam, None, replace(SPEC, layout=layout))
        page = render_page(exam, None, spec)[..., 0]
        bare = full_resolution_spec(exam, None, replace(SPEC, layout=layout, plain=True))
        image = render_page(exam, None, bare)[:, : turned.shape[1], 0]
        middle = image[200:400, 20:350]
        places = [
            y
            for y in range(200, 300)
            if np.array_equal(page[y : y + 200, 20:350], middle) and middle.any()
        ]
        assert len(places) == 1
