"""Who phantom exams are of: the five of the demo, chosen by hand, and as many more as wanted."""

from __future__ import annotations

import datetime as dt

from models.grayscale import VoiFunction
from models.phantom.choose import plan_exam
from models.phantom.noise import generator
from models.phantom.plan import ExamPlan
from viewer.phantom_io.study import Person, PhantomStudy, uid_from_name

# What a lesion measured two years ago, as a part of what it measures now.
PRIOR_SCALE = 0.45

# A stream of chance apart from those of the drawing and of the acquisition.
_PERSON = 20
_FIRST_DAY = dt.date(2026, 1, 5)
_DAYS = 250
_YOUNGEST, _OLDEST = 45, 70
_DAYS_A_YEAR = 365


def demo_studies() -> tuple[PhantomStudy, ...]:
    """The exams of `fourview demo`: normal, benign, malignant, and one with its prior."""
    follow_up = PhantomStudy(
        name="follow-up",
        title="Follow-up",
        plan=plan_exam(104, "b", "malignant"),
        person=Person("DEMO-4", "Phantom^Follow-up", dt.date(1962, 9, 21)),
        date=dt.date(2026, 6, 18),
        syntaxes=("jpeg-ls", "jpeg-lossless", "jpeg-2000", "deflated"),
    )
    return (
        PhantomStudy(
            name="normal",
            title="Normal",
            plan=plan_exam(101, "b", "none"),
            person=Person("DEMO-1", "Phantom^Normal", dt.date(1968, 2, 11)),
            date=dt.date(2026, 3, 9),
            syntaxes=("explicit", "jpeg-ls", "rle", "jpeg-2000"),
        ),
        PhantomStudy(
            name="benign",
            title="Benign",
            plan=plan_exam(102, "c", "benign"),
            person=Person("DEMO-2", "Phantom^Benign", dt.date(1975, 11, 30)),
            date=dt.date(2026, 4, 20),
            syntaxes=("deflated", "jpeg-lossless", "jpeg-2000", "jpeg-ls"),
            voi_function=VoiFunction.SIGMOID,
        ),
        PhantomStudy(
            name="malignant",
            title="Malignant",
            plan=plan_exam(103, "c", "malignant"),
            person=Person("DEMO-3", "Phantom^Malignant", dt.date(1959, 5, 4)),
            date=dt.date(2026, 5, 12),
            syntaxes=("jpeg-lossless", "rle", "jpeg-ls", "explicit"),
        ),
        follow_up,
        follow_up.prior(PRIOR_SCALE),
    )


def drawn_study(plan: ExamPlan, syntaxes: tuple[str, ...]) -> PhantomStudy:
    """A study of somebody drawn by chance from the plan's seed; its names tell no finding."""
    chance = generator(plan.seed, _PERSON)
    date = _FIRST_DAY + dt.timedelta(days=int(chance.integers(_DAYS)))
    age = dt.timedelta(days=int(chance.integers(_YOUNGEST * _DAYS_A_YEAR, _OLDEST * _DAYS_A_YEAR)))
    # Another plan of the same seed is somebody else.
    number = uid_from_name(repr(plan))[-6:]
    return PhantomStudy(
        name=f"phantom-{plan.seed}",
        title=f"Phantom {plan.seed}",
        plan=plan,
        person=Person(f"PHANTOM-{plan.seed}-{number}", f"Phantom^Seed {plan.seed}", date - age),
        date=date,
        syntaxes=syntaxes,
    )
