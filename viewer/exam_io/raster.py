"""Mammograms and masks in PNG, TIFF, PGM and JPEG."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, cast

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from models.errors import UnreadableFileError, UnsafeFileError, UnsupportedFileError
from models.exam import Mammogram, read_only
from models.grayscale import Grayscale, Photometric
from viewer.exam_io import orientation
from viewer.exam_io.codestream import has_jpeg_end
from viewer.exam_io.files import read_bytes
from viewer.exam_io.grey import MAX_PIXELS, to_grey
from viewer.exam_io.raster_header import (
    PictureFormat,
    PictureHeader,
    is_whole_png,
    read_picture_header,
)
from viewer.exam_io.records import ImageRecord

_MAX_DECODED_BYTES = 3 * MAX_PIXELS


def load_raster(record: ImageRecord) -> Mammogram:
    """Decode a picture; its truth masks are left to the caller.

    The values are stored values as they are; `bits_stored` is the fewest, from 8, that hold the
    largest, since a 16-bit file mostly carries 12-bit values. There are no windows.

    Raises
    ------
    InputError : the file is gone, damaged, or of a kind that is not read.
    """
    content = read_bytes(record.path, _MAX_DECODED_BYTES)
    header = _checked_header(record.path, content)
    pixels = _grey(record.path, content, header)
    grayscale = Grayscale(
        photometric=Photometric.MONOCHROME1 if header.inverted else Photometric.MONOCHROME2,
        bits_stored=max(8, int(pixels.max()).bit_length()),
    )
    laid, laid_origin = orientation.without_attributes(record, pixels, grayscale)
    return Mammogram(
        image_id=f"sha256:{hashlib.sha256(content).hexdigest()}",
        name=record.name,
        title=record.title,
        view=None if record.aside else record.view,
        view_origin=record.view_origin,
        pixels=cast("NDArray[np.uint16]", read_only(pixels)),
        grayscale=grayscale,
        orientation=laid,
        orientation_origin=laid_origin,
        aside=record.aside,
        lossy=header.format is PictureFormat.JPEG,
        path=record.path,
    )


def read_grey(path: Path) -> NDArray[np.uint16]:
    """Decode a picture to grey values, shape (rows, columns), uint16.

    Raises
    ------
    UnreadableFileError : missing, damaged, or no picture.
    UnsupportedFileError : floating-point, signed or four-colour values.
    UnsafeFileError : more pixels than any mammogram has.
    """
    content = read_bytes(path, _MAX_DECODED_BYTES)
    return _grey(path, content, _checked_header(path, content))


def _checked_header(path: Path, content: bytes) -> PictureHeader:
    header = read_picture_header(content)
    if header is None or header.rows < 1 or header.columns < 1:
        raise UnreadableFileError(path, "it is damaged or no PNG, TIFF, PGM or JPEG picture")
    if (
        header.rows * header.columns > MAX_PIXELS
        or header.decoded_bytes > _MAX_DECODED_BYTES
        or header.samples > 4
    ):
        raise UnsafeFileError(path, f"it claims {header.rows} × {header.columns} pixels")
    return header


def _grey(path: Path, content: bytes, header: PictureHeader) -> NDArray[np.uint16]:
    if not _is_whole(content, header):
        raise UnreadableFileError(path, "it is damaged or cut off")
    try:
        image = _decoded(content, header)
    except Exception as error:  # decoders raise whatever damaged bytes provoke
        raise UnreadableFileError(path, "it is damaged") from error
    if image.dtype == np.bool_:
        image = image.astype(np.uint8) * np.uint8(255)
    channels = image.shape[2] if image.ndim == 3 else 1
    if image.dtype not in (np.uint8, np.uint16) or image.ndim > 3:
        raise UnsupportedFileError(path, f"its values are {image.dtype}, not 8 or 16 bits")
    if image.shape[:2] != (header.rows, header.columns):
        raise UnreadableFileError(path, "it is not of the size it announces")
    if channels == 4 and header.format is PictureFormat.JPEG:
        raise UnsupportedFileError(path, "it is a four-colour JPEG")
    if image.ndim == 2:
        return image.astype(np.uint16, copy=False)
    # Beyond grey or the three colours there is transparency, which says nothing of tissue.
    return to_grey(image[..., :3]) if channels >= 3 else image[..., 0].astype(np.uint16)


def _is_whole(content: bytes, header: PictureHeader) -> bool:
    """What decoders do not insist on: the end of a JPEG, the sums and the end of a PNG."""
    if header.format is PictureFormat.JPEG:
        return has_jpeg_end(content)
    return header.format is not PictureFormat.PNG or is_whole_png(content)


def _decoded(content: bytes, header: PictureHeader) -> NDArray[Any]:
    image: NDArray[Any]
    match header.format:
        case PictureFormat.PNG:
            image = imagecodecs.png_decode(content)
        case PictureFormat.JPEG:
            image = imagecodecs.jpeg8_decode(content)
        case PictureFormat.PGM:
            values = np.dtype(">u2" if header.wide else np.uint8)
            size = header.rows * header.columns
            flat = np.frombuffer(content, values, size, header.offset)
            image = flat.astype(values.newbyteorder("=")).reshape(header.rows, header.columns)
        case PictureFormat.TIFF:
            image = imagecodecs.tiff_decode(content, asrgb=header.palette)
            if image.ndim == 3 and image.shape[0] == header.samples != image.shape[2]:
                image = np.moveaxis(image, 0, -1)  # plane after plane
    return image
