"""The folder that results go to is no input, wherever it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from viewer.exam_io.records import Scan


def outside(found: Scan, out: Path, inputs: Sequence[Path]) -> Scan:
    """A scan without anything in the folder `out`.

    Where an input is that folder or lies in it, its images are meant, and all stay: the scan
    itself passes over the pictures and maps of an analysis.
    """
    folder = out.resolve()
    if any(path.resolve().is_relative_to(folder) for path in inputs):
        return found

    def lies_outside(path: Path | None) -> bool:
        return path is None or not path.parent.resolve().is_relative_to(folder)

    exams = []
    for exam in found.exams:
        images = tuple(image for image in exam.images if lies_outside(image.path))
        set_aside = tuple(image for image in exam.set_aside if lies_outside(image.path))
        left = replace(exam, images=images, set_aside=set_aside)
        if images or set_aside or left == exam:
            exams.append(left)
    problems = tuple(problem for problem in found.problems if lies_outside(problem.path))
    return Scan(tuple(exams), problems)
