"""Whether every kind of compression is read as it should be here: a small image through each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation, generate_uid

from models.errors import FourviewError
from viewer.exam_io.dicom_file import read_dicom
from viewer.exam_io.dicom_layout import LAYOUT_KEYWORDS, read_layout
from viewer.exam_io.dicom_pixels import read_pixels
from viewer.phantom_io.encode import BITS_STORED, SYNTAXES, put_pixels

EXACT = "exact"
_ROWS, _COLUMNS = 48, 40


def check_codecs() -> Mapping[str, str]:
    """By transfer syntax, `exact` where what was written came back, else what went wrong."""
    with tempfile.TemporaryDirectory(prefix="fourview-") as folder:
        return {name: _check(name, Path(folder) / f"{name}.dcm") for name in SYNTAXES}


def _check(name: str, path: Path) -> str:
    pixels = _ramp()
    try:
        _write(path, name, pixels)
        file = read_dicom(path, LAYOUT_KEYWORDS)
        found = read_pixels(file, read_layout(file))
    except FourviewError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a codec that is missing or broken raises anything
        return f"{type(error).__name__}: {error}"
    return EXACT if np.array_equal(found, pixels) else "other values came back"


def _ramp() -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Shape (48, 40), uint16: every value of 12 bits within reach, alike in no direction."""
    values = np.arange(_ROWS * _COLUMNS, dtype=np.uint32) * 97 % (1 << BITS_STORED)
    return values.astype(np.uint16).reshape(_ROWS, _COLUMNS)


def _write(
    path: Path, name: str, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
) -> None:
    syntax = SYNTAXES[name]
    dataset = Dataset()
    dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    dataset.SOPInstanceUID = generate_uid()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    put_pixels(dataset, pixels, syntax)
    dcmwrite(path, dataset, enforce_file_format=True)
