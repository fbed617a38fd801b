"""Measurements kept beside the program: one file an exam, that names neither exam nor patient.

The file's name is the SHA-256 of the exam's id, its keys are those of image ids; what a reader
typed beside a measurement stands in it as typed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from models import __version__
from models.errors import Problem
from models.whole_file import write_whole
from viewer.display.measurement import Measurement
from viewer.exam_io.files import reason_of
from viewer.export.fields import object_at, refuse_constant
from viewer.export.measurement_document import measurement_documents, measurements_at

FORMAT, VERSION = "fourview-measurements", 1
_LARGEST_BYTES = 1 << 25

ByKey = Mapping[str, tuple[Measurement, ...]]


def key_of(image_id: str) -> str:
    """What an image is called in the file."""
    return hashlib.sha256(image_id.encode()).hexdigest()


def file_of(folder: Path, exam_id: str) -> Path:
    """Where the measurements of an exam are kept."""
    return folder / f"{key_of(exam_id)[:32]}.json"


def read_measurements(path: Path) -> tuple[ByKey, Problem | None]:
    """By `key_of` an image, what is kept in a file, or why that cannot be used.

    A file that is no such file is set aside under another name, so that nothing overwrites it.
    """
    try:
        with path.open("rb") as file:
            return _parsed(file.read(_LARGEST_BYTES + 1)), None
    except FileNotFoundError:
        return MappingProxyType({}), None
    except OSError as error:
        reason = f"its measurements are not shown, since it cannot be read: {reason_of(error)}"
    except (ValueError, RecursionError) as error:
        aside = path.with_suffix(".damaged")
        with suppress(OSError):  # then it stays, and writing will say so
            path.replace(aside)
        reason = f"its measurements are not shown, since {error}; it is now {aside.name}"
    return MappingProxyType({}), Problem(path.name, f"{path.name}: {reason}.", path)


def write_measurements(path: Path, changed: ByKey) -> None:
    """Put the measurements of some images, by `key_of`, into a file; those of others stay.

    Raises
    ------
    ExportError : the file cannot be written; what was there before is untouched.
    """
    kept, _ = read_measurements(path)
    images = {key: each for key, each in {**kept, **changed}.items() if each}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "software": f"Fourview {__version__}",
        "images": {key: measurement_documents(each) for key, each in images.items()},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(path, lambda file: file.write(text.encode()))


def _parsed(data: bytes) -> ByKey:
    """Raises ValueError for what is no such document."""
    if len(data) > _LARGEST_BYTES:
        raise ValueError(f"it is larger than {_LARGEST_BYTES >> 20} MB")
    fields = object_at(json.loads(data.decode(), parse_constant=refuse_constant), "document")
    if (fields.get("format"), fields.get("version")) != (FORMAT, VERSION):
        raise ValueError(f"it is not {FORMAT}, version {VERSION}")
    images = object_at(fields.get("images"), "images")
    return MappingProxyType(
        {key: measurements_at(each, f"images.{key[:8]}") for key, each in images.items()}
    )
