"""A folder of phantom exams: DICOM files, ground-truth masks, and the exam list that names them.

One exam lies in the folder itself (`R-CC.dcm`, `masks/R-CC_malignant.png`), several lie in a
folder each. The folder is complete or left as it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmwrite

from models.errors import ExportError
from models.exam import STANDARD_VIEWS, View
from models.phantom.exam import PhantomView, draw_view
from models.progress import Progress, Report, ignore_progress
from viewer.exam_io.identity import image_id_of
from viewer.exam_io.scan import scan
from viewer.phantom_io.dataset import to_dataset
from viewer.phantom_io.study import PhantomStudy
from viewer.phantom_io.whole import whole_folder
from viewer.phantom_io.window import window_of

EXAM_LIST = "exams.json"
# A view being drawn takes a few hundred megabytes.
_MOST_THREADS = 8


def write_exams(
    folder: Path, studies: Sequence[PhantomStudy], report: Report = ignore_progress
) -> None:
    """Draw and write exams, views side by side on all cores.

    Threads do it: drawing is array work that lets go of the interpreter, and was measured to be
    no faster in processes.

    Parameters
    ----------
    folder : made with its parents; it may be there already if it is empty.
    studies : of different names.
    report : told after every view that was drawn, exam by exam.

    Raises
    ------
    ExportError : there is something in the folder, or it cannot be written; nothing of it is
        left behind then.
    """
    folder = folder.resolve()
    try:
        if holds_something(folder):
            raise ExportError(
                f"{folder} is there already and is not empty: choose another folder."
            )
        with whole_folder(folder, EXAM_LIST) as part:
            _write_all(part, studies, report)
    except OSError as error:
        raise ExportError(f"{folder} could not be written: {error.strerror or error}.") from error


def holds_something(folder: Path) -> bool:
    """Whether a path is taken: by a folder that is not empty, or by anything else."""
    return folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))


def holds_exams(folder: Path, studies: Sequence[PhantomStudy]) -> bool:
    """Whether a folder holds exactly these exams, whole as far as their headers tell."""
    if not folder.is_dir():
        return False
    found = scan([folder])
    wanted = {
        (study.name, view): study.image_uid(view) for study in studies for view in STANDARD_VIEWS
    }
    there = {
        (exam.exam_id, image.view): image_id_of(image.path)
        for exam in found.exams
        for image in exam.images
    }
    return there == wanted and not any((found.problems, *(one.problems for one in found.exams)))


def _write_all(root: Path, studies: Sequence[PhantomStudy], report: Report) -> None:
    places = {study.name: study.name if len(studies) > 1 else "" for study in studies}
    for place in places.values():
        (root / place).mkdir(exist_ok=True)
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    # Whole exams only, since their views share a window.
    at_once = max(1, threads // len(STANDARD_VIEWS))
    entries = []
    done, total = 0, len(studies) * len(STANDARD_VIEWS)
    report(Progress(done, total, "drawing"))
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(studies), at_once):
            drawn: dict[PhantomStudy, list[PhantomView]] = {}
            tasks = [
                (s, view) for s in studies[first : first + at_once] for view in STANDARD_VIEWS
            ]
            for (study, _), view in zip(tasks, pool.map(_draw, tasks), strict=True):
                drawn.setdefault(study, []).append(view)
                done += 1
                report(Progress(done, total, "drawing"))
            for study, views in drawn.items():
                write = partial(_write_view, root, places[study.name], study, window_of(views))
                entries.append(_exam_entry(study, dict(pool.map(write, views))))
    text = json.dumps({"exams": entries}, indent=2, ensure_ascii=False)
    (root / EXAM_LIST).write_text(f"{text}\n", encoding="utf-8")


def _draw(task: tuple[PhantomStudy, View]) -> PhantomView:
    study, view = task
    return draw_view(study.plan, view)


def _write_view(
    root: Path, place: str, study: PhantomStudy, window: tuple[int, int], drawn: PhantomView
) -> tuple[str, dict[str, str]]:
    """Write the files of one view; returns its name and its entry in the exam list."""
    name = drawn.view.name
    image = Path(place, f"{name}.dcm")
    dcmwrite(root / image, to_dataset(study, drawn, window), enforce_file_format=True)
    entry = {"image": image.as_posix()}
    for finding, mask in drawn.masks.items():
        path = Path(place, "masks", f"{name}_{finding.value}.png")
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(imagecodecs.png_encode(mask.astype(np.uint8) * 255))
        entry[f"{finding.value}_mask"] = path.as_posix()
    return name, entry


def _exam_entry(study: PhantomStudy, views: dict[str, dict[str, str]]) -> dict[str, object]:
    return {
        "id": study.name,
        "title": study.title,
        "date": study.date.isoformat(),
        "labels": {
            side.value: {"benign": labels.benign, "malignant": labels.malignant}
            for side, labels in study.plan.labels.items()
        },
        "views": views,
    }
