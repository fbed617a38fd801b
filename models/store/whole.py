"""Putting files into the user's folder of weights, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.digests import digests_of
from models.errors import WeightsError, WeightsUnreadableError, name_of

_SHOWN_DIGITS = 8


@contextmanager
def waiting_room(folder: Path) -> Iterator[Path]:
    """A new folder beside where files go, which is gone afterwards; raises WeightsError.

    What waits there is checked before it moves in, so that nobody can change it in between.
    """
    room = folder / f".waiting-{os.getpid()}"
    try:
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(parents=True)
    except OSError as error:
        raise WeightsError(
            f"Nothing can be written to {folder}: {error.strerror or error}."
        ) from error
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def copy_in(path: Path, room: Path, largest_bytes: int) -> Path:
    """Copy a file into the waiting room.

    Raises
    ------
    WeightsUnreadableError : it is no file, cannot be read, or is larger than any weights.
    """
    try:
        if not path.is_file():
            raise WeightsUnreadableError(f"{name_of(path)} is not there, or is no file.")
        if path.stat().st_size > largest_bytes:
            raise WeightsUnreadableError(f"{name_of(path)} is larger than any weights file.")
        return Path(shutil.copyfile(path, room / path.name))
    except OSError as error:
        raise WeightsUnreadableError(
            f"{name_of(path)} cannot be copied: {error.strerror or error}."
        ) from error


def move_in(waiting: Path, home: Path, name: str, *, released: bool) -> Path:
    """Give a checked file its place, without losing any other.

    Another file of that name is never overwritten: where the new one is a released file, as its
    digest tells, the other moves aside; else the new one gets its digest into its name.

    Returns
    -------
    Where the content lies now.
    """
    place = home / name
    try:
        home.mkdir(parents=True, exist_ok=True)
        digest = digests_of(waiting).sha256
        if place.exists():
            other = digests_of(place).sha256
            if other == digest:
                return place
            if released:
                place.replace(_beside(place, other))
            else:
                place = _beside(place, digest)
        waiting.replace(place)
    except OSError as error:
        raise WeightsError(f"{place} could not be written: {error.strerror or error}.") from error
    return place


def _beside(place: Path, digest: str) -> Path:
    return place.with_name(f"{place.stem}.{digest[:_SHOWN_DIGITS]}{place.suffix}")
