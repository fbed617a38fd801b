"""Why a DICOM image must not hang as a standard view: IHE MAMMO, PS3.3 C.8.11.7 and C.8.31."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.uid import (
    BreastProjectionXRayImageStorageForPresentation,
    BreastProjectionXRayImageStorageForProcessing,
    BreastTomosynthesisImageStorage,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalMammographyXRayImageStorageForProcessing,
    SecondaryCaptureImageStorage,
)

from models.exam import ViewPosition
from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_file import uid_name
from viewer.exam_io.dicom_phantom import PHANTOM_KEYWORDS, is_phantom
from viewer.exam_io.dicom_view import Projection
from viewer.exam_io.view_words import read_words

# Words that make a view special count wherever they stand: technicians often say it here alone.
_DESCRIPTIONS = ("SeriesDescription", "ProtocolName", "ViewPosition")
ASIDE_KEYWORDS = (
    "SOPClassUID",
    "Modality",
    "ImageType",
    "PresentationIntentType",
    "NumberOfFrames",
    "DetectorMode",
    *PHANTOM_KEYWORDS,
    "EstimatedRadiographicMagnificationFactor",
    *_DESCRIPTIONS,
)
_MAMMOGRAPHY = str(DigitalMammographyXRayImageStorageForPresentation)
_TOMOSYNTHESIS = (
    BreastTomosynthesisImageStorage,
    BreastProjectionXRayImageStorageForPresentation,
    BreastProjectionXRayImageStorageForProcessing,
)
# Contact views lie below 1.2, a stand makes 1.5 to 2; between them there is nothing.
_MAGNIFIED = 1.3


@dataclass(frozen=True, slots=True)
class Aside:
    """What an image is instead of a standard view.

    Attributes
    ----------
    words : for its title, after the view: `spot compression`.
    reason : a clause about the file, without a full stop.
    """

    words: str
    reason: str


def why_aside(attributes: Attributes, projection: Projection) -> Aside | None:
    """The first reason why an image may not hang; None when it may."""
    return _by_kind(attributes) or _by_view(attributes, projection)


def _by_kind(attributes: Attributes) -> Aside | None:
    sop_class = attributes.text("SOPClassUID")
    modality = attributes.text("Modality")
    types = {text.upper() for text in attributes.texts("ImageType")}
    frames = attributes.integer("NumberOfFrames") or 1
    if sop_class.startswith(SecondaryCaptureImageStorage):
        return Aside("secondary capture", "it is a secondary capture")
    if sop_class in _TOMOSYNTHESIS or "TOMOSYNTHESIS" in types:
        return Aside("tomosynthesis", "it is a tomosynthesis image")
    if modality != "MG" and not sop_class.startswith(_MAMMOGRAPHY):
        kind = uid_name(sop_class).removesuffix(" Storage") if sop_class else modality
        return Aside(modality or "image", f"it is no mammogram but {kind or 'of unknown kind'}")
    if (
        sop_class == DigitalMammographyXRayImageStorageForProcessing
        or attributes.text("PresentationIntentType").upper() == "FOR PROCESSING"
    ):
        return Aside("for processing", "it is meant for processing, not for reading")
    if "GENERATED_2D" in types or "TOMO_2D" in types:
        return Aside("synthetic", "it was computed from tomosynthesis")
    if any(name.startswith("TOMO") for name in types):
        return Aside("tomosynthesis", "it is a tomosynthesis image")
    if frames > 1:
        return Aside("multi-frame", f"it has {frames} frames")
    stereo = any(name.startswith(("STEREO", "BIOPSY")) for name in types)
    if stereo or "STEREO" in attributes.text("DetectorMode").upper():
        return Aside("stereo biopsy", "it is a stereotactic biopsy view")
    if attributes.text("QualityControlImage").upper() == "YES" and not is_phantom(attributes):
        return Aside("quality control", "it is a quality control image")
    return None


def _by_view(attributes: Attributes, projection: Projection) -> Aside | None:
    if projection.modifiers:
        words = ", ".join(projection.modifiers)
        article = "an" if words[0] in "aeiou" else "a"
        return Aside(words, f"it is {article} {words} view")
    factor = attributes.number("EstimatedRadiographicMagnificationFactor") or 1.0
    if factor >= _MAGNIFIED:
        return Aside("magnification", f"it is magnified {factor:g} times")
    for keyword in _DESCRIPTIONS:
        special = read_words(attributes.text(keyword)).special
        if special:
            return Aside(special, f"its description speaks of {special}")
    if not projection.position:
        return Aside("", "neither its attributes nor its name say which view it is")
    if projection.position not in ViewPosition.__members__:
        return Aside("", f"{projection.position} is not a standard screening view")
    if projection.laterality is None:
        return Aside("", "it is not said which breast it shows")
    return None
