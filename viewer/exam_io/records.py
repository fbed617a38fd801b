"""What is known of images and exams before any pixel is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from models.errors import Problem, name_of
from models.exam import BreastLabels, FindingClass, Laterality, Origin, View
from viewer.exam_io.patient import NOBODY, PatientIdentity


class MaskFrame(Enum):
    """The pixels in which a ground-truth mask is drawn."""

    SOURCE = "source"
    """Those of the image as stored."""
    GLAM = "glam"
    """GLAM's input window, 2944 × 1920, facing right."""


@dataclass(frozen=True, slots=True)
class TruthFile:
    """A file with annotated tissue of one class."""

    finding: FindingClass
    path: Path
    frame: MaskFrame


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One image file.

    Attributes
    ----------
    name : short name for output files, unique within a scan.
    title : what a reader calls it (`R MLO`, `L CC spot compression`).
    view : the standard view, also of an image that is set aside; None when it is none of them.
    aside : why it may not hang as a standard view, without a full stop; empty when it hangs.
    truth : its ground-truth masks.
    flipped : the `horizontal_flip` of an exam list: whether the image is stored mirrored, a left
        breast facing left; None when nobody said.
    doubt, is_phantom : as in `Mammogram`.
    """

    path: Path
    name: str
    title: str
    view: View | None
    view_origin: Origin
    aside: str = ""
    truth: tuple[TruthFile, ...] = ()
    flipped: bool | None = None
    doubt: str = ""
    is_phantom: bool = False

    def as_problem(self) -> Problem:
        """Title and reason of an image that is set aside."""
        return Problem(self.title, f"{name_of(self.path)}: {self.aside}.", self.path)


def aside_words(record: ImageRecord) -> str:
    """What is said over an image of the tray: `Set aside: it is a spot compression view`."""
    return f"SET ASIDE: {record.aside}"


@dataclass(frozen=True, slots=True)
class ExamRecord:
    """One study of one person, as files.

    Attributes
    ----------
    exam_id : Study Instance UID, the place in an exam list, or the name of the folder.
    title : what a reader calls it: patient id, or the name in the list or of the folder.
    images : the standard views, at most one of each, in reading order.
    set_aside : images that must not hang as standard views, each with its reason.
    date : study date as ISO text, or empty.
    patient : whom its images name, as far as they agree.
    labels : per breast, where an exam list states them.
    problems : what is wrong with the exam or with files that claim to belong to it.
    alarm : as in `Exam`.
    """

    exam_id: str
    title: str
    images: tuple[ImageRecord, ...]
    set_aside: tuple[ImageRecord, ...] = ()
    date: str = ""
    patient: PatientIdentity = NOBODY
    labels: Mapping[Laterality, BreastLabels] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()
    alarm: str = ""

    @property
    def patient_id(self) -> str:
        """Patient ID (0010,0020), or empty."""
        return self.patient.patient_id

    @property
    def is_phantom(self) -> bool:
        """Whether every image is a phantom, as in `Exam`."""
        return bool(self.images) and all(image.is_phantom for image in self.images)


@dataclass(frozen=True, slots=True)
class Scan:
    """What some files and folders hold.

    Attributes
    ----------
    problems : files that belong to no exam, each with its reason.
    """

    exams: tuple[ExamRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
