"""Exams that are analysed while others are on the screen: read when their turn comes."""

from __future__ import annotations

from collections.abc import Callable

from models.errors import InputError
from models.exam import Exam
from models.progress import CancelToken, Progress, Report
from viewer.display.pane_key import AsideView
from viewer.display.shown import ShownImage
from viewer.exam_io.load import assemble, load_image, load_images
from viewer.exam_io.records import ExamRecord
from viewer.session.by_hand import ByHand, exam_by_hand, hang

Deliver = Callable[[object], None]
Ask = Callable[[Exam, Report, Deliver, CancelToken], object]
"""A task over an exam."""


def read_first(
    ask: Ask,
    record: ExamRecord,
    by_hand: ByHand,
    report: Report,
    deliver: Deliver,
    cancel: CancelToken,
) -> object:
    """A task over an exam not all of whose images are in memory."""
    return ask(read_exam(record, by_hand, report, cancel), report, deliver, cancel)


def read_exam(record: ExamRecord, by_hand: ByHand, report: Report, cancel: CancelToken) -> Exam:
    """An exam as its files have it, and as the reader placed its images.

    An image of the tray that cannot be read is left out, as it is on the screen.

    Raises
    ------
    Cancelled : stopping was asked for.
    """
    report(Progress(0, 1, f"Reading {record.title}"))
    exam = assemble(record, load_images(record, cancel))
    if not by_hand.placed:
        return exam
    read = {view: ShownImage.prepare(image) for view, image in exam.mammograms.items()}
    for key in by_hand.placed:
        cancel.raise_if_cancelled()
        if isinstance(key, AsideView) and key.number < len(record.set_aside):
            try:
                read[key] = ShownImage.prepare(load_image(record.set_aside[key.number]))
            except InputError:
                continue
    return exam_by_hand(exam, read, hang(read, by_hand, len(record.set_aside), {}))
