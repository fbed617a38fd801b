"""From a DICOM file to a mammogram: pixels, grey values, how it is laid, what is worth showing."""

from __future__ import annotations

import hashlib
from typing import cast

import numpy as np
from numpy.typing import NDArray

from models.exam import Mammogram, Origin, View, read_only
from models.geometry import Orientation
from models.grayscale import Grayscale, Photometric
from viewer.exam_io import orientation
from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_doubt import side_stored
from viewer.exam_io.dicom_file import read_dicom
from viewer.exam_io.dicom_grayscale import GRAYSCALE_KEYWORDS, read_grayscale
from viewer.exam_io.dicom_layout import LAYOUT_KEYWORDS, read_layout
from viewer.exam_io.dicom_phantom import PHANTOM_KEYWORDS, is_phantom
from viewer.exam_io.dicom_pixels import is_lossy, read_pixels
from viewer.exam_io.dicom_view import VIEW_KEYWORDS, stated_lateralities
from viewer.exam_io.dicom_words import WORD_KEYWORDS, describe
from viewer.exam_io.polarity import settle_polarity
from viewer.exam_io.records import ImageRecord

_LOAD_KEYWORDS = (
    *LAYOUT_KEYWORDS,
    *GRAYSCALE_KEYWORDS,
    *WORD_KEYWORDS,
    *PHANTOM_KEYWORDS,
    *VIEW_KEYWORDS,
    "SOPInstanceUID",
    "PatientOrientation",
    "ImagerPixelSpacing",
    "EstimatedRadiographicMagnificationFactor",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
)


def load_dicom(record: ImageRecord) -> Mammogram:
    """Decode one image; its truth masks are left to the caller.

    Raises
    ------
    InputError : the file is gone, damaged, or of a kind that is not read.
    """
    file = read_dicom(record.path, _LOAD_KEYWORDS)
    attributes = file.attributes
    layout = read_layout(file)
    pixels = read_pixels(file, layout)
    if layout.samples == 1:
        photometric, bits_stored = Photometric(layout.photometric), layout.bits_stored
    else:  # grey now, and with weights that can add up to more than the colours had
        photometric, bits_stored = Photometric.MONOCHROME2, min(16, layout.bits_stored + 1)
    signed = pixels.dtype.kind == "i"
    stated = read_grayscale(attributes, photometric, bits_stored, signed)
    grayscale = settle_polarity(stated, pixels)
    laid, laid_origin = _orientation(record, attributes, pixels, grayscale)
    return Mammogram(
        image_id=attributes.text("SOPInstanceUID") or _digest(pixels),
        name=record.name,
        title=record.title,
        view=None if record.aside else record.view,
        view_origin=record.view_origin,
        pixels=cast("NDArray[np.uint16] | NDArray[np.int16]", read_only(pixels)),
        grayscale=grayscale,
        orientation=laid,
        orientation_origin=laid_origin,
        doubt=record.doubt or _side_doubt(record, attributes, laid, laid_origin),
        aside=record.aside,
        implant=attributes.text("BreastImplantPresent").upper() == "YES",
        partial=attributes.text("PartialView").upper() == "YES",
        patient_orientation=_patient_orientation(attributes),
        pixel_spacing_mm=_spacing(attributes),
        magnification=_magnification(attributes) or 1.0,
        magnification_stated=_magnification(attributes) is not None,
        lossy=is_lossy(file),
        lossy_ratios=_lossy_ratios(attributes),
        description=describe(attributes, file.syntax_name),
        path=record.path,
        is_phantom=is_phantom(attributes),
    )


def _orientation(
    record: ImageRecord,
    attributes: Attributes,
    pixels: NDArray[np.uint16] | NDArray[np.int16],
    grayscale: Grayscale,
) -> tuple[Orientation, Origin]:
    stated = _stated_orientation(attributes, record.view) if record.view else None
    if stated is not None:
        return stated, Origin.ATTRIBUTES
    return orientation.without_attributes(record, pixels, grayscale)


def _side_doubt(
    record: ImageRecord, attributes: Attributes, laid: Orientation, laid_origin: Origin
) -> str:
    """Words for an image that was mirrored by its pixels against a stated side.

    The file says left and the pixels look right: a mirrored left breast, or the right one. Where
    the side itself is a guess, as from the name of a file, its being a guess is all that is said.
    """
    stated = record.view_origin is Origin.LIST or bool(stated_lateralities(attributes))
    mirrored = laid_origin is Origin.PIXELS and laid == orientation.MIRRORED
    if record.view is None or not (stated and mirrored):
        return ""
    return side_stored(record.view.laterality).words


def _stated_orientation(attributes: Attributes, view: View) -> Orientation | None:
    return orientation.from_patient_orientation(attributes.texts("PatientOrientation"), view)


def _patient_orientation(attributes: Attributes) -> tuple[str, str] | None:
    directions = attributes.texts("PatientOrientation")
    return (directions[0], directions[1]) if len(directions) == 2 and all(directions) else None


def _lossy_ratios(attributes: Attributes) -> tuple[float, ...]:
    ratios = attributes.numbers("LossyImageCompressionRatio")
    return tuple(ratio for ratio in ratios if ratio is not None and ratio >= 1.0)


def _spacing(attributes: Attributes) -> tuple[float, float] | None:
    spacing = attributes.numbers("ImagerPixelSpacing")
    if len(spacing) != 2 or spacing[0] is None or spacing[1] is None:
        return None
    return (spacing[0], spacing[1]) if min(spacing[0], spacing[1]) > 0.0 else None


def _magnification(attributes: Attributes) -> float | None:
    factor = attributes.number("EstimatedRadiographicMagnificationFactor")
    return factor if factor is not None and factor > 0.0 else None


def _digest(pixels: NDArray[np.uint16] | NDArray[np.int16]) -> str:
    return f"sha256:{hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()}"
