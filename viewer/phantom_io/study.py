"""What the files of a phantom exam say beside its pixels: whose it is, when, and under which ids.

Everything follows from the plan and from what is stated here, so that the same study gives the
same files anywhere.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from pydicom.uid import UID

from models import __version__
from models.exam import STANDARD_VIEWS, View
from models.grayscale import VoiFunction
from models.phantom.plan import ExamPlan
from viewer.phantom_io.encode import SYNTAXES

_BETWEEN_ROUNDS = dt.timedelta(weeks=104)
# Change whenever the same study would give other files.
FILES_VERSION = 2
_NAMESPACE = uuid.UUID("5b0f9e0a-6f0c-4c1e-9b8e-3d1c0a7f4e21")


def uid_from_name(name: str) -> UID:
    """The UID that belongs to a name: 2.25 and a UUID of version 5 (PS3.5 B.2, RFC 9562 5.5)."""
    return UID(f"2.25.{uuid.uuid5(_NAMESPACE, name).int}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who never was.

    Attributes
    ----------
    patient_id : Patient ID (0010,0020).
    name : Patient's Name (0010,0010), `Family^Given`.
    """

    patient_id: str
    name: str
    born: dt.date


@dataclass(frozen=True, slots=True)
class PhantomStudy:
    """One phantom exam as files.

    Attributes
    ----------
    name : of its folder and its id in `exams.json`: letters, digits and hyphens.
    title : what a reader calls it.
    syntaxes : names in `SYNTAXES`, one for each of the standard views in turn.
    voi_function : how the windows of its files are meant.
    """

    name: str
    title: str
    plan: ExamPlan
    person: Person
    date: dt.date
    syntaxes: tuple[str, ...] = tuple(SYNTAXES)
    voi_function: VoiFunction = VoiFunction.LINEAR

    def syntax(self, view: View) -> UID:
        """The transfer syntax of one view."""
        return SYNTAXES[self.syntaxes[STANDARD_VIEWS.index(view) % len(self.syntaxes)]]

    def uid(self, *parts: str) -> UID:
        """A UID for a part of this study, named by `parts` (PS3.5 B.2, a name-based UUID).

        It differs between plans, acquisitions, people, dates and versions of Fourview, and not
        between transfer syntaxes, which hold the same pixels.
        """
        facts = (__version__, FILES_VERSION, self.plan, self.person, self.date, self.voi_function)
        return uid_from_name(repr((*facts, *parts)))

    @property
    def study_uid(self) -> UID:
        """Study Instance UID (0020,000D)."""
        return self.uid("study")

    def image_uid(self, view: View) -> UID:
        """SOP Instance UID (0008,0018) of one view."""
        return self.uid("image", view.name)

    def prior(self, scale: float) -> PhantomStudy:
        """The same person two years before, every lesion `scale` times its size."""
        return replace(
            self,
            name=f"{self.name}-prior",
            title=f"{self.title}, prior",
            plan=self.plan.earlier(scale),
            date=self.date - _BETWEEN_ROUNDS,
        )
