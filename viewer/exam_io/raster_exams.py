"""Pictures grouped into exams by folder and by what their names say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from models.errors import Problem, name_of
from models.exam import STANDARD_VIEWS, Origin, View
from viewer.exam_io.files import stem_of
from viewer.exam_io.records import ExamRecord, ImageRecord
from viewer.exam_io.view_words import ViewWords, read_words

_NO_VIEW = "its name says no view; names such as L-CC or right_mlo do"

Named = tuple[ImageRecord, ViewWords]


def group_rasters(paths: Iterable[Path]) -> tuple[list[ExamRecord], list[Problem]]:
    """Exams, and the pictures that belong to none.

    Pictures of one folder belong together when the rest of their names is the same, or when it
    is another for each and together they are one of each view. A folder with one exam sets its
    other pictures aside.
    """
    folders: dict[Path, list[Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    exams: list[ExamRecord] = []
    problems: list[Problem] = []
    for folder, members in folders.items():
        named = [_record(path) for path in members]
        of_folder = _exams(folder, [one for one in named if one[0].view is not None])
        nameless = [record for record, words in named if record.view is None]
        if len(of_folder) == 1:
            exam = of_folder[0]
            of_folder = [replace(exam, set_aside=(*exam.set_aside, *nameless))]
        else:
            problems += [record.as_problem() for record in nameless]
        exams += of_folder
    return exams, problems


def _record(path: Path) -> Named:
    words = read_words(stem_of(path))
    aside = ""
    if words.is_mask:
        aside = "its name says that it shows annotations"
    elif words.view is None:
        aside = _NO_VIEW
    elif words.special:
        aside = f"its name speaks of {words.special}"
    label = words.view.label if words.view else "unknown view"
    return ImageRecord(
        path=path,
        name=stem_of(path),
        title=f"{label} {words.special}".strip(),
        view=words.view,
        view_origin=Origin.FILE_NAME if words.view else Origin.ASSUMED,
        aside=aside,
    ), words


def _exams(folder: Path, named: list[Named]) -> list[ExamRecord]:
    hanging = Counter(record.view for record, _ in named if not record.aside)
    keys = Counter(words.rest for record, words in named if not record.aside)
    one_of_each = set(hanging) == set(STANDARD_VIEWS) and hanging.total() == len(STANDARD_VIEWS)
    # A name that several share is a person's or an exam's; names all different may be numbers.
    if one_of_each and len(keys) == len(STANDARD_VIEWS):
        name = name_of(folder)
        reason = f"{name}: apart from the view the names differ; they may be different people."
        exam = _exam(folder, "", [record for record, _ in named])
        return [replace(exam, problems=(Problem(name, reason, folder),))]
    by_rest: dict[str, list[ImageRecord]] = {}
    for record, words in named:
        by_rest.setdefault("" if len(keys) == 1 else words.rest, []).append(record)
    return [_exam(folder, rest, records) for rest, records in by_rest.items()]


def _exam(folder: Path, rest: str, records: list[ImageRecord]) -> ExamRecord:
    images: dict[View, ImageRecord] = {}
    set_aside: list[ImageRecord] = []
    for record in records:
        if record.aside or record.view is None:
            set_aside.append(record)
        elif record.view in images:
            first = name_of(images[record.view].path)
            reason = f"it is another {record.title} beside {first}"
            set_aside.append(replace(record, aside=reason))
        else:
            images[record.view] = record
    # `images` is how collections call the folder; the one around it has the name.
    place = folder.parent if folder.name.lower() == "images" else folder
    title = f"{place.name} {rest}".strip()
    return ExamRecord(
        exam_id=title,
        title=title,
        images=tuple(images[view] for view in STANDARD_VIEWS if view in images),
        set_aside=tuple(set_aside),
    )
