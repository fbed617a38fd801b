"""Hanging protocols: layouts read from JSON files, ours and the user's own.

docs/hanging-protocols.md describes the files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from models.errors import InputError, Problem, UnreadableFileError, UnsupportedFileError
from models.exam import View
from viewer.display.layout import Layout, Slot
from viewer.display.pane_key import PriorView
from viewer.resource_files import resource_path

FORMAT, VERSION = "fourview-hanging", 1
SINGLE = "single"

_LARGEST_FILE_BYTES = 1 << 16
_LONGEST_NAME = 32
_LONGEST_TITLE = 64
_MOST_LINES = 8
_KEYS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Protocols:
    """Layouts in the order of their files, and what is wrong with the others."""

    layouts: tuple[Layout, ...] = ()
    problems: tuple[Problem, ...] = ()


@cache
def built_in() -> tuple[Layout, ...]:
    """The layouts that come with Fourview."""
    found = read_folder(resource_path("protocols"))
    if found.problems:
        raise ValueError(found.problems[0].reason)
    return found.layouts


def own_folder() -> Path:
    """Where users put protocols of their own."""
    return platformdirs.user_data_path("fourview", appauthor=False) / "protocols"


@cache
def own() -> Protocols:
    """The user's layouts; one that takes a name or a key of ours, or of an earlier one, is told.

    Read once: a new file is there when Fourview starts again.
    """
    return _beside(built_in(), read_folder(own_folder()))


def read_folder(folder: Path) -> Protocols:
    """Every `*.json` of a folder by name; a folder that is not there is empty."""
    layouts: list[Layout] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.json")):
        try:
            layouts.append(read_protocol(path))
        except InputError as error:
            problems.append(Problem.from_error(error))
    return Protocols(tuple(layouts), tuple(problems))


def read_protocol(path: Path) -> Layout:
    """One file; raises InputError, naming what is wrong in it."""
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise UnsupportedFileError(path, "it is too long for a hanging protocol")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFileError(path, (error.strerror or "it cannot be read").lower()) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(path, "it is no JSON text") from error
    try:
        return _layout(document)
    except ValueError as error:
        raise UnsupportedFileError(path, str(error)) from error


def _beside(ours: Sequence[Layout], found: Protocols) -> Protocols:
    names = {SINGLE, *(layout.name for layout in ours)}
    keys = {layout.key for layout in ours} - {""} | {"7"}  # 7 is the single view's
    layouts: list[Layout] = []
    problems = list(found.problems)
    for layout in found.layouts:
        subject = f"Hanging protocol {layout.name}"
        if layout.name in names:
            reason = f"{subject}: another one has this name already."
            problems.append(Problem(subject, reason))
            continue
        key = layout.key
        if key in keys:
            reason = f"{subject}: key {key} is taken already; the menu has it without a key."
            problems.append(Problem(subject, reason))
            key = ""
        names.add(layout.name)
        keys |= {key} - {""}
        layouts.append(replace(layout, key=key))
    return Protocols(tuple(layouts), tuple(problems))


def _layout(document: object) -> Layout:
    """Raises ValueError with a clause about the file."""
    fields = _object(document, "it")
    if fields.get("format") != FORMAT or fields.get("version") != VERSION:
        raise ValueError(f"it is no {FORMAT} of version {VERSION}")
    _only(fields, {"format", "version", "name", "title", "key", "rows", "columns", "tiles"}, "it")
    name = _text(fields, "name", _LONGEST_NAME)
    if not all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in name):
        raise ValueError("its name has other signs than letters, digits, - and _")
    key = fields.get("key", "")
    if not isinstance(key, str) or (key and key not in _KEYS):
        raise ValueError("its key is not one of 0 to 9")
    rows, columns = _count(fields, "rows"), _count(fields, "columns")
    tiles = fields.get("tiles")
    if not isinstance(tiles, list) or not tiles:
        raise ValueError("it has no tiles")
    slots = tuple(_slot(tile, number, rows, columns) for number, tile in enumerate(tiles, start=1))
    for what, count in (
        ("view", len({slot.view for slot in slots})),
        ("place", len({(slot.row, slot.column) for slot in slots})),
    ):
        if count < len(slots):
            raise ValueError(f"two of its tiles have the same {what}")
    ordered = tuple(sorted(slots, key=lambda slot: (slot.row, slot.column)))
    return Layout(name, _text(fields, "title", _LONGEST_TITLE), key, rows, columns, ordered)


def _slot(tile: object, number: int, rows: int, columns: int) -> Slot:
    words = f"its tile {number}"
    fields = _object(tile, words)
    _only(fields, {"view", "exam", "row", "column"}, words)
    try:
        view = View.from_name(str(fields.get("view")))
    except ValueError:
        raise ValueError(f"{words} names no view such as R-CC") from None
    exam = fields.get("exam", "current")
    if exam not in ("current", "prior"):
        raise ValueError(f"{words} is neither of the current nor of the prior exam")
    place = []
    for axis, most in (("row", rows), ("column", columns)):
        value = fields.get(axis)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise ValueError(f"{words} has no {axis} from 1 to {most}")
        place.append(value - 1)
    return Slot(PriorView.of(view) if exam == "prior" else view, *place)


def _object(value: object, words: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{words} is no JSON object")
    return value


def _only(fields: dict[str, Any], known: set[str], words: str) -> None:
    unknown = sorted(set(fields) - known)
    if unknown:
        raise ValueError(f"{words} has an unknown field {unknown[0]!r}")


def _text(fields: dict[str, Any], name: str, longest: int) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest or not value.isprintable():
        raise ValueError(f"its {name} is no text of 1 to {longest} signs")
    return value


def _count(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_LINES:
        raise ValueError(f"its {name} are no number from 1 to {_MOST_LINES}")
    return value
