"""Small phantoms for tests of their files: asymmetric breasts, drawn in no time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from models.exam import FindingClass, Laterality, View
from models.phantom.exam import LesionMask, PhantomView
from models.phantom.plan import ExamPlan, Lesion, LesionKind
from tests.phantoms import BRIGHT, COLUMNS, ROWS, breast_pixels
from viewer.phantom_io.study import Person, PhantomStudy

LESION = Lesion(
    Laterality.LEFT, FindingClass.MALIGNANT, LesionKind.MASS, 30.0, (8.0, -8.0), 5.0, 0.2, 1
)
PERSON = Person("P1", "Phantom^Test", dt.date(1961, 3, 4))


def make_study(seed: int = 3, **changes: Any) -> PhantomStudy:
    """A study of a malignant mass on the left."""
    fields: dict[str, Any] = {
        "name": "one",
        "title": "One",
        "plan": ExamPlan(seed, "c", (LESION,)),
        "person": PERSON,
        "date": dt.date(2026, 3, 9),
    }
    return PhantomStudy(**{**fields, **changes})


def small_view(
    plan: ExamPlan, view: View, rows: int = ROWS, columns: int = COLUMNS
) -> PhantomView:
    """What `draw_view` gives, of a small breast: a lesion wherever the plan has one."""
    pixels = breast_pixels(view, rows, columns)
    pixels[pixels > 0] += plan.acquisition
    found = [one for one in plan.lesions if one.laterality is view.laterality]
    mask = pixels >= BRIGHT
    return PhantomView(
        view,
        pixels,
        {lesion.finding: mask for lesion in found},
        tuple(LesionMask(lesion, mask) for lesion in found),
        (0.0, 0.0),
        mask,
    )
