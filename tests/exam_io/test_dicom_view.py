"""Laterality, view and what must not hang, from DICOM headers."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sr._cid_dict import cid_concepts
from pydicom.sr._concepts_dict import concepts
from pydicom.sr._snomed_dict import mapping
from pydicom.uid import (
    BreastTomosynthesisImageStorage,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DigitalMammographyXRayImageStorageForProcessing,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
)

from models.errors import UnsupportedFileError
from models.exam import L_CC, L_MLO, R_CC, R_MLO, Origin
from tests.dicom_factory import VIEW_CODES, make_dicom
from viewer.exam_io.dicom_codes import MODIFIERS, VIEWS
from viewer.exam_io.dicom_record import DicomImage, read_dicom_image

SPOT = ("399055006", "SCT", "Spot Compression")


def read(path: Path, **attributes) -> DicomImage:
    return read_dicom_image(make_dicom(path, **attributes))


def cid_codes(cid: int) -> set[str]:
    names = cid_concepts[cid]["SCT"]
    sct = {
        code for name in names for code, (_, cids) in concepts["SCT"][name].items() if cid in cids
    }
    return sct | {mapping["SCT"][code] for code in sct if code in mapping["SCT"]}


@pytest.mark.parametrize(("cid", "known"), [(4014, VIEWS), (4015, MODIFIERS)])
def test_every_code_of_the_context_group_is_known_in_both_generations(cid, known):
    assert cid_codes(cid) <= set(known)


def test_old_and_new_codes_of_a_concept_mean_the_same():
    for known in (VIEWS, MODIFIERS):
        for code, words in known.items():
            older = mapping["SCT"].get(code)
            assert older is None or known.get(older, words) == words


@pytest.mark.parametrize(
    ("view", "laterality", "expected"),
    [("CC", "R", R_CC), ("CC", "L", L_CC), ("MLO", "R", R_MLO), ("MLO", "L", L_MLO)],
)
def test_view_code_and_image_laterality_alone_are_enough(tmp_path, view, laterality, expected):
    image = read(tmp_path / "a.dcm", view=view, laterality=laterality, ViewPosition=None)
    assert (image.record.view, image.record.view_origin) == (expected, Origin.ATTRIBUTES)
    assert image.record.title == expected.label
    assert image.record.aside == ""


@pytest.mark.parametrize(
    "code", [("R-10226", "SRT", ""), ("R-10226", "SNM3", ""), ("399368009", "SCT", "")]
)
def test_old_view_codes_are_understood(tmp_path, code):
    assert read(tmp_path / "a.dcm", view=code, laterality="R").record.view == R_MLO


def test_view_position_serves_where_there_is_no_view_code(tmp_path):
    image = read(tmp_path / "a.dcm", view="MLO", ViewCodeSequence=None)
    assert (image.record.view, image.record.view_origin) == (L_MLO, Origin.ATTRIBUTES)


def test_laterality_serves_where_there_is_no_image_laterality(tmp_path):
    image = read(tmp_path / "a.dcm", ImageLaterality=None, Laterality="R")
    assert (image.record.view, image.record.view_origin) == (R_CC, Origin.ATTRIBUTES)


def test_frame_laterality_of_the_functional_groups_serves_last(tmp_path):
    anatomy, group = Dataset(), Dataset()
    anatomy.FrameLaterality = "R"
    group.FrameAnatomySequence = [anatomy]
    image = read(tmp_path / "a.dcm", ImageLaterality=None, SharedFunctionalGroupsSequence=[group])
    assert (image.record.view, image.record.view_origin) == (R_CC, Origin.ATTRIBUTES)


def test_a_view_from_the_series_description_is_a_guess(tmp_path):
    image = read(
        tmp_path / "a.dcm",
        ImageLaterality=None,
        ViewPosition=None,
        ViewCodeSequence=None,
        SeriesDescription="Mammo RIGHT MLO",
    )
    assert (image.record.view, image.record.view_origin) == (R_MLO, Origin.DESCRIPTION)
    assert image.record.view_origin.is_guess


def test_a_view_from_the_file_name_is_a_guess(tmp_path):
    image = read(
        tmp_path / "4711_L-CC.dcm", laterality="", ViewPosition=None, ViewCodeSequence=None
    )
    assert (image.record.view, image.record.view_origin) == (L_CC, Origin.FILE_NAME)


def test_one_guessed_half_makes_the_whole_view_a_guess(tmp_path):
    image = read(tmp_path / "left_something.dcm", ImageLaterality=None)
    assert (image.record.view, image.record.view_origin) == (L_CC, Origin.FILE_NAME)


def test_attributes_outweigh_a_file_name_that_says_otherwise(tmp_path):
    image = read(tmp_path / "L-CC.dcm", view="MLO", laterality="R")
    assert (image.record.view, image.record.view_origin) == (R_MLO, Origin.ATTRIBUTES)


def test_an_image_of_which_nothing_is_known_is_set_aside(tmp_path):
    image = read(tmp_path / "a.dcm", laterality="", ViewPosition=None, ViewCodeSequence=None)
    assert image.record.view is None
    assert image.record.as_problem().reason == (
        "a.dcm: neither its attributes nor its name say which view it is."
    )


def test_a_breast_that_is_not_named_is_no_guess_either(tmp_path):
    image = read(tmp_path / "a.dcm", ImageLaterality="B")
    assert image.record.view is None
    assert "which breast" in image.record.aside


@pytest.mark.parametrize("position", ["ML", "LM", "XCCL"])
def test_other_projections_are_named_and_set_aside(tmp_path, position):
    record = read(tmp_path / "a.dcm", view=position).record
    assert record.view is None
    assert record.title == f"L {position}"
    assert record.aside == f"{position} is not a standard screening view"


@pytest.mark.parametrize(
    ("value", "words"), [(code, MODIFIERS[code]) for code in ("399163009", "R-102D5", "399197002")]
)
def test_view_modifiers_are_named_and_set_aside(tmp_path, value, words):
    record = read(tmp_path / "a.dcm", modifiers=[(value, "SCT", "")]).record
    assert record.title == f"L CC {words}"
    assert record.aside.removeprefix("it is an ").removeprefix("it is a ") == f"{words} view"
    assert record.view == L_CC


def test_two_modifiers_are_both_named(tmp_path):
    modifiers = [SPOT, ("399163009", "SCT", "Magnification")]
    assert read(tmp_path / "a.dcm", modifiers=modifiers).record.title == (
        "L CC spot compression, magnification"
    )


def test_a_modifier_nobody_knows_is_set_aside_by_its_own_words(tmp_path):
    record = read(tmp_path / "a.dcm", modifiers=[("99", "99X", "Upside Down")]).record
    assert record.aside == "it is an upside down view"


def test_an_implant_is_no_reason_to_set_aside_but_a_displaced_one_is(tmp_path):
    assert read(tmp_path / "a.dcm", BreastImplantPresent="YES").record.aside == ""
    displaced = [("399209000", "SCT", "Implant Displaced")]
    assert "implant displaced" in read(tmp_path / "b.dcm", modifiers=displaced).record.aside


@pytest.mark.parametrize(
    ("attributes", "title", "reason"),
    [
        (
            {"SOPClassUID": DigitalMammographyXRayImageStorageForProcessing},
            "L CC for processing",
            "it is meant for processing, not for reading",
        ),
        (
            {"PresentationIntentType": "FOR PROCESSING"},
            "L CC for processing",
            "it is meant for processing, not for reading",
        ),
        (
            {"SOPClassUID": SecondaryCaptureImageStorage},
            "L CC secondary capture",
            "it is a secondary capture",
        ),
        (
            {"SOPClassUID": MultiFrameGrayscaleWordSecondaryCaptureImageStorage},
            "L CC secondary capture",
            "it is a secondary capture",
        ),
        (
            {"SOPClassUID": BreastTomosynthesisImageStorage},
            "L CC tomosynthesis",
            "it is a tomosynthesis image",
        ),
        (
            {"ImageType": ["DERIVED", "PRIMARY", "TOMO", "GENERATED_2D"]},
            "L CC synthetic",
            "it was computed from tomosynthesis",
        ),
        ({"NumberOfFrames": 7}, "L CC multi-frame", "it has 7 frames"),
        (
            {"ImageType": ["DERIVED", "PRIMARY", "STEREO_PLUS"]},
            "L CC stereo biopsy",
            "it is a stereotactic biopsy view",
        ),
        (
            {"QualityControlImage": "YES"},
            "L CC quality control",
            "it is a quality control image",
        ),
        (
            {"EstimatedRadiographicMagnificationFactor": "1.8"},
            "L CC magnification",
            "it is magnified 1.8 times",
        ),
        (
            {"SOPClassUID": CTImageStorage, "Modality": "CT"},
            "L CC CT",
            "it is no mammogram but CT Image",
        ),
    ],
)
def test_what_is_no_standard_view_is_named_and_set_aside(tmp_path, attributes, title, reason):
    record = read(tmp_path / "a.dcm", **attributes).record
    assert (record.title, record.aside) == (title, reason)


@pytest.mark.parametrize("keyword", ["SeriesDescription", "ProtocolName", "ViewPosition"])
@pytest.mark.parametrize(
    ("text", "special"),
    [
        ("L CC SPOT", "spot compression"),
        ("MAG L CC", "magnification"),
        ("cc magnification", "magnification"),
        ("L CC Tomo", "tomosynthesis"),
        ("CC BIOPSY", "biopsy"),
        ("CC specimen", "specimen"),
        ("CC ID", "implant displaced"),
        ("CC, Implant Displaced", "implant displaced"),
    ],
)
def test_words_of_a_special_view_set_aside_though_the_view_is_coded(
    tmp_path, keyword, text, special
):
    record = read(tmp_path / "a.dcm", **{keyword: text}).record
    assert (record.view, record.title) == (L_CC, f"L CC {special}")
    assert record.aside == f"its description speaks of {special}"


@pytest.mark.parametrize("text", ["Image 3", "Spotlight", "Mammotomography", "Patient ID", "MAGE"])
def test_parts_of_words_and_other_meanings_set_nothing_aside(tmp_path, text):
    assert read(tmp_path / "a.dcm", SeriesDescription=text, ProtocolName=text).record.aside == ""


@pytest.mark.parametrize(("factor", "aside"), [("1.25", False), ("1.3", True), ("1.5", True)])
def test_what_no_contact_view_is_magnified_to_is_set_aside(tmp_path, factor, aside):
    record = read(tmp_path / "a.dcm", EstimatedRadiographicMagnificationFactor=factor).record
    assert record.aside == (f"it is magnified {factor} times" if aside else "")


def test_mammography_by_computed_radiography_hangs(tmp_path):
    assert read(tmp_path / "a.dcm", SOPClassUID=ComputedRadiographyImageStorage).record.aside == ""


def test_attributes_that_contradict_each_other_are_remarked(tmp_path):
    assert read(tmp_path / "a.dcm", ImageLaterality="L", Laterality="R").remark == (
        "its attributes name both L and R as laterality"
    )
    assert "View Position (0018,5101) MLO" in read(tmp_path / "b.dcm", ViewPosition="MLO").remark
    assert read(tmp_path / "c.dcm").remark == ""


def test_a_file_without_an_image_says_what_it_is(tmp_path):
    path = make_dicom(
        tmp_path / "sr.dcm",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.88.50",
        Rows=None,
        PixelData=None,
    )
    with pytest.raises(UnsupportedFileError, match=r"without an image \(Mammography CAD SR"):
        read_dicom_image(path)


def test_a_study_date_of_either_form_is_iso(tmp_path):
    assert read(tmp_path / "a.dcm").date == "2025-03-14"
    assert read(tmp_path / "b.dcm", StudyDate=None).date == ""


def test_every_view_code_of_the_factory_is_known():
    assert all(VIEWS[code[0]] == name for name, code in VIEW_CODES.items())
