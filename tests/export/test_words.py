"""What pages say: banner, captions, scale bar."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from models import RESEARCH_USE_ONLY
from models.catalog import DEMO
from models.exam import L_CC, R_CC, Origin
from models.geometry import Affine
from models.grayscale import LookupTable, VoiFunction, VoiWindow
from models.mass.results import MassResult, MassView
from models.microcalcification.results import CalcificationResult
from models.results import CellMap, ExamResult, Provenance
from tests.phantoms import make_exam, make_mammogram, make_result
from viewer.display.colours import WARNING
from viewer.display.hanging import layout_named, pane_rects
from viewer.display.overlay import Overlays
from viewer.display.pane_key import PriorView
from viewer.display.size import size_words
from viewer.display.text import text_width
from viewer.display.viewport import Viewport
from viewer.export.banner import banner_for
from viewer.export.caption import Wording, caption_lines, corner_words, unmarked_lines
from viewer.export.page import Beside, PageSpec
from viewer.export.render import render_page


def words_of(banner):
    return " ".join(item.words for line in banner.lines for item in line)


def test_the_banner_says_what_was_seen_with_what_and_for_what():
    exam = make_exam("1.2.3", date="2025-03-04")
    overlays = Overlays(True, True, True, True, opacity=0.5, threshold=0.25)
    spec = PageSpec("2x2", 900, 1200, overlays=overlays, made_on="2026-01-02")
    words = words_of(banner_for(exam, make_result(exam), spec, 1200, 1.0))
    for expected in (
        "Exam 1.2.3",
        "2025-03-04",
        "GLAM, scores not calibrated",
        "test.ckpt 000000000000",
        "fp32 on cpu",
        "B benign saliency",
        "M malignant saliency",
        "threshold 0.25, opacity 0.50",
        "selected patches",
        "ground truth",
        RESEARCH_USE_ONLY,
        "made 2026-01-02",
    ):
        assert expected in words


def test_the_banner_names_every_model_that_was_used_by_the_digest_of_its_weights():
    exam = make_exam()
    made = [
        Provenance(name, name, f"{name}.pt", digit * 64, "fp32", "cpu", "Fourview 1", "moved")
        for name, digit in (("Specks", "1"), ("Specks", "2"), ("Outlines", "3"))
    ]
    result = replace(
        make_result(exam),
        microcalcification=CalcificationResult(made[0], made[1], {}),
        mass=MassResult(replace(made[2], device="cuda:0"), {}),
    )
    banner = banner_for(exam, result, PageSpec("2x2", 900, 1200), 1200, 1.0)
    words = [item.words for line in banner.lines for item in line]
    assert words[1:-2] == [
        "GLAM, scores not calibrated",
        "weights test.ckpt 000000000000",
        "Specks, scores not calibrated",
        "weights Specks.pt 111111111111",
        "weights Specks.pt 222222222222",
        "fp32 on cpu",
        "Outlines, scores not calibrated",
        "weights Outlines.pt 333333333333",
        "fp32 on cuda:0",
        "moved",
    ]


def test_an_image_without_marks_tells_when_no_model_looked_for_any():
    made = Provenance("mass", "Masses", "m.h5", "0" * 64, "fp32", "cpu", "Fourview 1")
    empty = np.zeros((4, 4), np.float32)
    cells = CellMap(empty, Affine.scaling(1, 1), empty.shape)
    masses = MassResult(made, {L_CC: MassView(cells, cells, ())}, {R_CC: "No breast was found."})
    result = ExamResult("1", mass=masses)
    on = Overlays(masses=True, calcifications=True)
    specks = ("Microcalcifications: not run", WARNING)
    assert unmarked_lines(L_CC, result, on) == [specks]
    assert unmarked_lines(R_CC, result, on) == [specks, ("Masses: withheld", WARNING)]
    assert unmarked_lines(R_CC, result, Overlays()) == []
    assert unmarked_lines(R_CC, None, on) == []
    assert unmarked_lines(PriorView.of(R_CC), result, on) == []


def test_the_banner_never_claims_a_model_that_was_not_run():
    spec = PageSpec("2x2", 900, 1200)
    words = words_of(banner_for(make_exam(), None, spec, 1200, 1.0))
    assert "Models not run" in words
    assert "saliency" not in words
    assert RESEARCH_USE_ONLY in words


@pytest.mark.parametrize("width", [200, 420, 900])
def test_the_banner_keeps_within_the_page_and_wraps(width):
    exam = make_exam("1.2.840.113619.2.66.2158408118.16050010109105933.20000.123456789")
    spec = PageSpec("2x2", 900, width, overlays=Overlays(True, True, True, True))
    banner = banner_for(exam, make_result(exam), spec, width, 1.0)
    for line in banner.lines:
        assert sum(text_width(item.words, banner.size_px) for item in line) <= width
    canvas = np.zeros((banner.height, width, 3), dtype=np.uint8)
    banner.draw(canvas)
    assert (canvas[:, -3:] == canvas[-1, -1]).all() or (canvas[1:, -3:] == canvas[-1, -1]).all()


def test_scores_stand_with_their_names_and_not_run_is_not_zero():
    exam = make_exam()
    glam = make_result(exam).glam
    lines = [words for words, _ in caption_lines(L_CC, exam.mammograms[L_CC], glam)]
    assert lines == ["Malignant 0.75", "Benign 0.25"]
    assert caption_lines(L_CC, exam.mammograms[L_CC], None) == []
    views = MappingProxyType({R_CC: glam.views[R_CC]})
    withheld = replace(glam, views=views, withheld=MappingProxyType({L_CC: "no breast found"}))
    lines = [words for words, _ in caption_lines(L_CC, exam.mammograms[L_CC], withheld)]
    assert lines == ["GLAM: no breast found"]
    untold = replace(glam, views=views)
    assert "not run" in caption_lines(L_CC, exam.mammograms[L_CC], untold)[0][0]


def test_scores_of_the_demo_never_stand_without_its_name():
    exam = make_exam()
    result = make_result(exam, DEMO)
    lines = [words for words, _ in caption_lines(R_CC, exam.mammograms[R_CC], result.glam)]
    assert "Demo (phantoms only)" in lines
    assert "Demo (phantoms only)" in words_of(
        banner_for(exam, result, PageSpec("2x2", 800, 1200), 1200, 1.0)
    )
    lines = [
        words for words, _ in caption_lines(R_CC, exam.mammograms[R_CC], make_result(exam).glam)
    ]
    assert not any("Demo" in words for words in lines)


def test_guesses_and_lossy_files_are_named():
    mammogram = make_mammogram(
        L_CC, view_origin=Origin.FILE_NAME, orientation_origin=Origin.PIXELS, lossy=True
    )
    lines = [words for words, _ in caption_lines(L_CC, mammogram, None)]
    assert lines == [
        "View guessed: file name",
        "Orientation guessed: pixels",
    ]
    assert size_words(mammogram, Viewport(9, 9, 1.0, 0, 0)) == [("lossy", WARNING)]
    stated = make_mammogram(L_CC, view_origin=Origin.LIST)
    assert caption_lines(L_CC, stated, None) == []


def test_zoom_and_window_are_stated():
    window = VoiWindow(2653.0, 900.0, VoiFunction.SIGMOID)
    viewport = Viewport(100, 100, 0.2614, 0.0, 0.0)
    assert corner_words(viewport, window) == "C 2653 W 900 sigmoid"
    assert corner_words(replace(viewport, scale=1.0), window).startswith("1:1 · C")
    assert corner_words(replace(viewport, scale=2.5), window).startswith("250 % · C")
    table = LookupTable(np.zeros(2, np.uint16), 0, 8, "HARDER")
    assert corner_words(viewport, table) == "HARDER table"


def test_a_negative_says_that_it_is_one_on_its_panes_and_under_the_page():
    window = VoiWindow(2653.0, 900.0)
    viewport = Viewport(100, 100, 0.5, 0.0, 0.0)
    assert corner_words(viewport, window, inverted=True) == "C 2653 W 900 linear · inverted"
    for inverted in (False, True):
        spec = PageSpec("2x2", 900, 1200, inverted=inverted)
        lines = banner_for(make_exam(), None, spec, 1200, 1.0).lines
        words = [item.words for line in lines for item in line]
        assert ("Shown as the negative" in words) is inverted


def test_mixed_patients_in_the_prior_are_an_alarm_of_its_panes_and_of_the_page():
    key, alarm = PriorView.of(L_CC), "Images of two patients"
    priors = {key: Beside(make_mammogram(L_CC), "PRIOR 2023-01-01", alarm)}
    spec = PageSpec("cc-prior", 900, 1200, beside=priors)
    lines = banner_for(make_exam(), None, spec, 1200, 1.0).lines
    assert f"Prior: {alarm}" in [item.words for line in lines for item in line]
    quiet = PageSpec("cc-prior", 900, 1200, beside={key: replace(priors[key], alarm="")})
    pages = [render_page(make_exam(), None, each).astype(int) for each in (spec, quiet)]
    red = [(page[:850, :, 0] > 180) & (page[:850, :, 1] < 140) for page in pages]
    assert red[0].sum() > red[1].sum() + 50


def test_an_empty_pane_of_a_prior_does_not_bear_the_date_of_the_current_exam():
    key = PriorView.of(L_CC)
    spec = PageSpec("cc-prior", 900, 1200)
    pages = [
        render_page(replace(make_exam(), date=date), None, spec) for date in ("", "2025-03-14")
    ]
    rect = pane_rects(layout_named("cc-prior"), 800, 1200, 1)[key]
    below = np.s_[rect.row + 30 : rect.row + 150, rect.column : rect.column + rect.width]
    assert np.array_equal(pages[0][below], pages[1][below])


def test_no_words_of_the_site_stand_on_a_deidentified_page():
    said = {"View": "Jane Doe view", "Manufacturer": "Doe Ltd", "Model": "Doe", "Anode": "RHODIUM"}
    mammogram = make_mammogram(L_CC, description=said)
    assert dict(Wording(deidentified=True).words_of(mammogram)) == {"Anode": "RHODIUM"}
