"""Images of several people in one exam are an alarm (row S3)."""

from __future__ import annotations

import json

import pydicom
import pytest
from pydicom.uid import generate_uid

from models.exam import STANDARD_VIEWS
from tests.dicom_factory import make_dicom, make_exam
from viewer.exam_io.load import load_exam
from viewer.exam_io.scan import scan

ALARM = "Mixed patients: images of this exam name different people."


def mixed_study(folder, **stranger):
    study = generate_uid(entropy_srcs=["one"])
    for path in make_exam(folder, StudyInstanceUID=study):
        data = pydicom.dcmread(path)
        if path.name == "L_MLO.dcm":
            for keyword, value in stranger.items():
                setattr(data, keyword, value)
        data.save_as(path)


@pytest.mark.parametrize("stranger", [{"PatientID": "2"}, {"PatientName": "Roe^Mary"}])
def test_another_patient_in_a_study_is_an_alarm_of_record_and_exam(tmp_path, stranger):
    mixed_study(tmp_path, **stranger)
    (record,) = scan([tmp_path]).exams
    assert record.alarm == ALARM
    exam = load_exam(record)
    assert exam.alarm == ALARM
    assert len(exam.mammograms) == 3, "the stranger does not hang"
    assert "Roe" not in record.alarm


def test_one_patient_written_differently_is_no_alarm(tmp_path):
    mixed_study(tmp_path, PatientName="DOE^JANE^^", PatientID="")
    assert scan([tmp_path]).exams[0].alarm == ""


def test_a_list_that_mixes_patients_raises_the_alarm_and_says_so(tmp_path):
    for number, view in enumerate(STANDARD_VIEWS):
        side, position = view.label.split()
        make_dicom(
            tmp_path / f"{view.name}.dcm",
            laterality=side,
            view=position,
            PatientID=f"P{number // 3}",
        )
    views = {view.name: f"{view.name}.dcm" for view in STANDARD_VIEWS}
    document = {"exams": [{"id": "1", "views": views}]}
    (tmp_path / "exams.json").write_text(json.dumps(document))
    (record,) = scan([tmp_path]).exams
    assert record.alarm == ALARM
    assert [problem.reason for problem in record.problems] == [ALARM]
    assert record.patient_id == ""
