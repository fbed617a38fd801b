"""Which files of some paths may be images or exam lists, told by name and first bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path

from models.errors import UnreadableFileError, UnsafeFileError
from viewer.exam_io.own_files import result_folders

_HEAD_BYTES = 132
_DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".dic", ".ima"})
_RASTER_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".pgm", ".jpg", ".jpeg"})
_LIST_SUFFIXES = frozenset({".pkl", ".pickle", ".json", ".csv"})
_LIST_NAMES = re.compile(r"exam_list.*\.pkl|exams\.json|exams\.csv", re.IGNORECASE)
_RASTER_STARTS = (
    b"\x89PNG\r\n\x1a\n",
    b"II*\0",
    b"MM\0*",
    b"P5\n",
    b"P5\r",
    b"P5 ",
    b"\xff\xd8\xff",
)
# Group 0008, or 0002 without its preamble, little endian.
_BARE_DICOM_STARTS = (b"\x08\0", b"\x02\0", b"DICM")
_MASK_FOLDERS = frozenset({"segmentation", "segmentations", "masks", "labels"})


# A NUL, or half of a pair of code units: bytes of a name that are no text are kept as such.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class FileKind(Enum):
    """What a file is for us."""

    DICOM = "DICOM"
    RASTER = "picture"
    EXAM_LIST = "exam list"
    OTHER = "other"


def stem_of(path: Path) -> str:
    """The file's name without a suffix that says its format; UIDs keep their last number."""
    known = _DICOM_SUFFIXES | _RASTER_SUFFIXES | _LIST_SUFFIXES
    stem = path.stem if path.suffix.lower() in known else path.name
    # Bytes of a name that are no text would stop whoever writes results.
    return stem.encode("utf-8", "replace").decode("utf-8")


def files_below(folder: Path, refused: Callable[[OSError], None]) -> Iterator[Path]:
    """The files of a folder and its folders in order, without hidden ones, masks and DICOMDIR.

    The folders in which Fourview's results lie are not looked into.

    Parameters
    ----------
    refused : called for every folder that may not be looked into.
    """
    for place, folders, names in os.walk(folder, onerror=refused):
        passed_over = _MASK_FOLDERS | (result_folders(Path(place)) if folders else frozenset())
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name.lower() not in passed_over
        )
        for name in sorted(names):
            if not name.startswith(".") and name.upper() != "DICOMDIR":
                yield Path(place, name)


def is_text(text: str) -> bool:
    """Whether text read from a file can be written again, and be part of a path."""
    return _NO_TEXT.search(text) is None


def place_of(path: Path) -> Path:
    """Where a path leads, so that a file is met once only; links in a circle are left alone."""
    return Path(os.path.realpath(path))


def is_there(path: Path) -> bool:
    """Whether a file or folder exists, as far as one may look."""
    try:
        return path.exists()
    except OSError:
        return False


def holds_masks(folder: Path) -> bool:
    """Whether a folder is one of annotations rather than images, by its name."""
    return folder.name.lower() in _MASK_FOLDERS


def is_list_name(path: Path) -> bool:
    """Whether a file met in a folder is taken for an exam list."""
    return _LIST_NAMES.fullmatch(path.name) is not None


def claims_to_be_image(path: Path) -> bool:
    """Whether the file's name says that it should be an image, whatever it is."""
    return path.suffix.lower() in _DICOM_SUFFIXES | _RASTER_SUFFIXES


def kind_of(path: Path) -> FileKind:
    """Tell a file's kind by its first bytes, and of exam lists by the name.

    Raises
    ------
    UnreadableFileError : it cannot be opened.
    """
    try:
        if path.exists() and not path.is_file():  # reading a pipe would never end
            raise UnreadableFileError(path, "it is not an ordinary file")
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise UnreadableFileError(path, reason_of(error)) from error
    if head[128:] == b"DICM":
        return FileKind.DICOM
    if head.startswith(_RASTER_STARTS):
        return FileKind.RASTER
    if path.suffix.lower() in _LIST_SUFFIXES:
        return FileKind.EXAM_LIST
    bare = head.startswith(_BARE_DICOM_STARTS)
    if path.suffix.lower() in _DICOM_SUFFIXES or (bare and not path.suffix):
        return FileKind.DICOM
    return FileKind.OTHER


def read_bytes(path: Path, limit: int) -> bytes:
    """The whole file.

    Raises
    ------
    UnreadableFileError : it cannot be read.
    UnsafeFileError : it is longer than `limit` bytes.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise UnreadableFileError(path, reason_of(error)) from error
    if len(content) > limit:
        raise UnsafeFileError(path, f"it is longer than {limit >> 20} MB")
    return content


def reason_of(error: OSError) -> str:
    """The system's words, as a clause."""
    words = error.strerror or "it cannot be opened"
    return words[:1].lower() + words[1:]
