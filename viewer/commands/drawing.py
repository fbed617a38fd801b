"""Phantom exams written under the eyes of the user."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from models.exam import STANDARD_VIEWS
from models.progress import Progress
from viewer.commands.progress_line import ProgressLine
from viewer.commands.termination import termination_interrupts
from viewer.phantom_io.folder import write_exams
from viewer.phantom_io.study import PhantomStudy


def draw_exams(folder: Path, studies: Sequence[PhantomStudy]) -> None:
    """Write exams to a folder and say how far it is on stderr; raises as `write_exams` does.

    SIGTERM stops it like Ctrl-C, and nothing is left behind.
    """
    line = ProgressLine(sys.stderr, len(studies), "exam")

    def report(progress: Progress) -> None:
        exam, views = divmod(progress.done, len(STANDARD_VIEWS))
        if exam == len(studies):
            return
        if views == 0:
            line.begin(exam + 1)
        line.report(Progress(views, len(STANDARD_VIEWS), progress.message))

    try:
        with termination_interrupts():
            write_exams(folder, studies, report)
    finally:
        line.clear()
    plural = "" if len(studies) == 1 else "s"
    # Without a full stop, which would be taken for a part of the path.
    line.say(f"{len(studies)} phantom exam{plural} written to {folder.resolve()}")
