"""Which of the opened exams is another one's prior, and what is said of its age."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydicom.uid import generate_uid

from models.exam import R_CC, Origin
from tests.dicom_factory import make_dicom, make_exam
from viewer.exam_io.patient import NOBODY, PatientIdentity
from viewer.exam_io.priors import prior_of, prior_words, priors_of, refused_priors
from viewer.exam_io.records import ExamRecord, ImageRecord
from viewer.exam_io.scan import scan

IMAGE = ImageRecord(Path("a.dcm"), "a", "R CC", R_CC, Origin.ATTRIBUTES)


def record(name, date, patient="P1", **identity):
    who = PatientIdentity(patient, **identity)
    return ExamRecord(name, name, (IMAGE,), date=date, patient=who)


NOW = record("now", "2026-06-18")


def test_only_earlier_exams_of_the_same_patient_are_priors():
    """Rule 14: wrong-date order is impossible."""
    earlier, later = record("earlier", "2025-06-01"), record("later", "2026-06-19")
    same_day = record("same day", "2026-06-18")
    stranger = record("stranger", "2025-06-01", "P2")
    everyone = (later, same_day, stranger, NOW, earlier)
    assert priors_of(NOW, everyone) == (earlier,)
    assert priors_of(later, everyone)[-1] == earlier
    assert len(priors_of(later, everyone)) == 3


def test_the_prior_is_the_one_nearest_to_two_years_before():
    dates = ("2021-01-01", "2024-05-01", "2025-12-01")
    assert prior_of(NOW, [record(date, date) for date in dates]).date == "2024-05-01"


@pytest.mark.parametrize(
    "odd", [{"patient": NOBODY}, {"date": ""}, {"images": ()}], ids=["nobody", "no date", "empty"]
)
def test_an_exam_of_nobody_or_of_no_date_is_no_prior(odd):
    assert prior_of(NOW, [replace(record("earlier", "2025-06-01"), **odd)]) is None
    if "images" not in odd:
        assert prior_of(replace(NOW, **odd), [record("earlier", "2025-06-01")]) is None


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-06-03", "PRIOR 2026-06-03, 15 d before"),
        ("2025-12-18", "PRIOR 2025-12-18, 6 mo before"),
        ("2024-06-20", "PRIOR 2024-06-20, 2 y before"),
        ("2023-12-18", "PRIOR 2023-12-18, 2.5 y before"),
    ],
)
def test_a_prior_says_its_date_and_age(date, words):
    assert prior_words(date, NOW.date) == words


def write_two(folder, **earlier):
    """Two studies of one Patient ID, two years apart, and what the earlier one says otherwise."""
    first = {"StudyDate": "20230314", "StudyInstanceUID": generate_uid(entropy_srcs=["first"])}
    make_exam(folder / "a", **{**first, "IssuerOfPatientID": "ALPHA", **earlier})
    make_exam(folder / "b", IssuerOfPatientID="ALPHA")
    exams = {each.date: each for each in scan([folder]).exams}
    return exams["2025-03-14"], tuple(exams.values())


@pytest.mark.parametrize(
    "earlier",
    [
        {"PatientName": "Jones^Mary"},
        {"PatientBirthDate": "19770707"},
        {"IssuerOfPatientID": "BETA"},
    ],
    ids=lambda earlier: next(iter(earlier)),
)
def test_rule_14_somebody_elses_exam_of_the_same_id_never_hangs_and_is_named(tmp_path, earlier):
    """Rule 14: two hospitals may give one Patient ID to two people."""
    now, everyone = write_two(tmp_path, **earlier)
    assert len(everyone) == 2
    assert priors_of(now, everyone) == ()
    assert prior_of(now, everyone) is None
    (refused,) = refused_priors(now, everyone)
    assert "exam of 2023-03-14" in refused.reason
    assert "no prior" in refused.reason
    assert "jones" not in refused.reason.casefold()


@pytest.mark.parametrize(
    "earlier",
    [
        {"PatientName": "DOE^JANE^^"},
        {"PatientName": "Doe^Jane=\u30c9\u30a6^\u30b8\u30a7\u30fc\u30f3"},
        {"PatientName": None, "PatientBirthDate": None, "IssuerOfPatientID": None},
    ],
    ids=["spelling", "groups", "silent"],
)
def test_a_patient_written_otherwise_keeps_her_prior(tmp_path, earlier):
    now, everyone = write_two(tmp_path, **earlier)
    assert [each.date for each in priors_of(now, everyone)] == ["2023-03-14"]
    assert refused_priors(now, everyone) == ()


def test_what_some_images_of_an_exam_leave_out_others_tell(tmp_path):
    make_exam(tmp_path, PatientBirthDate=None)
    make_dicom(tmp_path / "more.dcm", laterality="R", PatientName=None)
    (found,) = scan([tmp_path]).exams
    assert found.patient == PatientIdentity("P1", "doe jane", "19600102")
