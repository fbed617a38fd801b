"""Staged protocols: the steps in which an exam is read, from JSON files beside the layouts.

docs/hanging-protocols.md describes the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.errors import InputError, Problem, UnsupportedFileError
from models.exam import View
from viewer.display.hanging import all_layouts
from viewer.display.json_fields import (
    read_document,
    require_name,
    require_object,
    require_only,
    require_text,
)
from viewer.display.protocols import SINGLE, STAGES_FORMAT, is_staged, own_folder
from viewer.resource_files import resource_path

VERSION = 1

_LONGEST_NAME = 32
_LONGEST_TITLE = 64
_MOST_STAGES = 16


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of reading.

    Attributes
    ----------
    layout : the name of the layout that it shows, or empty where `tiled` has views.
    tiled : these views, one after the other, at 1:1 in tiles that cover their tissue.
    marks : whether what the models say is shown.
    """

    title: str
    layout: str = ""
    tiled: tuple[View, ...] = ()
    marks: bool = False


@dataclass(frozen=True, slots=True)
class StagedProtocol:
    """The stages of an exam, in order; there is at least one."""

    name: str
    title: str
    stages: tuple[Stage, ...]


@cache
def built_in() -> StagedProtocol:
    """The stages that come with Fourview."""
    try:
        return read_stages(resource_path("protocols") / "stages.json")
    except InputError as error:
        raise ValueError(str(error)) from error


@cache
def own() -> tuple[StagedProtocol | None, tuple[Problem, ...]]:
    """The first staged protocol of the user's own, and what is wrong with such files.

    Read once: a new file is there when Fourview starts again.
    """
    found: StagedProtocol | None = None
    problems: list[Problem] = []
    for path in sorted(own_folder().glob("*.json")):
        try:
            if is_staged(path):
                found = found or read_stages(path)
        except InputError as error:
            if _is_ours_to_tell(path):
                problems.append(Problem.from_error(error))
    return found, tuple(problems)


def in_force() -> StagedProtocol:
    """The user's own stages, else those that come with Fourview."""
    return own()[0] or built_in()


def read_stages(path: Path) -> StagedProtocol:
    """One file; raises InputError, naming what is wrong in it."""
    document = read_document(path, "a staged protocol")
    try:
        return _protocol(document)
    except ValueError as error:
        raise UnsupportedFileError(path, str(error)) from error


def _is_ours_to_tell(path: Path) -> bool:
    """Whether nobody else tells of a file: `protocols` does of those that are no JSON."""
    try:
        return is_staged(path)
    except InputError:
        return False


def _protocol(document: object) -> StagedProtocol:
    """Raises ValueError with a clause about the file."""
    fields = require_object(document, "it")
    if fields.get("format") != STAGES_FORMAT or fields.get("version") != VERSION:
        raise ValueError(f"it is no {STAGES_FORMAT} of version {VERSION}")
    require_only(fields, {"format", "version", "name", "title", "stages"}, "it")
    stages = fields.get("stages")
    if not isinstance(stages, list) or not 1 <= len(stages) <= _MOST_STAGES:
        raise ValueError(f"its stages are no list of 1 to {_MOST_STAGES}")
    return StagedProtocol(
        require_name(fields, _LONGEST_NAME),
        require_text(fields, "title", _LONGEST_TITLE),
        tuple(_stage(stage, number) for number, stage in enumerate(stages, start=1)),
    )


def _stage(document: object, number: int) -> Stage:
    words = f"its stage {number}"
    fields = require_object(document, words)
    require_only(fields, {"title", "layout", "tiled", "marks"}, words)
    title = require_text(fields, "title", _LONGEST_TITLE, f"{words}:")
    marks = fields.get("marks", False)
    if not isinstance(marks, bool):
        raise ValueError(f"{words} has marks that are neither true nor false")
    if ("layout" in fields) == ("tiled" in fields):
        raise ValueError(f"{words} has not one of layout and tiled")
    if "layout" in fields:
        layout = fields["layout"]
        if not isinstance(layout, str) or layout not in all_layouts() or layout == SINGLE:
            raise ValueError(f"{words} names no layout")
        return Stage(title, layout, marks=marks)
    return Stage(title, tiled=_views(fields["tiled"], words), marks=marks)


def _views(names: object, words: str) -> tuple[View, ...]:
    views: list[View] = []
    try:
        views = [View.from_name(str(name)) for name in names] if isinstance(names, list) else []
    except ValueError:
        views = []
    if not views or len(set(views)) < len(views):
        raise ValueError(f"{words} tiles no list of different views such as R-CC")
    return tuple(views)
