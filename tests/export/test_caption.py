"""Words on pages: rules 24 to 28 of IHE Mammography Image, and what de-identified leaves out."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from models.errors import ExportError, UnreadableFileError
from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.grayscale import Grayscale, VoiWindow
from models.progress import CancelToken, ignore_progress
from tests.phantoms import breast_pixels, make_exam, make_mammogram
from viewer.display.annotations import Annotations, Detail, parse_annotations
from viewer.display.colours import FAULT, TEXT, WARNING
from viewer.display.pane_key import PriorView
from viewer.display.scale import ScaleBar
from viewer.display.shown import ShownImage
from viewer.display.viewport import Align, fit, one_to_one
from viewer.export.caption import (
    Caption,
    Room,
    Wording,
    alarm_lines,
    caption_lines,
    with_templates,
)
from viewer.export.caption_paint import draw_caption
from viewer.export.context import page_context, parse_context
from viewer.export.page import Beside, PageSpec
from viewer.export.png import read_context, write_png
from viewer.export.render import render_page
from viewer.jobs.tasks import open_paths
from viewer.resource_files import resource_path

SAID = MappingProxyType(
    {
        "Patient": "Doe, Jane",
        "Patient ID": "4711",
        "Birth date": "1960-01-02",
        "Age": "65 y",
        "Sex": "F",
        "View": "cranio-caudal",
        "Acquired": "2025-03-14 10:15",
        "Institution": "St Anna",
        "Station": "ROOM1",
        "Manufacturer": "Acme",
        "Model": "Clarity 3",
        "Operator": "AS",
        "Tube voltage": "29 kV",
        "Exposure": "80 mAs",
        "Compressed thickness": "54 mm",
        "Compression force": "110 N",
        "Organ dose": "1.52 mGy",
        "Detector": "SERIAL-9",
        "Partial view of": "what Jane Doe asked for",
    }
)
SINGLE = PageSpec("single:R-CC", 400, 400)
PERSONAL = ("Doe", "Jane", "4711", "1960", "2025-03-14", "10:15", "St Anna", "ROOM1", "SERIAL")


@pytest.fixture(scope="module")
def templates() -> Annotations:
    return parse_annotations(resource_path("annotations.json").read_text(encoding="utf-8"))


class Typewriter:
    def width(self, text, *, large):
        return len(text) * (10.0 if large else 6.0)

    def height(self, *, large):
        return 20.0 if large else 14.0


def caption_for(view, wording, *, exam=None, viewport=None, size=(700, 560), **changes):
    mammogram = make_mammogram(view, description=SAID, **changes)
    exam = exam or make_exam("1.2.3", date="2025-03-14")
    image = ShownImage.prepare(mammogram)
    align = Align.RIGHT if view in (R_CC, R_MLO) else Align.LEFT
    viewport = viewport or fit(image.shape, *size, align)
    caption = Caption(
        wording.title_of(mammogram),
        align,
        identity=wording.identity_of(exam, mammogram),
        lines=(*alarm_lines(exam), *caption_lines(view, mammogram, None)),
        corner="C 2000 W 2400",
        room=Room(image.free, viewport),
    )
    return with_templates(caption, mammogram, wording)


def written(caption, size=(700, 560)):
    return caption.placed(size, 12.0, Typewriter()).rows


def said_by(caption, size=(700, 560)):
    return " | ".join(row.text for row in written(caption, size))


def test_rule_24_identity_stands_on_every_tile_and_the_rest_one_key_away(templates):
    """IHE MAMMO rule 24: on screen, or one key away."""
    for view in STANDARD_VIEWS:
        short = said_by(caption_for(view, Wording(templates)))
        for words in ("Doe, Jane", "4711", "2025-03-14 10:15", "1960-01-02", "65 y", "St Anna"):
            assert words in short
        full = said_by(caption_for(view, Wording(templates, Detail.FULL)))
        for words in ("Acme", "Clarity 3", "ROOM1", "by AS"):
            assert words in full


def test_rule_25_view_and_laterality_come_from_the_image_and_not_from_its_tile():
    """IHE MAMMO rule 25: a left image in a right pane still says that it is left."""
    mammogram = make_mammogram(L_MLO, title="L MLO implant displaced")
    exam = make_exam(views={R_CC: mammogram})
    assert Wording().title_of(exam.mammograms[R_CC]) == "L MLO implant displaced"
    pages = [
        render_page(make_exam(views={R_CC: make_mammogram(R_CC, title=title)}), None, SINGLE)
        for title in ("R CC", "R CC", "L CC")
    ]
    assert np.array_equal(pages[0], pages[1])
    assert not np.array_equal(pages[0], pages[2])


def test_rule_26_technique_stands_below(templates):
    """IHE MAMMO rule 26."""
    full = said_by(caption_for(L_CC, Wording(templates, Detail.FULL)))
    for words in ("29 kV", "80 mAs", "54 mm", "110 N", "organ dose 1.52 mGy", "SERIAL-9"):
        assert words in full


@pytest.mark.parametrize("view", STANDARD_VIEWS)
@pytest.mark.parametrize("size", [(700, 560), (420, 330), (900, 400)])
def test_rule_27_at_fit_no_word_covers_tissue(templates, view, size):
    """IHE MAMMO rule 27: counted on the pixels under every word, at the fullest detail."""
    caption = caption_for(view, Wording(templates, Detail.FULL), size=size)
    viewport = caption.room.viewport
    breast = breast_pixels(view) > 0
    rows = written(caption, size)
    assert len(rows) > 5
    for row in rows:
        assert not row.on_tissue
        y, x = np.mgrid[row.y : row.y + row.height, row.x : row.x + row.width]
        at = np.floor(np.stack(viewport.to_image(y, x))).astype(int)
        inside = (at >= 0).all(axis=0) & (at[0] < breast.shape[0]) & (at[1] < breast.shape[1])
        assert not breast[at[0][inside], at[1][inside]].any()


def test_rule_27_zoomed_into_tissue_only_identity_and_view_stay(templates):
    """IHE MAMMO rule 27: what cannot be lost stands on a dark ground, the rest goes."""
    middle = one_to_one(fit((600, 400), 300, 200, Align.LEFT)).centered_on(270.0, 110.0)
    caption = caption_for(L_CC, Wording(templates, Detail.FULL), viewport=middle)
    rows = written(caption, (300, 200))
    assert [row.text for row in rows] == [
        "L CC",
        "Doe, Jane · 4711",
        "2025-03-14 10:15",
        "C 2000 W 2400",
    ]
    assert all(row.on_tissue for row in rows)


def test_rule_27_identity_cannot_be_lost_in_exports_by_switching_words_off(templates):
    """IHE MAMMO rule 27 and row S3: no detail, no template takes it away."""
    for wording in (Wording(templates, Detail.NONE), Wording(Annotations(), Detail.NONE)):
        words = said_by(caption_for(R_MLO, wording))
        assert words.startswith("R MLO | Doe, Jane · 4711")
    silent = make_mammogram(R_CC)
    exam = make_exam("Exam of a list", date="2025-03-14")
    assert Wording().identity_of(exam, silent) == ("Exam of a list", "2025-03-14")


def test_rule_27_in_the_window_words_can_be_switched_off(templates):
    """IHE MAMMO rule 27."""
    caption = caption_for(R_CC, Wording(templates, Detail.NONE, identified=False))
    assert said_by(caption) == "R CC | C 2000 W 2400"


def test_rule_28_quality_control_images_are_marked():
    """IHE MAMMO rule 28: on screen and in pictures out, also over tissue."""
    said = MappingProxyType({"Quality control image": "yes"})
    image = make_mammogram(R_CC, description=said)
    assert caption_lines(R_CC, image, None) == [("QC IMAGE", WARNING)]
    phantom = make_mammogram(R_CC, description=said, is_phantom=True)
    assert caption_lines(R_CC, phantom, None) == [("PHANTOM · QC IMAGE", WARNING)]
    plain = render_page(make_exam(views={R_CC: make_mammogram(R_CC)}), None, SINGLE)
    marked = render_page(make_exam(views={R_CC: image}), None, SINGLE)
    assert not np.array_equal(plain, marked)
    tiny = Caption("R CC", Align.RIGHT, lines=(("QC IMAGE", WARNING), ("0.75", TEXT)))
    image = ShownImage.prepare(make_mammogram(R_CC))
    middle = one_to_one(fit((600, 400), 200, 150, Align.RIGHT)).centered_on(270.0, 290.0)
    assert said_by(replace(tiny, room=Room(image.free, middle)), (200, 150)) == "R CC | QC IMAGE"


def test_rule_16_and_17_partial_views_and_implants_are_named():
    """IHE MAMMO rules 16 and 17."""
    said = {"Breast implant": "present", "Partial view": "yes", "Partial view of": "posterior"}
    lines = caption_lines(L_CC, make_mammogram(L_CC, description=said), None)
    assert lines == [("Implant present", WARNING), ("Partial view: posterior", WARNING)]


def test_mixed_patients_are_an_alarm_on_every_tile_and_page():
    exam = make_exam("1.2.3", alarm="Mixed patients: images of this exam name different people.")
    assert alarm_lines(exam) == [("MIXED PATIENTS IN THIS EXAM", FAULT)]
    assert alarm_lines(make_exam()) == []
    words = said_by(caption_for(R_CC, Wording(), exam=exam))
    assert "MIXED PATIENTS" in words
    page = render_page(exam, None, PageSpec("2x2", 700, 900)).astype(int)
    red = (page[..., 0] > 150) & (page[..., 1] < 120) & (page[..., 2] < 120)
    assert np.count_nonzero(red[600:]) > 2000, "a red strip in the banner"
    calm = render_page(make_exam("1.2.3"), None, PageSpec("2x2", 700, 900)).astype(int)
    assert not ((calm[..., 0] > 150) & (calm[..., 1] < 120)).any()


@pytest.mark.parametrize("detail", Detail)
def test_a_deidentified_page_says_nothing_personal(templates, detail):
    wording = Wording(templates, detail, deidentified=True)
    words = said_by(caption_for(R_CC, wording, title="Doe_Jane_R_CC"))
    assert words.startswith("R CC | De-identified")
    assert not any(part in words for part in PERSONAL)
    assert ("29 kV" in words) == (detail is not Detail.NONE)


def test_a_deidentified_page_shows_no_free_text_of_the_file():
    pages = []
    for name in ("of Jane Doe", "of somebody else"):
        said = {**SAID, "Partial view": "yes", "Partial view of": name, "Patient": name}
        grayscale = Grayscale(bits_stored=12, windows=(VoiWindow(1800, 2600, explanation=name),))
        image = make_mammogram(R_CC, description=said, grayscale=grayscale, title=name)
        exam = make_exam(name, views={R_CC: image}, date=name)
        wording = Wording(deidentified=True)
        pages.append(render_page(exam, None, replace(SINGLE, wording=wording)))
    assert np.array_equal(*pages)


@pytest.mark.parametrize(("view", "air_is_left"), [(R_CC, True), (L_CC, False)])
def test_words_stand_on_the_air_side_and_the_bar_has_its_length(view, air_is_left):
    pane = np.zeros((400, 500, 3), dtype=np.uint8)
    align = Align.RIGHT if air_is_left else Align.LEFT
    draw_caption(pane, Caption("CC", align, corner="26 %", bar=ScaleBar("20 mm", 137.0)), 1.0)
    columns = np.flatnonzero(pane.any(axis=(0, 2)))
    assert columns.max() < 250 if air_is_left else columns.min() > 250
    longest = max(np.count_nonzero((row > 150).all(axis=1)) for row in pane)
    assert longest == 137


def test_words_over_tissue_stand_on_a_dark_ground():
    pane = np.full((300, 200, 3), 200, dtype=np.uint8)
    image = ShownImage.prepare(make_mammogram(L_CC))
    middle = one_to_one(fit((600, 400), 300, 200, Align.LEFT)).centered_on(270.0, 110.0)
    draw_caption(pane, Caption("L CC", Align.LEFT, room=Room(image.free, middle)), 1.0)
    assert (pane[20, 160:] < 200).any()
    dark = np.count_nonzero((pane == 44).all(axis=2))
    assert dark > 200
    assert (pane[100:] == 200).all()


def test_a_deidentified_picture_knows_no_patient_and_says_so_when_opened(tmp_path):
    views = {
        view: make_mammogram(view, description=SAID, path=tmp_path / f"Doe_{view.name}.dcm")
        for view in STANDARD_VIEWS
    }
    exam = make_exam("1.2.840.4711", views=views, date="2025-03-14", patient_id="4711")
    spec = PageSpec("2x2", 400, 500, wording=Wording(deidentified=True))
    document = page_context(exam, None, spec, [tmp_path / "Doe"])
    text = json.dumps(document)
    for personal in ("Doe", "4711", "2025", "phantom-"):
        assert personal not in text
    path = tmp_path / "page.png"
    write_png(path, render_page(exam, None, spec), document)
    assert read_context(path).deidentified
    with pytest.raises(UnreadableFileError, match="de-identified"):
        open_paths([path], ignore_progress, lambda _: None, CancelToken())


def test_a_page_comes_back_with_the_detail_it_had():
    exam = make_exam()
    spec = PageSpec("2x2", 400, 500, wording=Wording(detail=Detail.FULL))
    context = parse_context(json.dumps(page_context(exam, None, spec)))
    assert context.spec(exam).wording.detail is Detail.FULL
    older = page_context(exam, None, spec)
    del older["detail"], older["deidentified"]
    assert parse_context(json.dumps(older)).detail is Detail.SHORT


def test_pixels_with_burned_in_words_are_never_exported_as_deidentified():
    image = make_mammogram(R_CC, description={"Burned-in annotation": "yes"})
    exam = make_exam(views={R_CC: image})
    render_page(exam, None, SINGLE)
    with pytest.raises(ExportError, match="burned-in annotation"):
        render_page(exam, None, replace(SINGLE, wording=Wording(deidentified=True)))
    with pytest.raises(ExportError, match="burned-in annotation"):
        render_page(exam, None, replace(SINGLE, plain=True, wording=Wording(deidentified=True)))


def test_a_prior_is_never_given_the_date_of_the_exam_and_keeps_its_own_to_itself():
    prior = PriorView.of(R_CC)
    beside = {prior: Beside(make_mammogram(R_CC, title="R CC"), "PRIOR 2023-01-02")}
    page = PageSpec("single:prior-R-CC", 400, 400, beside=beside)
    exam = make_exam("1.2.3", date="2025-03-14")
    undated = render_page(replace(exam, date=""), None, page)
    assert np.array_equal(render_page(exam, None, page)[:300], undated[:300])
    hidden = replace(page, wording=Wording(deidentified=True))
    other = {prior: Beside(beside[prior].mammogram, "PRIOR 1999-12-31")}
    first, second = (
        render_page(exam, None, replace(hidden, beside=each)) for each in (beside, other)
    )
    assert np.array_equal(first, second)
