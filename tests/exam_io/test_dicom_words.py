"""What a DICOM header says in words: rules 24, 26 and 28 of IHE Mammography Image."""

from __future__ import annotations

import logging

import pytest

from tests.dicom_factory import make_dicom
from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_words import WORD_KEYWORDS, describe, initials, person
from viewer.exam_io.load import load_image
from viewer.exam_io.scan import scan

TECHNIQUE = {
    "KVP": "29",
    "Exposure": None,
    "ExposureInuAs": "81600",
    "ExposureTime": "712",
    "AnodeTargetMaterial": "RHODIUM",
    "FilterMaterial": "SILVER",
    "CompressionForce": "107.3",
    "BodyPartThickness": "54",
    "PositionerPrimaryAngle": "-45",
    "DetectorID": "DET-0042",
    "OrganDose": "0.0152",
    "EntranceDoseInmGy": "5.1",
    "RelativeXRayExposure": "412",
}


def described(path, **attributes):
    make_dicom(path, **attributes)
    (exam,) = scan([path]).exams
    return load_image((exam.images or exam.set_aside)[0]).description


def test_rule_24_patient_place_time_and_machine_are_read(tmp_path):
    """IHE MAMMO rule 24."""
    found = described(
        tmp_path / "a.dcm",
        PatientName="Doe^Jane^M",
        PatientAge="065Y",
        InstitutionName="St Anna",
        OperatorsName=["Smith^Anna", "KL"],
        ManufacturerModelName="Clarity 3",
    )
    assert {label: found[label] for label in list(found)[:12]} == {
        "Patient": "Doe, Jane M",
        "Patient ID": "P1",
        "Birth date": "1960-01-02",
        "Age": "65 y",
        "Sex": "F",
        "View": "cranio-caudal",
        "Acquired": "2025-03-14 10:15",
        "Institution": "St Anna",
        "Station": "ROOM1",
        "Manufacturer": "Acme",
        "Model": "Clarity 3",
        "Operator": "AS, KL",
    }


def test_rule_26_every_technical_factor_is_read_with_its_unit(tmp_path):
    """IHE MAMMO rule 26; doses in mGy whatever unit the attribute has."""
    found = described(tmp_path / "a.dcm", **TECHNIQUE)
    assert (
        found.items()
        >= {
            "Tube voltage": "29 kV",
            "Exposure": "81.6 mAs",
            "Exposure time": "712 ms",
            "Anode": "RHODIUM",
            "Filter": "SILVER",
            "Compression force": "107.3 N",
            "Compressed thickness": "54 mm",
            "Positioner angle": "-45°",
            "Detector": "DET-0042",
            "Organ dose": "1.52 mGy",
            "Entrance dose": "5.1 mGy",
            "Relative exposure": "412",
        }.items()
    )


def test_rule_16_17_and_28_warnings_are_read(tmp_path):
    """IHE MAMMO rules 16, 17 and 28."""
    found = described(
        tmp_path / "a.dcm",
        BreastImplantPresent="YES",
        PartialView="YES",
        PartialViewDescription="posterior part",
        BurnedInAnnotation="YES",
        QualityControlImage="YES",
    )
    assert (
        found.items()
        >= {
            "Quality control image": "yes",
            "Breast implant": "present",
            "Partial view": "yes",
            "Partial view of": "posterior part",
            "Burned-in annotation": "yes",
        }.items()
    )


def test_damaged_and_impossible_values_are_left_out():
    silent = {
        "KVP": ("29kV?",),
        "Exposure": (-80.0,),
        "BodyPartThickness": ("1e30",),
        "CompressionForce": (float("nan"),),
        "PatientBirthDate": ("19601350",),
        "PatientAge": ("old",),
        "AcquisitionDate": ("yesterday",),
        "AcquisitionTime": ("9975",),
        "OperatorsName": ("", "^^"),
        "PatientName": ("^^^",),
        "ViewCodeSequence": ("no sequence",),
        "PartialViewCodeSequence": (7,),
    }
    assert dict(describe(Attributes(silent), "")) == {}
    for keyword in WORD_KEYWORDS:
        for value in (b"\xff\x00\xfe", "", "\\", -1, Attributes({})):
            describe(Attributes({keyword: (value,)}), "")


def test_words_are_one_line_of_text_without_half_characters():
    names = ("Doe\n\x1b[31m^Jane\udcff\u202e",)
    found = describe(Attributes({"PatientName": names}), "")["Patient"]
    assert found.isprintable()
    assert found.encode("utf-8")


def test_an_age_is_counted_where_none_is_stated():
    born = {"PatientBirthDate": ("19600315",), "AcquisitionDate": ("20250314",)}
    assert describe(Attributes(born), "")["Age"] == "64 y"


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Doe^Jane^M^Dr^", "Doe, Jane M"),
        ("Doe", "Doe"),
        ("^Jane", "Jane"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou"),
        ("=山田^太郎", "山田, 太郎"),
        ("", ""),
    ],
)
def test_names_are_read_in_the_order_of_dicom(name, read):
    assert person(name) == read


def test_operators_are_named_by_initials_only():
    assert [initials(name) for name in ("Smith^Anna Maria", "jk", "Anna Smith", "")] == [
        "AMS",
        "jk",
        "AS",
        "",
    ]


def test_no_patient_reaches_the_log(tmp_path, caplog):
    with caplog.at_level(logging.DEBUG):
        described(tmp_path / "a.dcm", PatientName="Secret^Name", PatientAge="???")
    assert "Secret" not in caplog.text
