"""Folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"


@contextmanager
def whole_folder(folder: Path, last: str) -> Iterator[Path]:
    """A place to write to, which becomes `folder` when all went well and is gone otherwise.

    A folder that is not there yet appears at once. One that is, empty, stays the folder that it
    is (it may be a mount point, somebody's working directory, or of a mode that was chosen): the
    place lies in it, hidden, and what was written moves up from there, nothing over anything.

    Parameters
    ----------
    folder : absolute. It and its parents are made where they are not there.
    last : the entry that moves up last, and so tells that the others are there.

    Raises
    ------
    OSError : something could not be made or moved.
    """
    is_there = folder.exists()
    name = f"{os.getpid()}{PART}"
    part = folder / f".{name}" if is_there else folder.with_name(f".{folder.name}.{name}")
    part.mkdir(parents=True)
    try:
        yield part
        if is_there:
            _move_up(part, folder, last)
        else:
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _move_up(part: Path, folder: Path, last: str) -> None:
    moved: list[Path] = []
    is_whole = False
    try:
        for entry in sorted(part.iterdir(), key=lambda entry: entry.name == last):
            target = folder / entry.name
            if target.exists():
                raise FileExistsError(None, f"{target.name} has come into it meanwhile")
            moved.append(entry.rename(target))
        is_whole = True
    finally:
        if not is_whole:  # stopped half-way, too, nothing stays
            for path in moved:
                path.rename(part / path.name)
