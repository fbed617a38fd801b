"""Which of the opened exams is another one's prior, and what is said of its age."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.exam import R_CC, Origin
from viewer.exam_io.priors import prior_of, prior_words, priors_of
from viewer.exam_io.records import ExamRecord, ImageRecord

IMAGE = ImageRecord(Path("a.dcm"), "a", "R CC", R_CC, Origin.ATTRIBUTES)


def record(name, date, patient="P1"):
    return ExamRecord(name, name, (IMAGE,), date=date, patient_id=patient)


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
    "odd", [{"patient_id": ""}, {"date": ""}, {"images": ()}], ids=["nobody", "no date", "empty"]
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
