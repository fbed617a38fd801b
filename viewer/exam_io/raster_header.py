"""Size and kind of a PNG, TIFF, PGM or JPEG picture, read before a decoder allocates for it."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from enum import Enum

from viewer.exam_io.codestream import frame_size

_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_SAMPLES = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
# Width, height and largest value, with comments between them (netpbm pgm(5)).
_PGM = re.compile(rb"P5" + 3 * rb"(?:\s|#[^\n]*\n)+(\d{1,9})" + rb"\s")
_TIFF_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_BITS = 256, 257, 258
_TIFF_PHOTOMETRIC, _TIFF_SAMPLES = 262, 277
_WHITE_IS_ZERO, _PALETTE = 0, 3
_TIFF_FORMATS = {3: "H", 4: "I"}
_MOST_TIFF_TAGS = 256


class PictureFormat(Enum):
    """What a decoder is chosen by."""

    PNG = "PNG"
    TIFF = "TIFF"
    PGM = "PGM"
    JPEG = "JPEG"


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture announces.

    Attributes
    ----------
    samples : values a pixel decodes to.
    wide : whether a sample has more than 8 bits.
    inverted : whether its smallest values are white.
    palette : whether its values name colours.
    offset : where the pixels of a PGM begin.
    """

    format: PictureFormat
    rows: int
    columns: int
    samples: int
    wide: bool
    inverted: bool = False
    palette: bool = False
    offset: int = 0

    @property
    def decoded_bytes(self) -> int:
        """Memory that decoding takes."""
        return self.rows * self.columns * self.samples * (2 if self.wide else 1)


def read_picture_header(content: bytes) -> PictureHeader | None:
    """Read a picture's header; None when it is damaged or of another kind."""
    if content.startswith(_PNG_START):
        return _png(content)
    if content[:4] in _TIFF_ORDERS:
        return _tiff(content)
    if content.startswith(b"P5"):
        return _pgm(content)
    size = frame_size(content)
    if size is None:
        return None
    return PictureHeader(PictureFormat.JPEG, size.rows, size.columns, size.components, wide=False)


def is_whole_png(content: bytes) -> bool:
    """Whether all chunks up to the last have the check sums they state (PNG 5.3)."""
    view, at = memoryview(content), len(_PNG_START)
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 8 + length
        if zlib.crc32(view[at + 4 : end]).to_bytes(4, "big") != view[end : end + 4]:
            return False
        if kind == b"IEND":
            return True
        at = end + 4
    return False


def _png(content: bytes) -> PictureHeader | None:
    if len(content) < 26 or content[12:16] != b"IHDR":
        return None
    columns, rows, depth, colour = struct.unpack_from(">IIBB", content, 16)
    samples = _PNG_SAMPLES.get(colour)
    if samples is None:
        return None
    return PictureHeader(PictureFormat.PNG, rows, columns, samples, wide=depth > 8)


def _pgm(content: bytes) -> PictureHeader | None:
    found = _PGM.match(content)
    if found is None:
        return None
    columns, rows, highest = (int(number) for number in found.groups())
    return PictureHeader(
        PictureFormat.PGM, rows, columns, 1, wide=highest > 255, offset=found.end()
    )


def _tiff(content: bytes) -> PictureHeader | None:
    """The first directory (TIFF 6.0, section 2)."""
    order = _TIFF_ORDERS[content[:4]]
    tags: dict[int, int] = {}
    try:
        (directory,) = struct.unpack_from(f"{order}I", content, 4)
        (count,) = struct.unpack_from(f"{order}H", content, directory)
        for index in range(min(count, _MOST_TIFF_TAGS)):
            at = directory + 2 + 12 * index
            tag, kind, number = struct.unpack_from(f"{order}HHI", content, at)
            if kind in _TIFF_FORMATS and number == 1:
                tags[tag] = struct.unpack_from(f"{order}{_TIFF_FORMATS[kind]}", content, at + 8)[0]
    except struct.error:
        return None
    if _TIFF_WIDTH not in tags or _TIFF_HEIGHT not in tags:
        return None
    palette = tags.get(_TIFF_PHOTOMETRIC) == _PALETTE
    return PictureHeader(
        PictureFormat.TIFF,
        tags[_TIFF_HEIGHT],
        tags[_TIFF_WIDTH],
        4 if palette else tags.get(_TIFF_SAMPLES, 1),
        # One Bits Per Sample a colour lies elsewhere in the file: take it to be the larger.
        wide=tags.get(_TIFF_BITS, 16) > 8,
        inverted=tags.get(_TIFF_PHOTOMETRIC) == _WHITE_IS_ZERO,
        palette=palette,
    )
