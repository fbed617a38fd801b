"""Reading JSON documents that users write: each fault is a clause about the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.errors import UnreadableFileError, UnsupportedFileError

_LARGEST_FILE_BYTES = 1 << 16


def read_document(path: Path, what: str) -> object:
    """The JSON text of a small file; raises InputError. `what` names its kind in messages."""
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise UnsupportedFileError(path, f"it is too long for {what}")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFileError(path, (error.strerror or "it cannot be read").lower()) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(path, "it is no JSON text") from error


def require_object(value: object, words: str) -> dict[str, Any]:
    """Raises ValueError unless it is an object; `words` name it."""
    if not isinstance(value, dict):
        raise ValueError(f"{words} is no JSON object")
    return value


def require_only(fields: dict[str, Any], known: set[str], words: str) -> None:
    """Raises ValueError for a field that is not `known`."""
    unknown = sorted(set(fields) - known)
    if unknown:
        raise ValueError(f"{words} has an unknown field {unknown[0]!r}")


def require_text(fields: dict[str, Any], name: str, longest: int, words: str = "its") -> str:
    """Raises ValueError unless the field is a printable text of 1 to `longest` signs."""
    value = fields.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest or not value.isprintable():
        raise ValueError(f"{words} {name} is no text of 1 to {longest} signs")
    return value


def require_name(fields: dict[str, Any], longest: int) -> str:
    """The field `name`, in letters, digits, - and _; raises ValueError for anything else."""
    name = require_text(fields, "name", longest)
    if not all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in name):
        raise ValueError("its name has other signs than letters, digits, - and _")
    return name
