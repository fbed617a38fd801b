"""What a DICOM header says of an image: its record for the scan, and its place in a study."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import Problem, UnreadableFileError, UnsupportedFileError, name_of
from models.exam import Origin, View
from viewer.exam_io.dicom_aside import ASIDE_KEYWORDS, Aside, why_aside
from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_doubt import DOUBT_KEYWORDS, header_doubt
from viewer.exam_io.dicom_file import read_dicom, uid_name
from viewer.exam_io.dicom_phantom import is_phantom
from viewer.exam_io.dicom_view import VIEW_KEYWORDS, Projection, read_projection
from viewer.exam_io.files import stem_of
from viewer.exam_io.patient import PATIENT_KEYWORDS, PatientIdentity, read_patient
from viewer.exam_io.records import ImageRecord

_SCAN_KEYWORDS = (
    *VIEW_KEYWORDS,
    *ASIDE_KEYWORDS,
    *DOUBT_KEYWORDS,
    *PATIENT_KEYWORDS,
    "SOPInstanceUID",
    "StudyInstanceUID",
    "StudyDate",
    "AcquisitionDate",
    "AcquisitionTime",
    "ContentDate",
    "ContentTime",
    "InstanceNumber",
    "PartialView",
    "Rows",
)


@dataclass(frozen=True, slots=True)
class DicomImage:
    """An image and what its study is put together by.

    Attributes
    ----------
    study : Study Instance UID, or the folder where it is not stated.
    date : Study Date as ISO text, or ''.
    order : whole before partial views, then by time of acquisition and Instance Number.
    remark : one clause when the header contradicts itself, else ''.
    """

    record: ImageRecord
    study: str
    sop_instance: str
    identity: PatientIdentity
    date: str
    order: tuple[bool, str, float]
    remark: str

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is to be said of its header."""
        return (self.problem(self.remark),) if self.remark else ()

    def problem(self, clause: str) -> Problem:
        """A sentence about the image."""
        path = self.record.path
        return Problem(self.record.title, f"{name_of(path)}: {clause}.", path)


def read_dicom_image(path: Path, listed: View | None = None) -> DicomImage:
    """Read one header.

    Parameters
    ----------
    listed : the view that an exam list gives it, which replaces a missing or guessed one.

    Raises
    ------
    InputError : it is no readable DICOM file, no image, or stated to be of another view than
        the list says.
    """
    file = read_dicom(path, _SCAN_KEYWORDS)
    attributes = file.attributes
    if file.pixel_offset is None and attributes.integer("Rows") is None:
        kind = uid_name(attributes.text("SOPClassUID"))
        raise UnsupportedFileError(path, f"it is a DICOM file without an image ({kind})")
    projection = read_projection(attributes, stem_of(path))
    if listed is not None:
        projection = _as_listed(path, projection, listed)
    aside = why_aside(attributes, projection)
    doubt = header_doubt(attributes, projection.view)
    return DicomImage(
        record=ImageRecord(
            path=path,
            name=stem_of(path),
            title=_title(projection, aside),
            view=projection.view,
            view_origin=projection.origin,
            aside=aside.reason if aside else "",
            doubt=doubt.words if doubt else "",
            is_phantom=is_phantom(attributes),
        ),
        study=attributes.text("StudyInstanceUID") or str(path.parent),
        sop_instance=attributes.text("SOPInstanceUID"),
        identity=read_patient(attributes),
        date=iso_date(attributes.text("StudyDate")),
        order=_order(attributes),
        remark=doubt.clause if doubt else "",
    )


def _as_listed(path: Path, projection: Projection, listed: View) -> Projection:
    stated = None if projection.origin.is_guess else projection.view
    if stated not in (None, listed):
        reason = f"the exam list calls it {listed.label} but its header {projection.label}"
        raise UnreadableFileError(path, reason)
    return replace(
        projection,
        laterality=listed.laterality,
        position=listed.position.value,
        origin=Origin.LIST,
    )


def iso_date(text: str) -> str:
    """A DICOM date (PS3.5 6.2 DA, and the older dotted form) as ISO text, or ''."""
    digits = re.sub(r"[.\-]", "", text)
    try:
        return dt.date.fromisoformat(digits).isoformat() if len(digits) == 8 else ""
    except ValueError:
        return ""


def _title(projection: Projection, aside: Aside | None) -> str:
    words = f"{projection.label} {aside.words if aside else ''}".strip()
    return words or "unknown view"


def _order(attributes: Attributes) -> tuple[bool, str, float]:
    acquired = attributes.text("AcquisitionDate") + attributes.text("AcquisitionTime")
    shown = attributes.text("ContentDate") + attributes.text("ContentTime")
    return (
        attributes.text("PartialView").upper() == "YES",
        acquired or shown,
        attributes.number("InstanceNumber") or 0.0,
    )
