"""What `fourview analyze` wrote, read back as results of an exam: `results.json` and `maps/`."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import Problem, UnreadableFileError, UnsupportedFileError
from models.exam import Exam, FindingClass, Mammogram, View
from models.geometry import Affine, Box
from models.glam.evidence import LOCAL_CELL_PX, PATCH_PX, GlamEvidence
from models.glam.preprocess import WINDOW_COLUMNS, WINDOW_ROWS
from models.results import ExamResult, GlamResult, GlamView, RoiPatch, SaliencyMap
from viewer.exam_io.distinct import bare_id
from viewer.export.beside import MAPS, maps_name
from viewer.export.results_findings import (
    is_of,
    provenance,
    read_calcifications,
    read_density,
    read_masses,
    read_own,
)
from viewer.export.results_gate import gated
from viewer.export.tables import FORMAT

_LARGEST_JSON_BYTES = 256 << 20
_LARGEST_MAPS_BYTES = 64 << 20
_SETTINGS = ("patches", "seamless")
_GLOBAL_SHAPE = (2, 184, 120)
_PATCH_SHAPE = (2, 128, 128)

# What zipfile, zlib and numpy raise on damaged or foreign archives.
_UNREADABLE = (
    OSError,
    KeyError,
    ValueError,
    EOFError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)

Maps = tuple[NDArray[np.float32], NDArray[np.float32]]


def read_results(
    folder: Path, exam: Exam, *, with_maps: bool
) -> tuple[ExamResult, tuple[Problem, ...]]:
    """The results of one exam, and what of them could not be had.

    Parameters
    ----------
    folder : the `--out` of `fourview analyze`.
    with_maps : whether saliency is wanted; a view whose maps were not saved comes with scores
        and patches, with an empty saliency map, and with a problem that says so.

    Raises
    ------
    UnreadableFileError : `results.json` is missing or damaged.
    UnsupportedFileError : it is of another version, or does not know the exam.
    """
    path = folder / "results.json"
    entry = _exam_entry(path, exam)
    try:
        return _exam_result(folder, entry, exam, with_maps)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableFileError(path, f"the entry of exam {exam.exam_id} is damaged") from error


def _exam_entry(path: Path, exam: Exam) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_JSON_BYTES:
            raise UnsupportedFileError(path, "is too large for a results file")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or "cannot be read") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(path, "is no sound JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UnsupportedFileError(path, "is not a results file of this version")
    exams = document.get("exams")
    known = [
        entry
        for entry in (exams if isinstance(exams, list) else ())
        if isinstance(entry, dict) and bare_id(str(entry.get("id"))) == bare_id(exam.exam_id)
    ]
    if not known:
        raise UnsupportedFileError(path, f"holds no results of exam {exam.exam_id}")
    # Exams of one name are numbered in the order of their analysis: the images decide.
    return max(known, key=lambda entry: _images_in_common(entry, exam))


def _images_in_common(entry: dict[str, Any], exam: Exam) -> int:
    views = entry.get("views")
    if not isinstance(views, dict):
        return 0
    found = [view.get("image_id") for view in views.values() if isinstance(view, dict)]
    return sum(mammogram.image_id in found for mammogram in exam.mammograms.values())


def _exam_result(
    folder: Path, entry: dict[str, Any], exam: Exam, with_maps: bool
) -> tuple[ExamResult, tuple[Problem, ...]]:
    glam, problems = _glam_result(folder, entry, exam, with_maps)
    result = ExamResult(
        exam.exam_id,
        glam,
        read_density(entry, exam),
        read_calcifications(entry, exam),
        read_masses(entry, exam),
        read_own(entry, exam),
        settings=_settings(entry),
    )
    return gated(result, entry, exam), problems


def _settings(entry: dict[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What each model was told beside images and weights."""
    return {
        model: {name: made[name] for name in _SETTINGS if made.get(name) is not None}
        for model, made in entry.get("models", {}).items()
    }


def _glam_result(
    folder: Path, entry: dict[str, Any], exam: Exam, with_maps: bool
) -> tuple[GlamResult | None, tuple[Problem, ...]]:
    model = entry.get("models", {}).get("glam")
    if model is None:
        return None, ()
    views: dict[View, GlamView] = {}
    withheld: dict[View, str] = {}
    problems: list[Problem] = []
    for view, mammogram in exam.mammograms.items():
        found = entry["views"].get(view.name)
        if not is_of(found, mammogram):
            withheld[view] = "the results are of another image"
            problems.append(Problem(view.label, "The results are of another image."))
        elif "glam" not in found:
            withheld[view] = str(found.get("withheld", {}).get("glam", "not analysed"))
        else:
            maps = None
            if with_maps:
                path = folder / MAPS / maps_name(Path(found["image"]).name, "glam")
                try:
                    maps = _read_maps(path, found, model)
                except UnreadableFileError as error:
                    problems.append(
                        Problem(view.label, f"No saliency is drawn: {error}", error.path)
                    )
            views[view] = _glam_view(found, mammogram, maps)
    return GlamResult(provenance("glam", model), views, withheld), tuple(problems)


def _glam_view(found: dict[str, Any], mammogram: Mammogram, maps: Maps | None) -> GlamView:
    glam = found["glam"]
    benign, malignant = (_score(glam[finding.value]) for finding in FindingClass)
    boxes = [Box(**{name: int(box[name]) for name in Box.__slots__}) for box in glam["patches"]]
    corners = [_corner(corner) for corner in glam["patch_upper_left"]]
    pairs = tuple(zip(corners, boxes, strict=True))
    patches = tuple(
        RoiPatch(rank, box, corner) for rank, (corner, box) in enumerate(pairs, start=1)
    )
    y0, y1, x0, x1 = (int(edge) for edge in found["window_location"])
    center_row, center_column = (int(part) for part in found["best_center"])
    to_source = Affine(*(float(number) for number in found["model_to_source"]))
    if not pairs or any(
        to_source.box(Box(*corner, PATCH_PX, PATCH_PX)) != box for corner, box in pairs
    ):
        raise ValueError("the patches in both frames do not agree")
    if maps is not None:
        return GlamEvidence(
            scores=(benign, malignant),
            saliency_global=maps[0],
            saliency_patches=maps[1],
            corners=tuple(corners),
            window_location=(y0, y1, x0, x1),
            best_center=(center_row, center_column),
            to_source=to_source,
            source_shape=mammogram.shape,
        ).to_view()
    rows, columns = mammogram.shape
    nothing = np.zeros((2, 1, 1), dtype=np.float32)
    return GlamView(
        benign=benign,
        malignant=malignant,
        saliency=SaliencyMap(nothing, Affine.scaling(rows, columns), mammogram.shape),
        saliency_global=nothing,
        saliency_patches=np.zeros((0, *_PATCH_SHAPE), dtype=np.float32),
        patches=patches,
        window_location=(y0, y1, x0, x1),
        best_center=(center_row, center_column),
    )


def _read_maps(path: Path, found: Mapping[str, Any], model: Mapping[str, Any]) -> Maps:
    """The maps of one view, once they are known to be of this image and this analysis."""
    wanted = (
        found["image_id"],
        model["weights_sha256"],
        model["precision"],
        found["model_to_source"],
        found["glam"]["patch_upper_left"],
    )
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST_MAPS_BYTES:
                raise UnreadableFileError(path, "holds more than saliency maps")
        with np.load(path, allow_pickle=False) as saved:
            overall = np.asarray(saved["saliency_global"], dtype=np.float32)
            local = np.asarray(saved["saliency_patches"], dtype=np.float32)
            facts = (
                str(saved["image_id"]),
                str(saved["weights_sha256"]),
                str(saved["precision"]),
                saved["model_to_source"].tolist(),
                saved["patch_upper_left"].tolist(),
            )
    except FileNotFoundError as error:
        raise UnreadableFileError(path, "was not saved (analyze with --save-maps)") from error
    except _UNREADABLE as error:
        raise UnreadableFileError(path, "is damaged") from error
    sound = overall.shape == _GLOBAL_SHAPE and local.shape[1:] == _PATCH_SHAPE
    if not (sound and np.isfinite(overall).all() and np.isfinite(local).all()):
        raise UnreadableFileError(path, "does not hold the maps of GLAM")
    if facts != wanted or len(local) != len(wanted[-1]):
        raise UnreadableFileError(path, "holds the maps of another image or another analysis")
    return overall, local


def _score(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("a score is a number from 0 to 1")
    return float(value)


def _corner(corner: object) -> tuple[int, int]:
    row, column = (int(part) for part in corner)  # type: ignore[attr-defined] # checked by use
    inside = 0 <= row <= WINDOW_ROWS - PATCH_PX and 0 <= column <= WINDOW_COLUMNS - PATCH_PX
    if not inside or row % LOCAL_CELL_PX or column % LOCAL_CELL_PX:
        raise ValueError("a patch lies within the model's frame, on its grid")
    return row, column
