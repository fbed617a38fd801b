"""Exams as a list states them, whatever its format, and how they become records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from models.errors import InputError, Problem, UnreadableFileError, UnsupportedFileError, name_of
from models.exam import STANDARD_VIEWS, BreastLabels, Laterality, Origin, View
from viewer.exam_io.files import FileKind, is_there, kind_of
from viewer.exam_io.own_files import OWN_PICTURE, is_own_picture
from viewer.exam_io.patient import NOBODY, PatientIdentity, together
from viewer.exam_io.records import ExamRecord, ImageRecord, TruthFile

if TYPE_CHECKING:
    from viewer.exam_io.dicom_record import DicomImage


@dataclass(frozen=True, slots=True)
class ListedImage:
    """One image of a list.

    Attributes
    ----------
    flipped : as in `ImageRecord`.
    truth : its masks.
    truth_is_expected : the list says that they exist, not only that they may.
    """

    view: View
    path: Path
    name: str
    flipped: bool | None = None
    truth: tuple[TruthFile, ...] = ()
    truth_is_expected: bool = True


@dataclass(frozen=True, slots=True)
class ListedExam:
    """One exam of a list."""

    exam_id: str
    title: str
    images: tuple[ListedImage, ...]
    date: str = ""
    labels: Mapping[Laterality, BreastLabels] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()


def to_record(listed: ListedExam) -> ExamRecord:
    """Look for the files of a listed exam; what is missing becomes a problem of its exam.

    What the list leaves out is taken from its DICOM images: the study's date, and the patient,
    unless they name several.
    """
    images: dict[View, ImageRecord] = {}
    set_aside: list[ImageRecord] = []
    identities: list[PatientIdentity] = []
    date = listed.date
    problems = list(listed.problems)
    for image in listed.images:
        try:
            record, dicom = _image_record(image)
        except InputError as error:
            problems.append(Problem.from_error(error))
            continue
        if dicom is not None:
            identities.append(dicom.identity)
            problems += dicom.problems
            date = date or dicom.date
        problems += _missing_truth(image)
        if record.aside:
            set_aside.append(record)
        elif image.view in images:
            first = name_of(images[image.view].path)
            aside = f"it is another {image.view.label} beside {first}"
            set_aside.append(replace(record, aside=aside))
        else:
            images[image.view] = record
    alarm = _mixed_patients(identities)
    if alarm:
        problems.append(Problem(listed.title, alarm))
    return ExamRecord(
        exam_id=listed.exam_id,
        title=listed.title,
        images=tuple(images[view] for view in STANDARD_VIEWS if view in images),
        set_aside=tuple(set_aside),
        date=date,
        patient=NOBODY if alarm else together(identities),
        labels=listed.labels,
        problems=tuple(problems),
        alarm=alarm,
    )


def _mixed_patients(identities: list[PatientIdentity]) -> str:
    if not identities:  # of a list of pictures, which need no pydicom
        return ""
    from viewer.exam_io.dicom_exams import mixed_patients

    return mixed_patients(identities)


def _image_record(image: ListedImage) -> tuple[ImageRecord, DicomImage | None]:
    if not is_there(image.path):
        raise UnreadableFileError(image.path, "the exam list names it but the file is missing")
    kind = kind_of(image.path)
    dicom = None
    if kind is FileKind.DICOM:
        from viewer.exam_io.dicom_record import read_dicom_image

        dicom = read_dicom_image(image.path, image.view)
        record = dicom.record
    elif is_own_picture(image.path):
        raise UnsupportedFileError(image.path, OWN_PICTURE)
    elif kind is FileKind.RASTER:
        title = image.view.label
        record = ImageRecord(image.path, image.name, title, image.view, Origin.LIST)
    else:
        raise UnreadableFileError(image.path, "it is neither DICOM nor PNG, TIFF, PGM or JPEG")
    truth = tuple(truth for truth in image.truth if is_there(truth.path))
    return replace(record, name=image.name, flipped=image.flipped, truth=truth), dicom


def _missing_truth(image: ListedImage) -> list[Problem]:
    reason = "the exam list names it as a mask but the file is missing"
    return [
        Problem.from_error(UnreadableFileError(truth.path, reason))
        for truth in image.truth
        if image.truth_is_expected and not is_there(truth.path)
    ]
