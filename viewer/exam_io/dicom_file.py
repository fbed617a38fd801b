"""The one door to pydicom: a quiet, bounded reading of the attributes before the pixels.

pydicom converts values when they are asked for, warns through `warnings` and a logger, and
raises whatever damaged bytes provoke. Here everything wanted is converted at once into plain
values, so that none of this reaches the rest of the program.
"""

from __future__ import annotations

import io
import logging
import threading
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pydicom import config
from pydicom.datadict import keyword_for_tag, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as DicomSequence
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)

from models.errors import FourviewError, UnreadableFileError, UnsafeFileError
from viewer.exam_io.dicom_attributes import Attributes, Value
from viewer.exam_io.files import reason_of

# Attributes of a mammogram take kilobytes; hundreds of tomosynthesis frames a few megabytes.
# A hostile header of this length takes two or three seconds.
_HEADER_LIMIT = 8 << 20
_SEQUENCE_DEPTH = 6
_PREAMBLE = 128
_TRANSFER_SYNTAX = 0x00020010
_PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_UNDEFINED_LENGTH = 0xFFFFFFFF
# 16-bit words whose sign or width the header states elsewhere: kept as bytes, and the VR.
_WORDS = frozenset({0x00280120, 0x00280121, 0x00283002, 0x00283006})

# The filters of `warnings` belong to the process, so one reader changes them at a time.
_PARSING = threading.Lock()

config.settings.reading_validation_mode = config.IGNORE
# Its messages quote values, and so patients.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class DicomFile:
    """A file whose header has been read.

    Attributes
    ----------
    syntax : Transfer Syntax UID (0002,0010); Implicit VR Little Endian where none is stated.
    data_offset : where the data set begins in the file.
    pixel_offset : where the value of Pixel Data begins in the file, or of a deflated one in what
        it inflates to; None without integer pixel data.
    pixel_bytes : length of that value; None when it is encapsulated, with undefined length.
    """

    path: Path
    syntax: str
    attributes: Attributes
    data_offset: int
    pixel_offset: int | None
    pixel_bytes: int | None

    @property
    def syntax_name(self) -> str:
        """The transfer syntax in the standard's words."""
        return uid_name(self.syntax)


def uid_name(uid: str) -> str:
    """The standard's name of a UID, or the UID itself."""
    return UID(uid).name if uid else "unknown"


def read_dicom(path: Path, keywords: Iterable[str]) -> DicomFile:
    """Read the named attributes of a DICOM file, and find where its pixels begin.

    Raises
    ------
    UnreadableFileError : it is missing, damaged, or holds no DICOM attributes.
    UnsafeFileError : its header is unreasonably long.
    """
    tags: list[BaseTag | int] = [tag for tag in map(tag_for_keyword, keywords) if tag is not None]
    try:
        with path.open("rb") as stream, _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parse(path, stream, tags)
    except FourviewError:
        raise
    except OSError as error:
        reason = reason_of(error) if error.strerror else "its DICOM header is damaged"
        raise UnreadableFileError(path, reason) from error
    except Exception as error:  # pydicom raises whatever damaged bytes provoke, or recurses
        raise UnreadableFileError(path, "its DICOM header is damaged") from error


@contextmanager
def pixel_stream(file: DicomFile, limit: int) -> Iterator[BinaryIO]:
    """Open the data set at the value of Pixel Data, for reading `limit` bytes at most.

    Raises
    ------
    UnreadableFileError : the file has gone, or what it inflates to is damaged.
    UnsafeFileError : more is read.
    """
    try:
        stream: BinaryIO = file.path.open("rb")
    except OSError as error:
        raise UnreadableFileError(file.path, reason_of(error)) from error
    offset = file.pixel_offset or 0
    with stream:
        if file.syntax == DeflatedExplicitVRLittleEndian:
            stream.seek(file.data_offset)
            stream = _inflate(file.path, stream, offset + limit)
        stream.seek(offset)
        reason = "its pixel data is unreasonably long"
        yield cast("BinaryIO", _Bounded(file.path, stream, limit, reason))


def _parse(path: Path, stream: BinaryIO, tags: list[BaseTag | int]) -> DicomFile:
    syntax = _read_meta(path, stream)
    start = stream.tell()
    if syntax == DeflatedExplicitVRLittleEndian:
        stream = _inflate(path, stream, _HEADER_LIMIT)
    found: list[tuple[int, int, int]] = []

    def is_pixels(tag: BaseTag, _vr: str | None, length: int) -> bool:
        if int(tag) not in _PIXELS:
            return False
        found.append((int(tag), length, stream.tell()))
        return True

    dataset = read_dataset(
        _header(path, stream),
        is_implicit_VR=syntax in ("", ImplicitVRLittleEndian),
        is_little_endian=syntax != ExplicitVRBigEndian,
        stop_when=is_pixels,
        specific_tags=tags,
    )
    attributes = _plain(dataset, _SEQUENCE_DEPTH)
    if not attributes.values:
        raise UnreadableFileError(path, "it holds no DICOM attributes that Fourview knows")
    offset = length = None
    if found and found[-1][0] == 0x7FE00010:
        _, length, offset = found[-1]
        length = None if length == _UNDEFINED_LENGTH else length
    return DicomFile(path, syntax or ImplicitVRLittleEndian, attributes, start, offset, length)


def _read_meta(path: Path, stream: BinaryIO) -> str:
    """Read the File Meta Information (PS3.10 7.1); return the Transfer Syntax UID or ''."""
    head = stream.read(_PREAMBLE + 4)
    if head[_PREAMBLE:] != b"DICM":
        stream.seek(4 if head.startswith(b"DICM") else 0)
    meta = read_dataset(
        _header(path, stream),
        is_implicit_VR=False,
        is_little_endian=True,
        stop_when=lambda tag, _vr, _length: int(tag) >> 16 != 2,
        specific_tags=[_TRANSFER_SYNTAX],
    )
    return _plain(meta, 1).text("TransferSyntaxUID")


def _inflate(path: Path, stream: BinaryIO, limit: int) -> BinaryIO:
    """The first `limit` bytes of a deflated data set (PS3.5 A.5)."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    deflated = stream.read(limit + limit // 1000 + 64)  # what cannot be packed grows a little
    try:
        return io.BytesIO(inflater.decompress(deflated, limit))
    except zlib.error as error:
        raise UnreadableFileError(path, "its deflated data set is damaged") from error


def _plain(dataset: Dataset, depth: int) -> Attributes:
    values: dict[str, tuple[Value, ...]] = {}
    for tag in dataset.keys():  # noqa: SIM118 - iterating a data set converts its elements
        keyword = keyword_for_tag(tag)
        if keyword:
            values[keyword] = _values(dataset, tag, depth)
    return Attributes(values)


def _values(dataset: Dataset, tag: BaseTag, depth: int) -> tuple[Value, ...]:
    raw = cast("DataElement | RawDataElement", dataset.get_item(tag))
    content = raw.value if isinstance(raw, RawDataElement) else None
    if int(tag) in _WORDS and isinstance(raw, RawDataElement) and content is not None:
        return (content if raw.is_little_endian else _swapped(content), raw.VR or "")
    try:
        value = dataset[tag].value
    except Exception:  # noqa: BLE001 - one damaged value is no reason to give up the others
        return tuple((content or b"").decode("latin-1").split("\\"))
    if isinstance(value, DicomSequence):
        return tuple(_plain(item, depth - 1) for item in value) if depth > 0 else ()
    if value is None:
        return ()
    several = value if isinstance(value, MultiValue | list) else (value,)
    return tuple(one if isinstance(one, int | float | bytes) else str(one) for one in several)


def _swapped(words: bytes) -> bytes:
    pairs = bytearray(words[: len(words) & ~1])
    pairs[0::2], pairs[1::2] = pairs[1::2], pairs[0::2]
    return bytes(pairs)


class _Bounded:
    """A stream that hands out a limited number of bytes, wherever in the file they are."""

    def __init__(self, path: Path, stream: BinaryIO, limit: int, reason: str) -> None:
        self._path = path
        self._stream = stream
        self._left = limit
        self._reason = reason
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int) -> bytes:
        block = self._stream.read(min(size, self._left + 1))
        self._left -= len(block)
        if self._left < 0:
            raise UnsafeFileError(self._path, self._reason)
        return block


def _header(path: Path, stream: BinaryIO) -> BinaryIO:
    reason = "its DICOM header is unreasonably long"
    return cast("BinaryIO", _Bounded(path, stream, _HEADER_LIMIT, reason))
