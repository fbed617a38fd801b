"""Hanging protocols: layouts read from JSON files, ours and the user's own.

docs/hanging-protocols.md describes the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from models.errors import InputError, Problem, UnsupportedFileError
from models.exam import View
from viewer.display.json_fields import (
    read_document,
    require_name,
    require_object,
    require_only,
    require_text,
)
from viewer.display.layout import Layout, Slot
from viewer.display.pane_key import PriorView
from viewer.resource_files import resource_path

FORMAT, VERSION = "fourview-hanging", 1
STAGES_FORMAT = "fourview-stages"
"""Files of this format lie in the same folder; `stages` reads them."""
SINGLE = "single"

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
    """Every layout in the `*.json` of a folder, by file name; a folder that is not there is
    empty."""
    layouts: list[Layout] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.json")):
        try:
            if not is_staged(path):
                layouts.append(read_protocol(path))
        except InputError as error:
            problems.append(Problem.from_error(error))
    return Protocols(tuple(layouts), tuple(problems))


def is_staged(path: Path) -> bool:
    """Whether a file holds stages instead of a layout; raises InputError for one that is no
    JSON."""
    document = read_document(path, "a hanging protocol")
    return isinstance(document, dict) and document.get("format") == STAGES_FORMAT


def read_protocol(path: Path) -> Layout:
    """One file; raises InputError, naming what is wrong in it."""
    document = read_document(path, "a hanging protocol")
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
    fields = require_object(document, "it")
    if fields.get("format") != FORMAT or fields.get("version") != VERSION:
        raise ValueError(f"it is no {FORMAT} of version {VERSION}")
    require_only(
        fields, {"format", "version", "name", "title", "key", "rows", "columns", "tiles"}, "it"
    )
    name = require_name(fields, _LONGEST_NAME)
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
    return Layout(name, require_text(fields, "title", _LONGEST_TITLE), key, rows, columns, ordered)


def _slot(tile: object, number: int, rows: int, columns: int) -> Slot:
    words = f"its tile {number}"
    fields = require_object(tile, words)
    require_only(fields, {"view", "exam", "row", "column"}, words)
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


def _count(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_LINES:
        raise ValueError(f"its {name} are no number from 1 to {_MOST_LINES}")
    return value
