"""DICOM images grouped into exams by their study, with one image for each standard view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter

from models.errors import Problem, name_of
from models.exam import STANDARD_VIEWS, View
from viewer.exam_io.dicom_record import DicomImage
from viewer.exam_io.patient import PatientIdentity, together
from viewer.exam_io.records import ExamRecord, ImageRecord

Order = tuple[bool, str, float]


def group_dicom(images: Iterable[DicomImage]) -> list[ExamRecord]:
    """One exam a study, in the order in which studies first appear."""
    studies: dict[str, list[DicomImage]] = {}
    for image in images:
        studies.setdefault(image.study, []).append(image)
    return [_exam(study, members) for study, members in studies.items()]


def _exam(study: str, members: list[DicomImage]) -> ExamRecord:
    members = sorted(members, key=lambda image: image.order)
    patient = _usual_patient(members)
    images: dict[View, DicomImage] = {}
    set_aside: list[tuple[Order, ImageRecord]] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for image in _by_preference(members):
        record, stranger = image.record, image.identity.contradicts(patient)
        problems += image.problems
        if stranger:
            reason = "it names another patient than the rest of its study"
            problems.append(image.problem(reason))
            set_aside.append((image.order, replace(record, aside=reason)))
        elif record.aside:
            set_aside.append((image.order, record))
        elif image.sop_instance and image.sop_instance in seen:
            reason = f"it is the same image as {seen[image.sop_instance]}"
            set_aside.append((image.order, replace(record, aside=reason)))
        elif record.view is not None and record.view in images:
            reason = _why_second(images[record.view], image)
            set_aside.append((image.order, replace(record, aside=reason)))
        elif record.view is not None:
            images[record.view] = image
        if not stranger:
            seen.setdefault(image.sop_instance, name_of(record.path))
    return ExamRecord(
        exam_id=study,
        title=patient.patient_id or "no id",
        images=tuple(images[view].record for view in STANDARD_VIEWS if view in images),
        set_aside=tuple(aside for _, aside in sorted(set_aside, key=itemgetter(0))),
        date=next((image.date for image in members if image.date), ""),
        patient=patient,
        problems=tuple(problems),
        alarm=mixed_patients(image.identity for image in members),
    )


def _by_preference(members: list[DicomImage]) -> list[DicomImage]:
    """Whole views before partial ones, the newest of them first: made again for a reason."""
    newest_first = sorted(members, key=lambda image: image.order[1:], reverse=True)
    return sorted(newest_first, key=lambda image: image.order[0])


def mixed_patients(identities: Iterable[PatientIdentity]) -> str:
    """An alarm where images that belong together name several people; empty where they do not.

    It names nobody, since alarms are also written where words of patients must not go.
    """
    known = list(dict.fromkeys(identities))
    pairs = ((one, other) for place, one in enumerate(known) for other in known[place + 1 :])
    if not any(one.contradicts(other) for one, other in pairs):
        return ""
    return "Mixed patients: images of this exam name different people."


def _usual_patient(members: list[DicomImage]) -> PatientIdentity:
    """The patient that most images name; the earliest image decides between equals.

    What these leave out is taken from others that do not contradict them.
    """
    counts = Counter(image.identity for image in members)
    usual = max(counts, key=lambda identity: counts[identity])
    return together((usual, *(other for other in counts if not usual.contradicts(other))))


def _why_second(hung: DicomImage, second: DicomImage) -> str:
    title = hung.record.title
    if second.order[0] and not hung.order[0]:
        return f"it is a partial {title} beside the whole one, {name_of(hung.record.path)}"
    older = "made earlier than" if second.order[1] < hung.order[1] else "beside"
    return f"it is another {title}, {older} {name_of(hung.record.path)}"
