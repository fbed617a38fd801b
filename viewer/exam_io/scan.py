"""What some files and folders hold: exams, and files that belong to none, from headers only."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import InputError, Problem, UnreadableFileError, UnsupportedFileError, name_of
from models.progress import CancelToken, Progress, Report, ignore_progress
from viewer.exam_io.distinct import distinct
from viewer.exam_io.exam_list import to_record
from viewer.exam_io.files import (
    FileKind,
    claims_to_be_image,
    files_below,
    holds_masks,
    is_list_name,
    kind_of,
    place_of,
    reason_of,
)
from viewer.exam_io.glam_list import read_glam_list
from viewer.exam_io.own_files import OWN_PICTURE, is_own_picture
from viewer.exam_io.own_lists import read_csv_list, read_json_list
from viewer.exam_io.raster_exams import group_rasters
from viewer.exam_io.records import ExamRecord, Scan

if TYPE_CHECKING:
    from viewer.exam_io.dicom_record import DicomImage

_LIST_READERS = {
    ".pkl": read_glam_list,
    ".pickle": read_glam_list,
    ".json": read_json_list,
    ".csv": read_csv_list,
}


@dataclass(slots=True)
class _Findings:
    """What has been met so far."""

    listed: list[ExamRecord] = field(default_factory=list)
    dicom: list[DicomImage] = field(default_factory=list)
    rasters: list[Path] = field(default_factory=list)
    claimed: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def scan(
    paths: Sequence[Path],
    report: Report = ignore_progress,
    cancel: CancelToken | None = None,
) -> Scan:
    """Look through files and folders, folders to the bottom, in any mixture and order.

    Only headers are read. A file of another kind is a problem when it was given by name or its
    name claims an image; others met in a folder are passed over, and so are pictures that
    Fourview made. An image that an exam list
    names belongs to that list alone. Lists come first, then DICOM studies, then pictures.

    Raises
    ------
    Cancelled : stopping was asked for; polled before every file.
    """
    findings = _Findings()
    files = _files(paths, findings.problems, cancel)
    # Lists first: they claim images that must not be taken for exams of their own.
    files.sort(key=lambda file: not _is_list(*file))
    for index, (path, is_named) in enumerate(files):
        if cancel is not None:
            cancel.raise_if_cancelled()
        report(Progress(index, len(files), f"Looking at {name_of(path)}"))
        try:
            _look(path, is_named, findings)
        except InputError as error:
            findings.problems.append(Problem.from_error(error))
    result = _exams(findings)
    if not result.exams and not result.problems:
        nothing = [UnsupportedFileError(path, "no mammogram was found in it") for path in paths]
        return Scan(problems=tuple(map(Problem.from_error, nothing)))
    return result


def _files(
    paths: Sequence[Path], problems: list[Problem], cancel: CancelToken | None
) -> list[tuple[Path, bool]]:
    """Every file once, and whether it was given by name."""
    files: dict[Path, tuple[Path, bool]] = {}

    def refused(error: OSError) -> None:
        place = Path(error.filename or "")
        problems.append(Problem.from_error(UnreadableFileError(place, reason_of(error))))

    for path in paths:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except OSError as error:
            refused(error)
            continue
        if not is_folder:
            files[place_of(path)] = (path, True)
        elif holds_masks(path):
            reason = "it is a folder of annotations"
            problems.append(Problem.from_error(UnsupportedFileError(path, reason)))
        else:
            for file in files_below(path, refused):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                files.setdefault(place_of(file), (file, False))
    return list(files.values())


def _is_list(path: Path, is_named: bool) -> bool:
    return is_list_name(path) or (is_named and path.suffix.lower() in _LIST_READERS)


def _look(path: Path, is_named: bool, findings: _Findings) -> None:
    if place_of(path) in findings.claimed:
        return
    if _is_list(path, is_named):
        for listed in _LIST_READERS[path.suffix.lower()](path):
            findings.listed.append(to_record(listed))
            findings.claimed.update(place_of(image.path) for image in listed.images)
            findings.claimed.update(
                place_of(truth.path) for image in listed.images for truth in image.truth
            )
        return
    match kind_of(path):
        case FileKind.DICOM:
            from viewer.exam_io.dicom_record import read_dicom_image

            findings.dicom.append(read_dicom_image(path))
        case FileKind.RASTER if not is_own_picture(path):
            findings.rasters.append(path)
        case FileKind.RASTER if is_named:
            raise UnsupportedFileError(path, OWN_PICTURE)
        case FileKind.EXAM_LIST | FileKind.OTHER if is_named or claims_to_be_image(path):
            raise UnsupportedFileError(
                path, "it is neither DICOM nor PNG, TIFF, PGM or JPEG nor an exam list"
            )


def _exams(findings: _Findings) -> Scan:
    exams, problems = list(findings.listed), list(findings.problems)
    if findings.dicom:
        from viewer.exam_io.dicom_exams import group_dicom

        exams += group_dicom(findings.dicom)
    of_pictures, unnamed = group_rasters(findings.rasters)
    return Scan(distinct([*exams, *of_pictures]), (*problems, *unnamed))
