"""Rules 10 to 12 and 15 to 17, from DICOM files to what hangs where."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom import dcmread

from models.exam import L_CC, L_MLO, R_CC, STANDARD_VIEWS, Laterality, Origin
from tests.dicom_factory import ORIENTATIONS, breast, make_dicom
from tests.exam_io.test_orientation import EIGHT, stored_directions
from viewer.display.hanging import hung
from viewer.exam_io.load import load_exam, load_image
from viewer.exam_io.records import aside_words
from viewer.exam_io.scan import scan
from viewer.export.caption import caption_lines

SPOT = ("399055006", "SCT", "Spot Compression")
MAGNIFICATION = ("399163009", "SCT", "Magnification")
IMPLANT_DISPLACED = ("399209000", "SCT", "Implant Displaced")


def write(folder, view, stem="", **attributes):
    attributes.setdefault("pixels", breast(view.laterality.value))
    return make_dicom(
        folder / f"{stem or view.name}.dcm",
        view=view.position.value,
        laterality=view.laterality.value,
        **attributes,
    )


def only(folder):
    (record,) = scan([folder]).exams
    return record


def test_rule_10_laterality_view_code_and_orientation_are_enough(tmp_path):
    """Rule 10: no Series Description, no View Position, and file names that say nothing."""
    for number, view in enumerate(STANDARD_VIEWS):
        path = write(tmp_path, view, f"im{number}", ViewPosition=None, SeriesDescription=None)
        header = dcmread(path)
        assert "ViewPosition" not in header
        assert "SeriesDescription" not in header
    record = only(tmp_path)
    assert [image.view for image in record.images] == list(STANDARD_VIEWS)
    assert {image.view_origin for image in record.images} == {Origin.ATTRIBUTES}


@pytest.mark.parametrize("stored_by", EIGHT, ids=str)
@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
def test_rules_11_and_12_all_eight_stored_orientations_hang_alike(tmp_path, view, stored_by):
    """Rules 11 and 12: as displayed R CC is P\\L, L CC A\\R, R MLO P\\FL, L MLO A\\FR."""
    wanted = breast(view.laterality.value)
    row, column = ORIENTATIONS[view.laterality.value, view.position.value]
    path = write(
        tmp_path,
        view,
        pixels=np.ascontiguousarray(stored_by.inverse().apply(wanted)),
        PatientOrientation=_oblique(stored_by, row, column),
    )
    record = only(tmp_path)
    assert record.images[0].path == path
    mammogram = load_image(record.images[0])
    assert mammogram.orientation_origin is Origin.ATTRIBUTES
    assert np.array_equal(hung(mammogram), wanted)


def _oblique(stored_by, row, column):
    """Patient Orientation of the stored file; an oblique direction turns letter by letter."""
    letters = {letter: stored_directions(stored_by, row, letter) for letter in column}
    along = [pair[0] for pair in letters.values()], [pair[1] for pair in letters.values()]
    return ["".join(dict.fromkeys(each)) for each in along]


@pytest.mark.parametrize("modifier", [SPOT, MAGNIFICATION, IMPLANT_DISPLACED])
def test_rule_15_a_view_with_a_modifier_leaves_the_slot_to_the_plain_one(tmp_path, modifier):
    """Rule 15: earlier or later, alone or not; it stays in the tray with its reason."""
    write(tmp_path, L_MLO, "a", modifiers=[modifier], AcquisitionTime="080000")
    plain = write(tmp_path, L_MLO, "b", AcquisitionTime="090000")
    record = only(tmp_path)
    assert [image.path for image in record.images] == [plain]
    (aside,) = record.set_aside
    assert modifier[2].split()[0].lower() in aside_words(aside)


def test_rule_15_a_modified_view_alone_does_not_hang_either(tmp_path):
    """Rule 15: the standard slot stays empty and says why."""
    write(tmp_path, L_MLO, modifiers=[SPOT])
    write(tmp_path, L_CC)
    record = only(tmp_path)
    assert [image.view for image in record.images] == [L_CC]


@pytest.mark.parametrize(
    "odd",
    [
        {"view": ("399192008", "SCT", "XCCL"), "ViewPosition": "XCCL"},
        {"PresentationIntentType": "FOR PROCESSING"},
        {"QualityControlImage": "YES"},
        {"EstimatedRadiographicMagnificationFactor": "1.8"},
    ],
    ids=["XCCL", "for processing", "quality control", "magnified"],
)
def test_rule_15_whatever_must_not_hang_is_in_the_tray(tmp_path, odd):
    """Rule 15, rows A9 and A10."""
    write(tmp_path, R_CC)
    make_dicom(tmp_path / "odd.dcm", **{"view": "CC", "laterality": "L", **odd})
    record = only(tmp_path)
    assert [image.view for image in record.images] == [R_CC]
    (aside,) = record.set_aside
    assert aside.aside
    assert load_image(aside).view is None, "and nothing that reads it takes it for one"


def test_rule_16_a_partial_view_never_replaces_a_whole_one(tmp_path):
    """Rule 16: though it was made earlier; and it says what it is a part of."""
    partial = {"PartialView": "YES", "PartialViewDescription": "lateral"}
    write(tmp_path, L_CC, "a", AcquisitionTime="080000", **partial)
    whole = write(tmp_path, L_CC, "b", AcquisitionTime="090000")
    record = only(tmp_path)
    assert record.images[0].path == whole
    assert "partial L CC" in record.set_aside[0].aside


def test_rule_16_a_partial_view_that_hangs_says_so(tmp_path):
    """Rule 16: the text with its description."""
    write(tmp_path, L_CC, PartialView="YES", PartialViewDescription="lateral")
    exam = load_exam(only(tmp_path))
    words = [text for text, _ in caption_lines(L_CC, exam.mammograms[L_CC], None)]
    assert "Partial view: lateral" in words


def test_rule_17_an_implant_is_shown(tmp_path):
    """Rule 17."""
    write(tmp_path, L_CC, BreastImplantPresent="YES")
    exam = load_exam(only(tmp_path))
    words = [text for text, _ in caption_lines(L_CC, exam.mammograms[L_CC], None)]
    assert "Implant present" in words


def test_of_two_equal_views_the_newer_hangs_and_the_other_says_beside_which(tmp_path):
    """Row A10."""
    write(tmp_path, L_CC, "a", AcquisitionTime="080000")
    newest = write(tmp_path, L_CC, "b", AcquisitionTime="090000")
    record = only(tmp_path)
    assert record.images[0].path == newest
    assert "another L CC" in record.set_aside[0].aside
    assert newest.name in record.set_aside[0].aside


def test_without_patient_orientation_the_chest_wall_lays_the_image_and_it_is_said(tmp_path):
    """Rule 12 without its attribute."""
    wrong_way = breast("L")[:, ::-1]
    write(tmp_path, L_CC, pixels=np.ascontiguousarray(wrong_way), PatientOrientation=None)
    exam = load_exam(only(tmp_path))
    mammogram = exam.mammograms[L_CC]
    assert np.array_equal(hung(mammogram), breast("L"))
    assert mammogram.view.laterality is Laterality.LEFT
    words = [text for text, _ in caption_lines(L_CC, mammogram, None)]
    assert "Orientation guessed: pixels" in words
    assert any("chest wall" in problem.reason for problem in exam.problems)
