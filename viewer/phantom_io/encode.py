"""Pixels into DICOM: every lossless transfer syntax in which mammograms are met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

BITS_STORED = 12
SYNTAXES: Mapping[str, UID] = MappingProxyType(
    {
        "explicit": ExplicitVRLittleEndian,
        "deflated": DeflatedExplicitVRLittleEndian,
        "rle": RLELossless,
        "jpeg-lossless": JPEGLosslessSV1,
        "jpeg-ls": JPEGLSLossless,
        "jpeg-2000": JPEG2000Lossless,
    }
)
"""Name on the command line to transfer syntax."""

Pixels = NDArray[np.uint16]


def put_pixels(dataset: Dataset, pixels: Pixels, syntax: UID) -> None:
    """Set the attributes of the Image Pixel Module (PS3.3 C.7.6.3) and Pixel Data.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), uint16, values of 12 bits.
    syntax : one of `SYNTAXES`.
    """
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored = BITS_STORED
    dataset.HighBit = BITS_STORED - 1
    dataset.PixelRepresentation = 0
    if syntax in _COMPRESS:
        frame = _COMPRESS[syntax](pixels)
        dataset.add_new("PixelData", "OB", encapsulate([frame]))
        dataset["PixelData"].is_undefined_length = True
    else:
        dataset.add_new("PixelData", "OW", pixels.astype("<u2").tobytes())


def _jpeg_lossless(pixels: Pixels) -> bytes:
    """Process 14, selection value 1 (ISO/IEC 10918-1)."""
    return bytes(
        imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=1, bitspersample=BITS_STORED)
    )


def _jpeg_ls(pixels: Pixels) -> bytes:
    """ISO/IEC 14495-1."""
    return bytes(imagecodecs.jpegls_encode(pixels))


def _jpeg_2000(pixels: Pixels) -> bytes:
    """ISO/IEC 15444-1, reversible, a bare codestream as PS3.5 A.4.4 wants it."""
    return bytes(
        imagecodecs.jpeg2k_encode(
            pixels, level=0, codecformat="j2k", reversible=True, bitspersample=BITS_STORED
        )
    )


def _rle(pixels: Pixels) -> bytes:
    """PS3.5 G: a header of 16 words, then a segment for the high and one for the low bytes."""
    planes = (pixels >> 8, pixels & 0xFF)
    segments = [_rle_segment(plane.astype(np.uint8)) for plane in planes]
    header = np.zeros(16, "<u4")
    header[0] = len(segments)
    header[1:3] = header.nbytes, header.nbytes + len(segments[0])
    return b"".join((header.tobytes(), *segments))


def _rle_segment(plane: NDArray[np.uint8]) -> bytes:
    """Rows packed one by one (G.3.1), of even length."""
    packed = bytes(imagecodecs.packbits_encode(plane, axis=-1))
    return packed + b"\0" * (len(packed) % 2)


_COMPRESS: Mapping[UID, Callable[[Pixels], bytes]] = MappingProxyType(
    {
        RLELossless: _rle,
        JPEGLosslessSV1: _jpeg_lossless,
        JPEGLSLossless: _jpeg_ls,
        JPEG2000Lossless: _jpeg_2000,
    }
)
