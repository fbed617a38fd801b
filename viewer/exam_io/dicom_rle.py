"""RLE Lossless frames (PS3.5 Annex G), with every offset checked before the decoder sees it."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from models.errors import UnreadableFileError
from viewer.exam_io.dicom_layout import PixelLayout

_HEADER = struct.Struct("<16I")


def decode_rle(
    path: Path, frame: bytes, layout: PixelLayout
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Unpack one frame.

    Returns
    -------
    ndarray, shape (samples, rows × columns), uint8 or uint16.

    Raises
    ------
    UnreadableFileError : segments are missing, too short or damaged.
    """
    width = layout.bits_allocated // 8
    segments = _segments(frame, layout.samples * width)
    if segments is None:
        raise UnreadableFileError(path, "its RLE header is damaged")
    size = layout.rows * layout.columns
    # A sample's bytes come highest first, each as a segment of its own (G.2).
    samples = np.empty((layout.samples, size, width), np.uint8)
    plane = np.empty(size, np.uint8)
    for index, segment in enumerate(segments):
        try:
            unpacked = imagecodecs.packbits_decode(segment, out=plane.data)
        except (RuntimeError, ValueError) as error:
            raise UnreadableFileError(path, "its RLE pixel data is damaged") from error
        if len(unpacked) < size:
            raise UnreadableFileError(path, "its RLE pixel data is cut off")
        samples[index // width, :, width - 1 - index % width] = plane
    return samples[..., 0] if width == 1 else samples.view("<u2")[..., 0]


def _segments(frame: bytes, expected: int) -> list[bytes] | None:
    if len(frame) < _HEADER.size:
        return None
    count, *offsets = _HEADER.unpack_from(frame)
    if count != expected:
        return None
    bounds = [*offsets[:count], len(frame)]
    if bounds[0] < _HEADER.size or any(a >= b for a, b in pairwise(bounds)):
        return None
    return [frame[a:b] for a, b in pairwise(bounds)]
