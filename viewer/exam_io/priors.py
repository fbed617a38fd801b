"""Which of the opened exams is another one's prior."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models.errors import Problem
from viewer.exam_io.records import ExamRecord

# Two years show what grows slowly and are still comparable: what readers ask for.
_WANTED_DAYS = 2 * 365.25
_MONTH_DAYS = 30.44
_MONTHS_SAID = 18


def priors_of(record: ExamRecord, records: Iterable[ExamRecord]) -> tuple[ExamRecord, ...]:
    """The same patient's earlier exams, the newest first.

    An exam of nobody known or of no date has none and is none: an order that is not stated is
    never guessed. Nor is one of a name, birth date or issuer of the id that is another.
    """
    return tuple(
        each for each in _earlier(record, records) if not each.patient.contradicts(record.patient)
    )


def refused_priors(record: ExamRecord, records: Iterable[ExamRecord]) -> tuple[Problem, ...]:
    """Earlier exams of the same Patient ID that are not hung since they name somebody else.

    The sentences name exams and no people.
    """
    return tuple(
        Problem(
            each.title,
            f"The exam of {each.date} ({each.exam_id}) is no prior: it has the Patient ID of the "
            f"exam of {record.date}, but another name, birth date or issuer of that id.",
        )
        for each in _earlier(record, records)
        if each.patient.contradicts(record.patient)
    )


def prior_of(record: ExamRecord, records: Iterable[ExamRecord]) -> ExamRecord | None:
    """The prior to hang: the one nearest to two years before, or None."""
    return min(
        priors_of(record, records),
        key=lambda each: abs(_days(each.date, record.date) - _WANTED_DAYS),
        default=None,
    )


def prior_words(prior_date: str, date: str) -> str:
    """`PRIOR 2024-05-12, 2 y before`, for two dates as ISO text."""
    days = _days(prior_date, date)
    months = round(days / _MONTH_DAYS)
    if days < _MONTH_DAYS:
        before = f"{days} d"
    elif months < _MONTHS_SAID:
        before = f"{months} mo"
    else:
        before = f"{round(days / 365.25, 1):g} y"
    return f"PRIOR {prior_date}, {before} before"


def _earlier(record: ExamRecord, records: Iterable[ExamRecord]) -> list[ExamRecord]:
    """Earlier exams of the same Patient ID, the newest first."""
    if not record.patient_id or not record.date:
        return []
    found = [
        each
        for each in records
        if each is not record
        and each.patient_id == record.patient_id
        and each.images
        and each.date
        and each.date < record.date
    ]
    return sorted(found, key=lambda each: each.date, reverse=True)


def _days(earlier: str, later: str) -> int:
    return (dt.date.fromisoformat(later) - dt.date.fromisoformat(earlier)).days
