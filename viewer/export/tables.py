"""Results as tables: `results.json` with everything, `predictions.csv` as published with GLAM.

docs/results.md describes both.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from models import RESEARCH_USE_ONLY, __version__
from models.catalog import DEMOS
from models.errors import ExportError, Problem
from models.exam import (
    L_CC,
    L_MLO,
    R_CC,
    R_MLO,
    STANDARD_VIEWS,
    BreastLabels,
    Exam,
    FindingClass,
    Laterality,
    View,
)
from models.reading import NO_SETTINGS
from models.results import ExamResult, GlamResult, GlamView
from models.whole_file import write_whole
from viewer.exam_io.distinct import image_stem
from viewer.exam_io.plain_text import printable
from viewer.export.maps import model_to_source
from viewer.export.tables_findings import density_entry, exam_extras, view_entries
from viewer.export.tables_made import models_entry

FORMAT = 1
# GLAM spec 1 and 10.
VIEW_ORDER = (L_CC, R_CC, L_MLO, R_MLO)
CSV_COLUMNS = ("image_index", "benign_pred", "malignant_pred", "benign_label", "malignant_label")

Entry = Mapping[str, Any]


def exam_entry(
    exam: Exam,
    result: ExamResult,
    problems: Sequence[Problem] = (),
    remarks: Sequence[Problem] = (),
    settings: Mapping[str, Mapping[str, Any]] = NO_SETTINGS,
) -> Entry:
    """What `results.json` says of one exam.

    Parameters
    ----------
    problems : what could not be done; remarks : what deserves a look.
    settings : by model, what it was told beside images and weights.
    """
    glam = result.glam
    entry: dict[str, Any] = {"id": printable(exam.exam_id)}
    if exam.labels:
        entry["labels"] = {side.value: _labels(exam.labels[side]) for side in exam.labels}
    if made := models_entry(result, settings):
        entry["models"] = made
    if (density := result.density) is not None:
        entry["density"] = density_entry(density) if density.density else None
    entry["views"] = {
        view.name: _view(exam, view, result) for view in VIEW_ORDER if view in exam.mammograms
    }
    if glam is not None:
        entry["breasts"] = {
            side.value: {"glam": _scores(glam, side)}
            for side in Laterality
            if glam.breast_score(side, FindingClass.MALIGNANT) is not None
        }
        if glam.views:
            entry["exam"] = {
                "glam": {finding.value: glam.exam_score(finding) for finding in FindingClass}
            }
    entry.update(exam_extras(result))
    missing = [view.name for view in STANDARD_VIEWS if view not in exam.mammograms]
    if missing:
        entry["missing"] = missing
    if exam.set_aside:
        entry["set_aside"] = [_problem(problem) for problem in exam.set_aside]
    if remarks:
        entry["remarks"] = [_problem(remark) for remark in remarks]
    entry["problems"] = [_problem(problem) for problem in problems]
    return entry


def results_document(exams: Sequence[Entry], problems: Sequence[Problem]) -> dict[str, Any]:
    """The whole of `results.json`.

    Parameters
    ----------
    problems : those that belong to no exam; the document lists them before those of the exams.
    """
    of_none = [{"exam": None, **_problem(problem)} for problem in problems]
    of_exams = [{"exam": exam["id"], **problem} for exam in exams for problem in exam["problems"]]
    return {
        "software": f"Fourview {__version__}",
        "notice": RESEARCH_USE_ONLY,
        "format": FORMAT,
        "exams": list(exams),
        "problems": [*of_none, *of_exams],
    }


def write_tables(folder: Path, document: Mapping[str, Any]) -> None:
    """Write `results.json` and `predictions.csv`, each whole or not at all.

    Raises
    ------
    ExportError : a file cannot be written.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(folder / "results.json", lambda file: file.write(text.encode()))
    table = predictions_csv(document["exams"])
    write_whole(folder / "predictions.csv", lambda file: file.write(table.encode()))


def read_document(folder: Path) -> dict[str, Any] | None:
    """An earlier `results.json`, or None where there is none.

    Raises
    ------
    ExportError : it is damaged or of another format, so nothing may be added to it.
    """
    path = folder / "results.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise ExportError(f"{path} cannot be read, so it cannot be resumed: {error}.") from error
    if not _is_document(document):
        raise ExportError(f"{path} is not a results file of this version, so it stays as it is.")
    found: dict[str, Any] = document
    return found


def file_text(path: Path | None) -> str | None:
    """A file as `results.json` records it: absolute, in characters that can be written."""
    return None if path is None else printable(str(path.absolute()))


def is_demo(made: Mapping[str, Any]) -> bool:
    """Whether these are the facts of a computation with demo weights."""
    return any(made.get("model") == card.name for card in DEMOS.values())


def is_by_demo(entry: Entry) -> bool:
    """Whether an exam's results are those of demo weights."""
    return any(map(is_demo, entry.get("models", {}).values()))


def predictions_csv(exams: Sequence[Entry]) -> str:
    """`predictions.csv`: one line an analysed image, four decimals, empty where nobody knows.

    Where the demo read some of them, a last column names the model of every line.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    names_models = any(map(is_by_demo, exams))
    table.writerow((*CSV_COLUMNS, *(("model",) if names_models else ())))
    for exam in exams:
        made = exam.get("models", {}).get("glam", {})
        model = [made.get("model", "")] if names_models else []
        for name, view in exam["views"].items():
            if "glam" not in view:
                continue
            known = exam.get("labels", {}).get(name[0], {})
            scores = [f"{view['glam'][finding.value]:.4f}" for finding in FindingClass]
            labels = [_label(known.get(finding.value)) for finding in FindingClass]
            table.writerow([view["image"], *scores, *labels, *model])
    return text.getvalue()


def _view(exam: Exam, view: View, result: ExamResult) -> dict[str, Any]:
    mammogram = exam.mammograms[view]
    entry: dict[str, Any] = {
        "image": image_stem(mammogram.name),
        "image_id": mammogram.image_id,
        "file": file_text(mammogram.path),
        "shape": list(mammogram.shape),
    }
    glam = result.glam
    if glam is not None and view in glam.views:
        found = glam.views[view]
        entry["window_location"] = list(found.window_location)
        entry["best_center"] = list(found.best_center)
        entry["model_to_source"] = list(astuple(model_to_source(found)))
        entry["glam"] = _glam(found)
    entry.update(view_entries(result, view))
    return entry


def _glam(found: GlamView) -> dict[str, Any]:
    return {
        "benign": found.benign,
        "malignant": found.malignant,
        "patch_upper_left": [list(patch.upper_left) for patch in found.patches],
        "patches": [asdict(patch.box) for patch in found.patches],
    }


def _scores(glam: GlamResult, side: Laterality) -> dict[str, float | None]:
    return {finding.value: glam.breast_score(side, finding) for finding in FindingClass}


def _labels(labels: BreastLabels) -> dict[str, bool | None]:
    return {finding.value: labels.of(finding) for finding in FindingClass}


def _label(known: bool | None) -> str:
    return "" if known is None else str(int(known))


def _problem(problem: Problem) -> dict[str, str | None]:
    return {
        "subject": printable(problem.subject),
        "reason": printable(problem.reason),
        "file": file_text(problem.path),
    }


def _is_document(document: object) -> bool:
    return (
        isinstance(document, dict)
        and document.get("format") == FORMAT
        and isinstance(document.get("exams"), list)
        and all(_is_exam(entry) for entry in document["exams"])
    )


def _is_exam(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("id"), str)
        and isinstance(entry.get("models", {}), dict)
        and all(isinstance(model, dict) for model in entry.get("models", {}).values())
        and isinstance(entry.get("views"), dict)
        and all(map(_is_view, entry["views"].values()))
        and all(map(_are_problems, (entry.get(name, []) for name in ("set_aside", "remarks"))))
        and _are_problems(entry.get("problems"))
    )


def _is_view(view: object) -> bool:
    if not isinstance(view, dict) or not isinstance(view.get("image"), str):
        return False
    if "glam" not in view:
        return True
    glam = view["glam"]
    return isinstance(glam, dict) and all(
        isinstance(glam.get(finding.value), int | float) for finding in FindingClass
    )


def _are_problems(problems: object) -> bool:
    return isinstance(problems, list) and all(isinstance(problem, dict) for problem in problems)
