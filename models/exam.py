"""An exam as values: breasts, projections, stored pixels, ground truth and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.errors import Problem
from models.geometry import AS_STORED, Orientation
from models.grayscale import Grayscale


class Laterality(Enum):
    """Image Laterality (0020,0062)."""

    RIGHT = "R"
    LEFT = "L"


class ViewPosition(Enum):
    """The two projections of a screening exam; others are set aside by name."""

    CC = "CC"
    MLO = "MLO"


@dataclass(frozen=True, slots=True, order=False)
class View:
    """One of the four standard screening views."""

    laterality: Laterality
    position: ViewPosition

    @property
    def name(self) -> str:
        """`L-CC`, the name used in files and on the command line."""
        return f"{self.laterality.value}-{self.position.value}"

    @property
    def label(self) -> str:
        """`L CC`, the words on the image."""
        return f"{self.laterality.value} {self.position.value}"

    @classmethod
    def from_name(cls, name: str) -> View:
        """`L-CC` → View; raises ValueError for anything else."""
        laterality, _, position = name.partition("-")
        return cls(Laterality(laterality), ViewPosition(position))


R_CC = View(Laterality.RIGHT, ViewPosition.CC)
L_CC = View(Laterality.LEFT, ViewPosition.CC)
R_MLO = View(Laterality.RIGHT, ViewPosition.MLO)
L_MLO = View(Laterality.LEFT, ViewPosition.MLO)
STANDARD_VIEWS = (R_CC, L_CC, R_MLO, L_MLO)


class Origin(Enum):
    """Where a fact about an image comes from; what nobody stated is shown as a guess."""

    ATTRIBUTES = "attributes"
    LIST = "exam list"
    FILE_NAME = "file name"
    DESCRIPTION = "description"
    PIXELS = "pixels"
    ASSUMED = "assumed"
    BY_HAND = "by hand"

    @property
    def is_guess(self) -> bool:
        """Whether the reader must be told that nobody stated this."""
        return self not in (Origin.ATTRIBUTES, Origin.LIST, Origin.BY_HAND)


class FindingClass(Enum):
    """What a score, saliency channel or truth mask speaks of; the order is GLAM's channels."""

    BENIGN = "benign"
    MALIGNANT = "malignant"


@dataclass(frozen=True, slots=True, eq=False)
class TruthMask:
    """Annotated tissue of one class.

    Attributes
    ----------
    mask : ndarray, shape (rows, columns) of the image, bool, read-only, in source pixels.
    """

    finding: FindingClass
    mask: NDArray[np.bool_]
    path: Path | None = None


WRONG_SIDE = "CHECK THE SIDE: the pixels show the chest wall where the file does not"
"""What is said of an image that hangs with its breast on the wrong side (`Mammogram.doubt`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Mammogram:
    """One breast in one projection, as stored.

    Attributes
    ----------
    image_id : SOP Instance UID, or `sha256:` and the digest of the file.
    name : short name for output files, unique within its exam list (`0_L-CC`).
    title : what a reader calls it (`R MLO`, `L CC spot compression`).
    view : the standard view, or None for an image that is set aside.
    view_origin : where `view` was learned.
    pixels : ndarray, shape (rows, columns), uint16 or int16, read-only
        Stored values, sign and bits applied, before modality and VOI LUT.
    grayscale : what the file says about those values.
    orientation : how to lay the stored image so that it hangs: head or lateral side up, a right
        breast with its chest wall on the right, a left breast with its chest wall on the left.
    orientation_origin : where `orientation` was learned.
    doubt : what makes it doubtful that it is of that breast and projection, as words to be said
        over it (`CHECK THE SIDE: …`), or empty.
    aside : why its file may not hang as a standard view, without a full stop; empty when it may.
        One that a reader hangs by hand all the same keeps the reason.
    implant : Breast Implant Present (0028,1300) is YES. partial : Partial View (0028,1350) is YES.
    patient_orientation : Patient Orientation (0020,0020) of the image as stored: where growing
        columns and growing rows lead (`P`, `FL`), or None where the file does not say.
    pixel_spacing_mm : (row, column) or None
        At the detector: Imager Pixel Spacing (0018,1164). None when the header is silent.
    magnification : Estimated Radiographic Magnification Factor (0018,1114), 1.0 when silent;
        magnification_stated : the file says so.
    lossy : Lossy Image Compression (0028,2110) is 01 or the transfer syntax is lossy.
    lossy_ratios : Lossy Image Compression Ratio (0028,2112), one compression after another.
    truth : ground-truth masks in source pixels.
    description : attributes worth showing, in order: label → text.
    is_phantom : drawn by Fourview and said to be so by its file; nobody's breast.
    """

    image_id: str
    name: str
    title: str
    view: View | None
    view_origin: Origin
    pixels: NDArray[np.uint16] | NDArray[np.int16]
    grayscale: Grayscale
    orientation: Orientation = AS_STORED
    orientation_origin: Origin = Origin.ASSUMED
    doubt: str = ""
    aside: str = ""
    implant: bool = False
    partial: bool = False
    patient_orientation: tuple[str, str] | None = None
    pixel_spacing_mm: tuple[float, float] | None = None
    magnification: float = 1.0
    magnification_stated: bool = False
    lossy: bool = False
    lossy_ratios: tuple[float, ...] = ()
    truth: tuple[TruthMask, ...] = ()
    description: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    path: Path | None = None
    is_phantom: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) as stored."""
        return int(self.pixels.shape[0]), int(self.pixels.shape[1])


@dataclass(frozen=True, slots=True)
class BreastLabels:
    """What is known about one breast; None where nobody said."""

    benign: bool | None = None
    malignant: bool | None = None

    def of(self, finding: FindingClass) -> bool | None:
        """The label of one class."""
        return self.benign if finding is FindingClass.BENIGN else self.malignant


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """One study of one person.

    Attributes
    ----------
    exam_id : Study Instance UID, the place in an exam list, or the folder's name.
    title : what a reader calls it (patient id, or the folder's name).
    date : study date as ISO text, or empty.
    mammograms : the standard views that could be read.
    set_aside : titles and reasons of images that must not hang as standard views.
    labels : per breast, where an exam list states them.
    problems : what could not be read, with reasons.
    alarm : what makes it doubtful that all of it is of one person, as a sentence, or empty.
    """

    exam_id: str
    title: str
    mammograms: Mapping[View, Mammogram]
    date: str = ""
    patient_id: str = ""
    labels: Mapping[Laterality, BreastLabels] = field(default_factory=lambda: MappingProxyType({}))
    set_aside: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    alarm: str = ""

    @property
    def is_phantom(self) -> bool:
        """Whether every image is a phantom; one real image makes the whole exam a real one."""
        images = self.mammograms.values()
        return bool(images) and all(image.is_phantom for image in images)


def read_only(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """A read-only view of `array`, for values that promise not to change."""
    view = array.view()
    view.flags.writeable = False
    return view
