"""Fourview's own exam lists, `exams.json` and `exams.csv`: see docs/exam-lists.md."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from models.errors import FourviewError, Problem, UnreadableFileError, name_of
from models.exam import STANDARD_VIEWS, BreastLabels, FindingClass, Laterality, View
from viewer.exam_io.exam_list import ListedExam, ListedImage
from viewer.exam_io.files import is_text, read_bytes, stem_of
from viewer.exam_io.records import MaskFrame, TruthFile

T = TypeVar("T")

_LIMIT = 32 << 20
_COLUMNS = frozenset(
    {"exam", "title", "date", "view", "image", "facing", "mask_frame"}
    | {finding.value for finding in FindingClass}
    | {f"{finding.value}_mask" for finding in FindingClass}
)
_EXAM_KEYS = frozenset({"id", "title", "date", "views", "labels"})
_REQUIRED = frozenset({"exam", "view", "image"})
_VIEWS = {view.name: view for view in STANDARD_VIEWS}
_LABELS = {"": None, "1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
# The nipple of a left breast points right in an image that is not flipped.
_FACING = {
    Laterality.LEFT: {"": None, "right": False, "left": True},
    Laterality.RIGHT: {"": None, "left": False, "right": True},
}
# `https://…`, `\\server\…` and `//server/…`: opening an exam list must not reach out.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]+://|[\\/]{2}", re.IGNORECASE)
_FRAMES = {"": MaskFrame.SOURCE, **{frame.value: frame for frame in MaskFrame}}


@dataclass(frozen=True, slots=True)
class _Row:
    """One image as a list states it: column to text, and where in the list that is."""

    place: str
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")


class _BadCell(FourviewError):  # noqa: N818 - becomes a problem of its exam at once
    """A cell that cannot be understood."""


def read_csv_list(path: Path) -> tuple[ListedExam, ...]:
    """Read `exams.csv`: a row an image, rows with the same exam together.

    Raises
    ------
    UnreadableFileError : it is no UTF-8 text, or a required column is missing or unknown.
    """
    text = _text(path)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns = {(name or "").strip() for name in reader.fieldnames or ()}
        rows = [_csv_row(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise UnreadableFileError(path, f"it is no table ({error})") from error
    except _BadCell as error:
        raise UnreadableFileError(path, str(error)) from error
    _refuse_columns(path, columns)
    by_exam: dict[str, list[_Row]] = {}
    for row in rows:
        by_exam.setdefault(row.cell("exam"), []).append(row)
    return tuple(_exam(path, exam_id, rows) for exam_id, rows in by_exam.items())


def read_json_list(path: Path) -> tuple[ListedExam, ...]:
    """Read `exams.json`: `{"exams": [{"id": …, "views": {"L-CC": …}}]}`.

    Raises
    ------
    UnreadableFileError : it is no JSON, or not of that form.
    """
    try:
        content = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(path, f"it is no JSON ({error})") from error
    exams = content.get("exams") if isinstance(content, dict) else None
    if not isinstance(exams, list):
        raise UnreadableFileError(path, 'it has no list called "exams"')
    try:
        return _json_exams(path, exams)
    except _BadCell as error:
        raise UnreadableFileError(path, str(error)) from error


def _json_exams(path: Path, exams: list[object]) -> tuple[ListedExam, ...]:
    listed = []
    for index, entry in enumerate(exams):
        if not isinstance(entry, dict) or not _cell(entry.get("id")):
            raise UnreadableFileError(path, f'exam {index + 1} has no "id"')
        unknown = sorted(set(entry) - _EXAM_KEYS)
        if unknown or not isinstance(entry.get("views"), dict):
            fault = f'"{_cell(unknown[0])}", which is not known here' if unknown else 'no "views"'
            raise UnreadableFileError(path, f"exam {_cell(entry['id'])} has {fault}")
        listed.append(_exam(path, _cell(entry["id"]), list(_json_rows(entry))))
    return tuple(listed)


def _text(path: Path) -> str:
    try:
        return read_bytes(path, _LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(path, "it is no UTF-8 text") from error


def _refuse_columns(path: Path, columns: set[str]) -> None:
    missing, unknown = _REQUIRED - columns, columns - _COLUMNS - {""}
    if missing:
        raise UnreadableFileError(path, f"the column {min(missing)} is missing")
    if unknown:
        raise UnreadableFileError(path, f"the column {min(unknown)} is unknown")


def _csv_row(line: int, row: Mapping[str | None, object]) -> _Row:
    cells = {_cell(name): _cell(value) for name, value in row.items() if name is not None}
    return _Row(f"line {line}", cells)


def _json_rows(entry: Mapping[str, object]) -> Iterable[_Row]:
    exam_cells = {"exam": _cell(entry["id"])}
    exam_cells |= {name: _cell(entry.get(name)) for name in ("title", "date")}
    labels = entry.get("labels")
    views = entry.get("views")
    for name, stated in views.items() if isinstance(views, dict) else ():
        view_cells = stated if isinstance(stated, dict) else {"image": stated}
        breast = labels.get(str(name)[:1]) if isinstance(labels, dict) else None
        cells = {**exam_cells, **(breast if isinstance(breast, dict) else {}), **view_cells}
        place = f"exam {exam_cells['exam']}, view {name}"
        yield _Row(place, {**{_cell(k): _cell(v) for k, v in cells.items()}, "view": _cell(name)})


def _cell(value: object) -> str:
    text = "" if value is None else str(value).strip()
    if not is_text(text):
        raise _BadCell("it holds a NUL or half a character, which is no text")
    return text


def _exam(path: Path, exam_id: str, rows: list[_Row]) -> ListedExam:
    images: list[ListedImage] = []
    labels: dict[Laterality, BreastLabels] = {}
    problems: list[Problem] = []
    date = ""
    for row in rows:
        try:
            image = _image(path, row)
            images.append(image)
            _merge_labels(labels, image.view.laterality, row)
            date = date or _date(row)
        except _BadCell as error:
            problems.append(
                Problem(name_of(path), f"{name_of(path)}: {row.place}: {error}.", path)
            )
    return ListedExam(
        exam_id=exam_id,
        title=next((row.cell("title") for row in rows if row.cell("title")), "") or exam_id,
        images=tuple(images),
        date=date,
        labels=MappingProxyType(labels),
        problems=tuple(problems),
    )


def _image(path: Path, row: _Row) -> ListedImage:
    unknown = sorted(set(row.cells) - _COLUMNS - {""})
    if unknown:
        raise _BadCell(f"{unknown[0]} is not known here")
    view: View = _choice(row, "view", _VIEWS)
    if not row.cell("exam"):
        raise _BadCell("no exam is named")
    if not row.cell("image"):
        raise _BadCell("no image is named")
    image = _file(path, row, "image")
    frame: MaskFrame = _choice(row, "mask_frame", _FRAMES)
    truth = tuple(
        TruthFile(finding, _file(path, row, f"{finding.value}_mask"), frame)
        for finding in FindingClass
        if row.cell(f"{finding.value}_mask")
    )
    flipped: bool | None = _choice(row, "facing", _FACING[view.laterality])
    return ListedImage(view, image, stem_of(image), flipped, truth)


def _file(path: Path, row: _Row, column: str) -> Path:
    stated = row.cell(column)
    if _ELSEWHERE.match(stated):
        raise _BadCell(f"{column} is an address, and only files of this computer are read")
    return path.parent / stated


def _choice(row: _Row, column: str, choices: Mapping[str, T]) -> T:
    text = row.cell(column)
    for name, value in choices.items():
        if name.lower() == text.lower():
            return value
    named = ", ".join(name for name in choices if name)
    raise _BadCell(f"{column} is {text or 'empty'}, which is none of {named}")


def _merge_labels(
    labels: dict[Laterality, BreastLabels], laterality: Laterality, row: _Row
) -> None:
    before = labels.get(laterality, BreastLabels())
    stated = {}
    for finding in FindingClass:
        label = _choice(row, finding.value, _LABELS)
        known = before.of(finding)
        if label is not None and known is not None and label != known:
            raise _BadCell(f"{finding.value} contradicts another row of the same breast")
        stated[finding.value] = known if label is None else label
    labels[laterality] = BreastLabels(**stated)


def _date(row: _Row) -> str:
    text = row.cell("date")
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise _BadCell(f"date is {text}, not written as 2025-03-14") from error
