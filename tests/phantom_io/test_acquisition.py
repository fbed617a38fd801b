"""What a header says of the exposure is plausible and tells nothing of the person."""

from __future__ import annotations

import numpy as np

from models.exam import L_CC
from models.phantom.plan import ExamPlan
from viewer.phantom_io.acquisition import acquisition_of
from viewer.phantom_io.people import drawn_study


def test_neither_age_nor_date_follows_from_the_thickness_of_the_breast() -> None:
    studies = [drawn_study(ExamPlan(seed, "c"), ("rle",)) for seed in range(200)]
    thickness = [acquisition_of(study.plan, L_CC).thickness_mm for study in studies]
    ages = [(study.date - study.person.born).days for study in studies]
    dates = [study.date.toordinal() for study in studies]
    assert np.std(thickness) > 5
    for other in (ages, dates):
        assert abs(np.corrcoef(thickness, other)[0, 1]) < 0.25
    assert abs(np.corrcoef(ages, dates)[0, 1]) < 0.25
