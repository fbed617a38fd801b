"""Names that are told apart: results of two images must never end up in one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from viewer.exam_io.records import ExamRecord, ImageRecord


def distinct(exams: Iterable[ExamRecord]) -> tuple[ExamRecord, ...]:
    """Give every exam an id and every image a name of its own, case aside.

    Names that several images share get their folder's name before them, and a number behind them
    where that is not enough.
    """
    exams = tuple(exams)
    counts = Counter(
        image.name.casefold() for exam in exams for image in (*exam.images, *exam.set_aside)
    )
    taken_ids: set[str] = set()
    taken_names: set[str] = set()

    def renamed(image: ImageRecord) -> ImageRecord:
        name = image.name
        if counts[name.casefold()] > 1:
            name = f"{image.path.parent.name}_{name}"
        return replace(image, name=_free(name, taken_names, "_{}"))

    return tuple(
        replace(
            exam,
            exam_id=_free(exam.exam_id, taken_ids, " ({})"),
            images=tuple(map(renamed, exam.images)),
            set_aside=tuple(map(renamed, exam.set_aside)),
        )
        for exam in exams
    )


def _free(name: str, taken: set[str], numbered: str) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = name + numbered.format(number)
    taken.add(free.casefold())
    return free
