"""A phantom of Fourview's hangs and is known as one; no other image ever is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dicom_factory import PHANTOM, breast, make_dicom, make_exam
from viewer.exam_io.load import load_exam
from viewer.exam_io.records import ExamRecord
from viewer.exam_io.scan import scan


def only_exam(path: Path) -> ExamRecord:
    (record,) = scan([path]).exams
    return record


def test_a_phantom_exam_hangs_and_is_known_from_its_headers_and_when_read(tmp_path: Path) -> None:
    make_exam(tmp_path, **PHANTOM)
    record = only_exam(tmp_path)
    assert record.is_phantom
    assert record.set_aside == ()
    exam = load_exam(record)
    assert exam.is_phantom
    assert len(exam.mammograms) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"Manufacturer": "Acme"},
        {"Manufacturer": "Fourview Clinic"},
        {"Manufacturer": None},
    ],
)
def test_a_quality_control_image_of_another_maker_is_set_aside(
    tmp_path: Path, changes: dict[str, str | None]
) -> None:
    make_dicom(tmp_path / "a.dcm", **{**PHANTOM, **changes})
    record = only_exam(tmp_path)
    assert not record.is_phantom
    assert [aside.aside for aside in record.set_aside] == ["it is a quality control image"]


@pytest.mark.parametrize("said", ["NO", None, ""])
def test_an_image_that_is_no_quality_control_image_is_no_phantom(
    tmp_path: Path, said: str | None
) -> None:
    make_dicom(tmp_path / "a.dcm", **{**PHANTOM, "QualityControlImage": said})
    record = only_exam(tmp_path)
    assert not record.is_phantom
    assert not load_exam(record).is_phantom
    assert len(record.images) == 1


def test_one_real_image_makes_the_exam_a_real_one(tmp_path: Path) -> None:
    make_exam(tmp_path, **PHANTOM)
    make_dicom(tmp_path / "L_MLO.dcm", view="MLO", laterality="L")
    record = only_exam(tmp_path)
    exam = load_exam(record)
    assert len(record.images) == 4
    assert not record.is_phantom
    assert not exam.is_phantom
    assert sum(image.is_phantom for image in exam.mammograms.values()) == 3


def test_phantoms_that_an_exam_list_names_are_known_as_such(tmp_path: Path) -> None:
    make_dicom(tmp_path / "one.dcm", **PHANTOM)
    listed = {"id": "1", "views": {"L-CC": "one.dcm"}}
    (tmp_path / "exams.json").write_text(json.dumps({"exams": [listed]}))
    assert only_exam(tmp_path / "exams.json").is_phantom


def test_pictures_are_no_phantoms(tmp_path: Path) -> None:
    import imagecodecs

    (tmp_path / "L-CC.png").write_bytes(imagecodecs.png_encode(breast("L")))
    assert not load_exam(only_exam(tmp_path)).is_phantom
