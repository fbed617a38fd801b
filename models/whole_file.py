"""Files that are written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from models.errors import ExportError


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let `write` fill a file beside `path` and put it in place when it is complete.

    Folders are made as needed.

    Raises
    ------
    ExportError : the file cannot be written; what was there before is untouched.
    """
    # Short whatever the name is: a name may fill what the file system takes.
    digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    part = path.with_name(f".{digest}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                write(file)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"{path} could not be written: {error.strerror or error}.") from error
