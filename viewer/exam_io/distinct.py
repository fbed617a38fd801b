"""Names that are told apart: results of two images must never end up in one file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from viewer.exam_io.plain_text import printable
from viewer.exam_io.records import ExamRecord, ImageRecord

# File systems take 255 bytes; suffixes and the like need some of them.
_LONGEST_STEM_BYTES = 160
_DIGEST_DIGITS = 8


def image_stem(name: str) -> str:
    """An image's short name made fit for a file name; the same in tables and folders.

    A name that is too long ends in a digest of the whole of it.
    """
    name = printable(name)
    stem = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", name).strip(" .") or "image"
    encoded = stem.encode()
    if len(encoded) <= _LONGEST_STEM_BYTES:
        return stem
    kept = encoded[: _LONGEST_STEM_BYTES - _DIGEST_DIGITS - 1].decode(errors="ignore")
    return f"{kept}~{hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_DIGITS]}"


def distinct(
    exams: Iterable[ExamRecord],
    taken_ids: Iterable[str] = (),
    taken_stems: Iterable[str] = (),
) -> tuple[ExamRecord, ...]:
    """Give every exam an id and every image a name of its own, as file names and case aside.

    Names that several images share get their folder's name before them, and a number behind them
    where that is not enough. Ids, titles and names become text that can be printed.

    Parameters
    ----------
    taken_ids, taken_stems : ids and file names (`image_stem`) that other exams have already.
    """
    exams = tuple(exams)
    ids = set(map(str.casefold, taken_ids))
    stems = set(map(str.casefold, taken_stems))
    counts = Counter(
        [
            *stems,
            *(_stem(image.name) for exam in exams for image in (*exam.images, *exam.set_aside)),
        ]
    )

    def renamed(image: ImageRecord) -> ImageRecord:
        name = image.name
        if counts[_stem(name)] > 1:
            name = f"{image.path.parent.name}_{name}"
        return replace(image, name=_free(printable(name), stems, "_{}", _stem))

    return tuple(
        replace(
            exam,
            exam_id=_free(printable(exam.exam_id), ids, " ({})", str.casefold),
            title=printable(exam.title),
            images=tuple(map(renamed, exam.images)),
            set_aside=tuple(map(renamed, exam.set_aside)),
        )
        for exam in exams
    )


def bare_id(exam_id: str) -> str:
    """An exam's id without the number that `distinct` may have put behind it."""
    return re.sub(r" \(\d+\)$", "", printable(exam_id))


def _stem(name: str) -> str:
    return image_stem(name).casefold()


def _free(name: str, taken: set[str], numbered: str, key: Callable[[str], str]) -> str:
    free, number = name, 1
    while key(free) in taken:
        number += 1
        free = name + numbered.format(number)
    taken.add(key(free))
    return free
