"""Whom an image or an exam names, and when two of them cannot be one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from viewer.exam_io.dicom_attributes import Attributes

PATIENT_KEYWORDS = ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate")


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """The Patient Module (PS3.3 C.7.1.1) as far as it tells people apart; empty where silent.

    Attributes
    ----------
    patient_id : Patient ID (0010,0020), which is another person's at another issuer.
    name : Patient's Name (0010,0010), made comparable.
    birth_date : Patient's Birth Date (0010,0030).
    issuer : Issuer of Patient ID (0010,0021).
    """

    patient_id: str = ""
    name: str = ""
    birth_date: str = ""
    issuer: str = ""

    def contradicts(self, other: PatientIdentity) -> bool:
        """Whether something that both state differs."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)


NOBODY = PatientIdentity()


def read_patient(attributes: Attributes) -> PatientIdentity:
    """Whom a header names."""
    return PatientIdentity(
        attributes.text("PatientID"),
        _comparable(attributes.text("PatientName")),
        attributes.text("PatientBirthDate"),
        attributes.text("IssuerOfPatientID"),
    )


def together(identities: Iterable[PatientIdentity]) -> PatientIdentity:
    """What images of one person say of it together; the first to speak is believed."""
    rows = [astuple(identity) for identity in identities]
    columns = zip(*rows, strict=True) if rows else ()
    return PatientIdentity(*(next(filter(None, column), "") for column in columns))


def _comparable(name: str) -> str:
    """One spelling for names that differ in case and in separators alone.

    Of the groups of a name (PS3.5 6.2.1.1) the alphabetic one counts, where there is one.
    """
    alphabetic = name.partition("=")[0]
    return " ".join((alphabetic or name).replace("^", " ").split()).casefold()
