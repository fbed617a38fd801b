"""Where file and pixels, or two attributes, name different breasts, a strip says so."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from models.catalog import GLAM
from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.gate import Light, judge
from models.geometry import Orientation
from tests.dicom_factory import breast, make_dicom
from tests.exam_io.test_orientation import EIGHT
from viewer.display.hanging import hung
from viewer.display.shown import ShownImage
from viewer.display.strip import strip_of
from viewer.exam_io.load import load_exam
from viewer.exam_io.orientation import is_wrong_side
from viewer.exam_io.scan import scan


def write(path, view, pixels=None, **attributes):
    position, laterality = view.position.value, view.laterality.value
    return make_dicom(path, view=position, laterality=laterality, pixels=pixels, **attributes)


def exam_of(folder):
    (record,) = scan([folder]).exams
    return load_exam(record)


def strip_words(mammogram):
    image = ShownImage.prepare(mammogram, doubtful=is_wrong_side(mammogram))
    strip = strip_of(mammogram.view, image)
    return "" if strip is None else strip.words


def told(folder, view):
    """The strip over a view, and every problem of its exam."""
    exam = exam_of(folder)
    return strip_words(exam.mammograms[view]), [problem.reason for problem in exam.problems]


@pytest.mark.parametrize(
    ("tag", "directions", "other"),
    [
        (L_MLO, ["P", "FL"], "right"),
        (L_MLO, ["A", "HR"], "right"),
        (L_MLO, ["FL", "P"], "right"),
        (R_MLO, ["A", "FR"], "left"),
        (R_MLO, ["P", "HL"], "left"),
    ],
)
def test_rule_11_an_oblique_orientation_of_the_other_breast_is_a_strip(
    tmp_path, tag, directions, other
):
    """Rule 11: P\\FL is a right breast and A\\FR a left one, whatever the laterality says."""
    stored = breast("R" if other == "right" else "L")
    if directions[0] == "FL":
        stored = np.ascontiguousarray(stored.T)
    write(tmp_path / "a.dcm", tag, stored, PatientOrientation=directions)
    strip, problems = told(tmp_path, tag)
    said = f"its Patient Orientation {chr(92).join(directions)} is that of a {other} breast"
    assert strip == f"CHECK THE SIDE: {said}"
    assert problems[0] == f"a.dcm: {said}."


@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("side", ["L", "R"])
def test_rule_12_a_tag_that_the_pixels_contradict_is_a_strip_without_orientation(
    tmp_path, view, side
):
    """Rule 12: nothing tells a breast that is stored mirrored from the other breast."""
    write(tmp_path / "a.dcm", view, breast(side), PatientOrientation=None)
    exam = exam_of(tmp_path)
    mammogram = exam.mammograms[view]
    assert np.array_equal(hung(mammogram), breast(view.laterality.value))
    other = "left" if side == "L" else "right"
    agrees = side == view.laterality.value
    wanted = "" if agrees else f"CHECK THE SIDE: as stored it looks like a {other} breast"
    assert strip_words(mammogram) == wanted
    assert len(exam.problems) == (not agrees)


@pytest.mark.parametrize("stored_by", EIGHT, ids=str)
def test_only_mirrored_images_are_in_doubt_where_the_orientation_is_silent(tmp_path, stored_by):
    stored = np.ascontiguousarray(stored_by.inverse().apply(breast("L")))
    write(tmp_path / "a.dcm", L_CC, stored, PatientOrientation=None)
    strip, _ = told(tmp_path, L_CC)
    # An image on its side is turned, which no breast gains or loses a side by.
    assert bool(strip) == (stored_by.flip_columns and not stored_by.transpose)


def test_a_side_that_only_a_files_name_tells_is_a_guess_and_no_alarm(tmp_path):
    mirrored = Orientation(flip_columns=True).apply(breast("R"))
    silent = {"ImageLaterality": None, "PatientOrientation": None}
    write(tmp_path / "dicom" / "R_CC.dcm", R_CC, np.ascontiguousarray(mirrored), **silent)
    (tmp_path / "png").mkdir()
    Image.fromarray((mirrored // 16).astype(np.uint8)).save(tmp_path / "png" / "R_CC.png")
    for kind in ("dicom", "png"):
        strip, problems = told(tmp_path / kind, R_CC)
        assert strip == "", kind
        assert "shown mirrored" in problems[-1], "which is said, quietly"


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"Laterality": "R"}, "CHECK THE SIDE: its attributes name both L and R as laterality"),
        (
            {"ViewPosition": "MLO"},
            "CHECK THE VIEW: View Code Sequence says CC and View Position (0018,5101) MLO",
        ),
    ],
    ids=["laterality", "view"],
)
def test_attributes_that_contradict_each_other_are_a_strip(tmp_path, attributes, said):
    write(tmp_path / "a.dcm", L_CC, **attributes)
    strip, problems = told(tmp_path, L_CC)
    assert strip == said
    assert problems == [f"a.dcm: {said.partition(': ')[2]}."]


def test_an_exam_list_hides_no_contradiction(tmp_path):
    write(tmp_path / "a.dcm", L_MLO, breast("R"), PatientOrientation=["P", "FL"])
    exams = {"exams": [{"id": "1", "views": {"L-MLO": "a.dcm"}}]}
    (tmp_path / "exams.json").write_text(json.dumps(exams))
    strip, problems = told(tmp_path, L_MLO)
    assert strip.startswith("CHECK THE SIDE: its Patient Orientation")
    assert any("right breast" in problem for problem in problems)


def test_attributes_that_agree_are_no_strip(tmp_path):
    for view in STANDARD_VIEWS:
        write(tmp_path / f"{view.name}.dcm", view, Laterality=view.laterality.value)
    exam = exam_of(tmp_path)
    assert [strip_words(exam.mammograms[view]) for view in STANDARD_VIEWS] == [""] * 4
    assert exam.problems == ()


def test_no_model_may_speak_of_an_image_whose_pixels_show_the_other_side(tmp_path):
    """Orientation and side agree with each other, and the pixels with neither."""
    write(tmp_path / "a.dcm", L_CC, breast("R"), PatientOrientation=["A", "R"])
    write(tmp_path / "b.dcm", R_CC, breast("R"), PatientOrientation=["P", "L"])
    exam = exam_of(tmp_path)
    wrong, right = exam.mammograms[L_CC], exam.mammograms[R_CC]
    assert judge(GLAM, (wrong,), exam).light is Light.RED
    assert judge(GLAM, (right,), exam).light is Light.GREEN
    assert strip_words(wrong) == wrong.doubt
