"""Stored pixel values of the first frame of a DICOM file, sign and stored bits applied.

imagecodecs decodes without holding the interpreter, so that the window stays alive meanwhile;
it knows nothing of Bits Stored and Pixel Representation, which are applied here (PS3.5 8.1.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import SEEK_END
from types import MappingProxyType
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import get_frame
from pydicom.uid import (
    JPEG2000,
    DeflatedExplicitVRLittleEndian,
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
)

from models.errors import UnreadableFileError, UnsafeFileError, UnsupportedFileError
from viewer.exam_io.codestream import FrameSize, frame_size, has_jpeg_end
from viewer.exam_io.dicom_file import DicomFile, pixel_stream
from viewer.exam_io.dicom_layout import PixelLayout
from viewer.exam_io.dicom_rle import decode_rle
from viewer.exam_io.grey import to_grey

_NATIVE = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)
_FRAME_OVERHEAD = 1 << 20
_JPEG = (JPEGBaseline8Bit, JPEGLossless, JPEGLosslessSV1)
_JPEG_LS = (JPEGLSLossless, JPEGLSNearLossless)
# libjpeg-turbo also decodes the lossless processes, faster than decoders made for them alone.
_DECODERS: Mapping[str, Callable[[bytes], NDArray[Any]]] = MappingProxyType(
    {
        **dict.fromkeys(_JPEG, imagecodecs.jpeg8_decode),
        **dict.fromkeys(_JPEG_LS, imagecodecs.jpegls_decode),
        JPEG2000Lossless: imagecodecs.jpeg2k_decode,
        JPEG2000: imagecodecs.jpeg2k_decode,
    }
)


def is_lossy(file: DicomFile) -> bool:
    """Whether the pixels went through lossy compression, now or before."""
    stated = file.attributes.text("LossyImageCompression")
    if stated == "01" or file.syntax == JPEGBaseline8Bit:
        return True
    return file.syntax in (JPEGLSNearLossless, JPEG2000) and stated != "00"


def read_pixels(file: DicomFile, layout: PixelLayout) -> NDArray[np.uint16] | NDArray[np.int16]:
    """Decode the first frame.

    Returns
    -------
    ndarray, shape (rows, columns), uint16, or int16 when Pixel Representation is signed; of a
    colour image its grey.

    Raises
    ------
    UnreadableFileError : pixel data missing, too short or damaged.
    UnsupportedFileError : a transfer syntax or colour space that is not decoded.
    UnsafeFileError : the compressed frame is not of the size that the header announces.
    """
    if file.pixel_offset is None:
        raise UnreadableFileError(file.path, "it has no Pixel Data (7FE0,0010)")
    if file.syntax in _NATIVE:
        stored = _native(file, layout)
    elif file.syntax == RLELossless:
        stored = _interleaved(decode_rle(file.path, _first_frame(file, layout), layout), layout)
    elif file.syntax in _DECODERS:
        stored = _decoded(file, layout)
    else:
        raise UnsupportedFileError(
            file.path, f"its transfer syntax, {file.syntax_name}, is not supported"
        )
    return to_grey(stored) if layout.samples == 3 else with_sign(stored, layout)


def with_sign(stored: NDArray[Any], layout: PixelLayout) -> NDArray[np.uint16] | NDArray[np.int16]:
    """Keep Bits Stored up to High Bit, and extend the sign (PS3.5 8.1.1)."""
    if layout.signed and stored.dtype.kind == "i":
        return stored.astype(np.int16, copy=False)
    words = stored.astype(np.uint16, copy=False)
    shift = layout.high_bit + 1 - layout.bits_stored
    if shift:
        words = words >> np.uint16(shift)
    if layout.signed:
        unused = np.uint16(16 - layout.bits_stored)
        signed: NDArray[np.int16] = (words << unused).view(np.int16) >> unused.astype(np.int16)
        return signed
    highest = np.uint16((1 << layout.bits_stored) - 1)
    # Looking is cheaper than masking, and hardly any file uses the other bits.
    return words & highest if words.max() > highest else words


def _native(file: DicomFile, layout: PixelLayout) -> NDArray[Any]:
    _require(file.pixel_bytes is not None, file, "its uncompressed pixel data has no length")
    _require(
        (file.pixel_bytes or 0) >= layout.frame_bytes,
        file,
        f"its pixel data has {file.pixel_bytes} bytes where {layout.frame_bytes} are needed",
    )
    if layout.samples == 3 and layout.photometric != "RGB":
        raise UnsupportedFileError(
            file.path, f"uncompressed {layout.photometric} is not supported"
        )
    order = ">" if file.syntax == ExplicitVRBigEndian else "<"
    with pixel_stream(file, layout.frame_bytes) as stream:
        start = stream.tell()
        available = stream.seek(0, SEEK_END) - start
        _require(available >= layout.frame_bytes, file, "its pixel data is cut off")
        stream.seek(start)
        content = stream.read(layout.frame_bytes)
    stored = np.frombuffer(content, np.dtype(f"{order}u{layout.bits_allocated // 8}"))
    return _interleaved(stored.astype(stored.dtype.newbyteorder("="), copy=False), layout)


def _interleaved(samples: NDArray[Any], layout: PixelLayout) -> NDArray[Any]:
    """Shape (rows, columns) or (rows, columns, 3)."""
    if layout.samples == 1:
        return samples.reshape(layout.rows, layout.columns)
    if layout.planar or samples.ndim == 2:
        return np.moveaxis(samples.reshape(3, layout.rows, layout.columns), 0, -1)
    return samples.reshape(layout.rows, layout.columns, 3)


def _decoded(file: DicomFile, layout: PixelLayout) -> NDArray[Any]:
    frame = _first_frame(file, layout)
    size = frame_size(frame)
    _require(size is not None, file, "its compressed frame does not begin as one")
    if size != FrameSize(layout.rows, layout.columns, layout.samples):
        raise UnsafeFileError(file.path, "its compressed frame is not of the size it announces")
    # What is missing at the end, decoders fill up with grey, or look for during seconds.
    ends_itself = file.syntax not in (*_JPEG, *_JPEG_LS)
    _require(ends_itself or has_jpeg_end(frame), file, "its pixel data is cut off")
    try:
        stored = _DECODERS[file.syntax](frame)
    except Exception as error:  # decoders raise whatever damaged bytes provoke
        raise UnreadableFileError(file.path, "its compressed pixel data is damaged") from error
    _require(stored.dtype.itemsize <= 2, file, "its compressed frame has more than 16 bits")
    return stored


def _first_frame(file: DicomFile, layout: PixelLayout) -> bytes:
    """The first frame's fragments in one (PS3.5 A.4)."""
    _require(file.pixel_bytes is None, file, "its compressed pixel data is not encapsulated")
    # No compression makes a frame much longer, even of noise.
    with pixel_stream(file, 2 * layout.frame_bytes + _FRAME_OVERHEAD) as stream:
        try:
            return get_frame(stream, 0, number_of_frames=layout.frames)
        except UnsafeFileError:
            raise
        except Exception as error:  # pydicom raises whatever damaged bytes provoke
            raise UnreadableFileError(file.path, "its pixel data is damaged") from error


def _require(condition: bool, file: DicomFile, otherwise: str) -> None:
    if not condition:
        raise UnreadableFileError(file.path, otherwise)
