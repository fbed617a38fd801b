"""Digital mammograms made to order, as true MG For Presentation objects, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import get_encoder
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
    generate_uid,
)

from models.exam import STANDARD_VIEWS, View

Code = tuple[str, str, str]
"""Code Value, Coding Scheme Designator, Code Meaning."""

VIEW_CODES: dict[str, Code] = {
    "CC": ("399162004", "SCT", "cranio-caudal"),
    "MLO": ("399368009", "SCT", "medio-lateral oblique"),
    "ML": ("399260004", "SCT", "medial-lateral"),
    "LM": ("399352003", "SCT", "latero-medial"),
    "XCCL": ("399192008", "SCT", "cranio-caudal exaggerated laterally"),
}
# Patient Orientation of an image that is stored as it hangs.
ORIENTATIONS = {
    ("R", "CC"): ["P", "L"],
    ("L", "CC"): ["A", "R"],
    ("R", "MLO"): ["P", "FL"],
    ("L", "MLO"): ["A", "FR"],
}
# What makes an image one of Fourview's phantoms.
PHANTOM = {
    "Manufacturer": "Fourview",
    "ManufacturerModelName": "Phantom",
    "QualityControlImage": "YES",
}
_NATIVE = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)


def breast(
    laterality: str = "L", shape: tuple[int, int] = (96, 64), top: int = 3000
) -> NDArray[np.uint16]:
    """A breast as it hangs, uint16: air 0, chest wall inside, fuller above than below.

    A bright square lies up and towards the nipple, so that no mirror image equals the original.
    """
    rows, columns = shape
    y, x = np.mgrid[:rows, :columns]
    middle = 0.4 * rows
    reach = np.where(y < middle, middle, 0.5 * rows)
    inside = ((y - middle) / reach) ** 2 + (x / (0.8 * columns)) ** 2 < 1.0
    image = np.where(inside, top // 2 + (y * 5 + x * 3) % (top // 4), 0).astype(np.uint16)
    image[rows // 4 : rows // 3, columns // 2 : columns // 2 + columns // 8] = top
    return image if laterality == "L" else np.ascontiguousarray(image[:, ::-1])


def of_size(rows: int, columns: int) -> Callable[[View], NDArray[np.uint16]]:
    """A breast of this size in every view, for `make_views`."""
    return lambda view: breast(view.laterality.value, (rows, columns))


def code_item(code: Code, modifiers: Sequence[Code] | None = None) -> Dataset:
    """An item of a code sequence; `modifiers` becomes its View Modifier Code Sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code
    if modifiers is not None:
        item.ViewModifierCodeSequence = [code_item(modifier) for modifier in modifiers]
    return item


def make_dicom(
    path: Path,
    *,
    view: str | Code = "CC",
    laterality: str = "L",
    pixels: NDArray[np.generic] | None = None,
    transfer_syntax: str = ExplicitVRLittleEndian,
    modifiers: Sequence[Code] = (),
    **attributes: Any,
) -> Path:
    """Write one mammogram and return its path.

    Files of one `PatientID` belong to one study; the SOP Instance UID follows from the path.

    Parameters
    ----------
    view : a key of `VIEW_CODES`, or a code of one's own.
    pixels : shape (rows, columns) or (rows, columns, 3), 8 or 16 bit, signed or not; stored
        values. A breast as it hangs where absent.
    modifiers : View Modifier Code Sequence.
    attributes : DICOM keywords that replace what would be written; None leaves one out. They
        come after the pixels are encoded, so that a header may lie.
    """
    if pixels is None:
        pixels = breast(laterality)
    if view in VIEW_CODES:
        position, code = str(view), VIEW_CODES[str(view)]
    else:
        position, code = "", view
    data = _header(path, position, laterality, str(attributes.get("PatientID", "P1")))
    data.ViewCodeSequence = [code_item(code, modifiers)] if isinstance(code, tuple) else []
    _put_pixels(data, pixels, UID(transfer_syntax), attributes.get("BitsStored"))
    for keyword, value in attributes.items():
        if value is not None:
            setattr(data, keyword, value)
        elif keyword in data:
            delattr(data, keyword)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = UID(transfer_syntax)
    data.file_meta.MediaStorageSOPClassUID = data.get("SOPClassUID", "1.2")
    data.file_meta.MediaStorageSOPInstanceUID = data.get("SOPInstanceUID", "1.2")
    path.parent.mkdir(parents=True, exist_ok=True)
    dcmwrite(path, data, enforce_file_format=True)
    return path


def make_exam(folder: Path, **attributes: Any) -> list[Path]:
    """Write the four standard views of one study into a folder."""
    return [
        make_dicom(folder / f"{side}_{view}.dcm", view=view, laterality=side, **attributes)
        for view in ("CC", "MLO")
        for side in ("R", "L")
    ]


def make_views(
    folder: Path,
    pixels: Callable[[View], NDArray[np.generic]],
    views: Iterable[View] = STANDARD_VIEWS,
    prefix: str = "",
    **attributes: Any,
) -> Path:
    """Write these views of one study as `<prefix><view>.dcm`; returns the folder."""
    for view in views:
        make_dicom(
            folder / f"{prefix}{view.name}.dcm",
            view=view.position.value,
            laterality=view.laterality.value,
            pixels=pixels(view),
            **attributes,
        )
    return folder


def _header(path: Path, position: str, laterality: str, patient_id: str) -> Dataset:
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.ImageType = ["ORIGINAL", "PRIMARY", ""]
    data.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    data.SOPInstanceUID = generate_uid(entropy_srcs=["image", *path.parts[-3:]])
    data.StudyInstanceUID = generate_uid(entropy_srcs=["study", patient_id])
    data.SeriesInstanceUID = generate_uid(entropy_srcs=["series", patient_id])
    data.StudyDate = data.AcquisitionDate = data.ContentDate = "20250314"
    data.StudyTime = data.AcquisitionTime = data.ContentTime = "101500"
    data.Modality = "MG"
    data.PresentationIntentType = "FOR PRESENTATION"
    data.Manufacturer = "Acme"
    data.StationName = "ROOM1"
    data.PatientName = "Doe^Jane"
    data.PatientID = patient_id
    data.PatientBirthDate = "19600102"
    data.PatientSex = "F"
    data.BodyPartExamined = "BREAST"
    data.KVP = "29"
    data.Exposure = "80"
    data.BodyPartThickness = "54"
    data.CompressionForce = "110"
    data.EstimatedRadiographicMagnificationFactor = "1.0"
    data.ImagerPixelSpacing = [0.07, 0.07]
    data.PositionerType = "MAMMOGRAPHIC"
    data.ViewPosition = position
    data.InstanceNumber = "1"
    data.PatientOrientation = ORIENTATIONS.get((laterality, position), [])
    data.ImageLaterality = laterality
    data.QualityControlImage = "NO"
    data.BurnedInAnnotation = "NO"
    data.BreastImplantPresent = "NO"
    data.PartialView = "NO"
    data.PixelIntensityRelationship = "LOG"
    data.PixelIntensityRelationshipSign = -1
    data.WindowCenter = "2000"
    data.WindowWidth = "2400"
    data.RescaleIntercept = "0"
    data.RescaleSlope = "1"
    data.RescaleType = "US"
    data.LossyImageCompression = "00"
    data.PresentationLUTShape = "IDENTITY"
    return data


def _put_pixels(
    data: Dataset, pixels: NDArray[np.generic], syntax: UID, bits_stored: int | None
) -> None:
    allocated = pixels.dtype.itemsize * 8
    stored = bits_stored or (12 if allocated == 16 and int(pixels.max()) < 4096 else allocated)
    data.Rows, data.Columns = pixels.shape[:2]
    data.SamplesPerPixel = 1 if pixels.ndim == 2 else pixels.shape[2]
    data.PhotometricInterpretation = "MONOCHROME2" if pixels.ndim == 2 else "RGB"
    if pixels.ndim == 3:
        data.PlanarConfiguration = 0
    data.BitsAllocated, data.BitsStored, data.HighBit = allocated, stored, stored - 1
    data.PixelRepresentation = int(pixels.dtype.kind == "i")
    if syntax in _NATIVE:
        stored_order = ">" if syntax == ExplicitVRBigEndian else "<"
        native = pixels.astype(pixels.dtype.newbyteorder(stored_order)).tobytes()
        data["PixelData"] = _pixel_data(native + b"\0" * (len(native) % 2), allocated > 8)
    else:
        data["PixelData"] = _pixel_data(encapsulate([compress(pixels, syntax, stored)]), False)
        data["PixelData"].is_undefined_length = True


def _pixel_data(value: bytes, words: bool) -> Any:
    data = Dataset()
    data.add_new("PixelData", "OW" if words else "OB", value)
    return data["PixelData"]


def compress(pixels: NDArray[np.generic], syntax: str, bits_stored: int) -> bytes:
    """One frame as the transfer syntax wants it; lossy ones lose as little as they can.

    Signed values are compressed as their two's complement in `bits_stored` bits, except by
    JPEG 2000, whose codestream knows signs.
    """
    if syntax == RLELossless:
        # GDCM, which would be asked first, ends the whole process on an odd frame.
        return _by_pydicom(pixels, RLELossless, "pydicom", pixels.dtype.itemsize * 8)
    if syntax in (JPEGLSLossless, JPEGLSNearLossless):
        return _by_pydicom(pixels, JPEGLSLossless, "pyjpegls", bits_stored)
    if syntax in (JPEG2000Lossless, JPEG2000):
        return imagecodecs.jpeg2k_encode(
            pixels,
            level=0,
            codecformat="j2k",
            reversible=True,
            bitspersample=bits_stored,
        )
    patterns = pixels.view(f"u{pixels.dtype.itemsize}")
    patterns = patterns & patterns.dtype.type((1 << bits_stored) - 1)
    if syntax in (JPEGLossless, JPEGLosslessSV1):
        return imagecodecs.jpeg8_encode(
            patterns,
            lossless=True,
            predictor=1 if syntax == JPEGLosslessSV1 else 4,
            bitspersample=bits_stored,
        )
    if syntax == JPEGBaseline8Bit:
        return imagecodecs.jpeg8_encode(patterns, level=100)
    raise ValueError(f"this factory does not write {UID(syntax).name}")


def _by_pydicom(pixels: NDArray[np.generic], syntax: str, plugin: str, bits_stored: int) -> bytes:
    options: dict[str, Any] = {
        "rows": pixels.shape[0],
        "columns": pixels.shape[1],
        "samples_per_pixel": 1 if pixels.ndim == 2 else pixels.shape[2],
        "photometric_interpretation": "MONOCHROME2" if pixels.ndim == 2 else "RGB",
        "planar_configuration": 0,
        "bits_allocated": pixels.dtype.itemsize * 8,
        "bits_stored": bits_stored,
        "pixel_representation": int(pixels.dtype.kind == "i"),
        "number_of_frames": 1,
    }
    return get_encoder(syntax).encode(pixels, encoding_plugin=plugin, **options)
