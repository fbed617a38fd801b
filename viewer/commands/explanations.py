"""What `fourview analyze --explain` writes: why each cluster of calcifications has its score."""

from __future__ import annotations

import glob
import re
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path

from models.cards.microcalcification import CLASSIFIER
from models.catalog import MICROCALCIFICATION
from models.errors import ExportError, FourviewError, Problem, WeightsNotFoundError
from models.exam import Exam
from models.microcalcification.explaining import ScoredCluster, explained, no_classifier, scored
from models.progress import Progress, Report
from models.reading import Reading
from models.results import ExamResult
from models.runtime import Runtime
from viewer.commands.chosen import Chosen
from viewer.display.explained import ShownExplanation
from viewer.exam_io.distinct import image_stem
from viewer.export.beside import EXPLANATIONS, explanation_name
from viewer.export.explanation_picture import draw_explanation, write_explanation

_MODEL = MICROCALCIFICATION.id
UNASKED = (
    f"--explain says why clusters of calcifications have their scores: add --models {_MODEL}."
)


def require_classifier(chosen: Mapping[bool, Chosen]) -> None:
    """Raise WeightsNotFoundError where no exam of any kind can be explained."""
    readings = [each.readings[_MODEL] for each in chosen.values() if _MODEL in each.readings]
    if readings and not any(CLASSIFIER in reading.files for reading in readings):
        raise WeightsNotFoundError(no_classifier(readings[0].card))


def write_explanations(
    folder: Path,
    exam: Exam,
    result: ExamResult,
    reading: Reading,
    runtime: Runtime,
    report: Report,
) -> list[Problem]:
    """A picture for each cluster that has a score; returns what failed.

    Pictures of clusters that an earlier analysis found in the same images, and this one did not,
    are removed: they would stand beside other numbers.
    """
    if result.microcalcification is None:
        return []
    if CLASSIFIER not in reading.files:
        return [Problem(reading.card.name, no_classifier(reading.card))]
    problems: list[Problem] = []
    written: set[Path] = set()
    for cluster in scored(result.microcalcification):
        stem = image_stem(exam.mammograms[cluster.view].name)
        path = folder / EXPLANATIONS / explanation_name(stem, cluster.label)
        try:
            _write(path, exam, result, cluster, reading, runtime, report)
        except FourviewError as error:
            subject = f"{cluster.view.label}, {cluster.label}"
            file = None if isinstance(error, ExportError) else exam.mammograms[cluster.view].path
            problems.append(Problem(subject, str(error), file))
        else:
            written.add(path)
    for mammogram in exam.mammograms.values():
        problems += _remove_others(folder / EXPLANATIONS, image_stem(mammogram.name), written)
    return problems


def _write(
    path: Path,
    exam: Exam,
    result: ExamResult,
    cluster: ScoredCluster,
    reading: Reading,
    runtime: Runtime,
    report: Report,
) -> None:
    if result.microcalcification is None:
        raise ValueError("there is no such cluster")
    words = f"{cluster.view.label}: explaining {cluster.label}"
    found = explained(
        exam,
        result.microcalcification,
        cluster,
        reading.files,
        runtime,
        partial(_tell, report, words),
    )
    mammogram = exam.mammograms[cluster.view]
    shown = ShownExplanation.prepare(found, mammogram)
    write_explanation(path, draw_explanation(mammogram, result, cluster, shown))


def _tell(report: Report, words: str, done: int, of: int) -> None:
    report(Progress(done, of, words))


def _remove_others(folder: Path, stem: str, written: Collection[Path]) -> list[Problem]:
    """Remove explanations of an image beside those that were just written."""
    name = re.compile(re.escape(stem) + r"\.C\d+\.png")
    problems = []
    for path in folder.glob(f"{glob.escape(stem)}.C*.png"):
        if path in written or not name.fullmatch(path.name):
            continue
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            reason = (
                f"{path} is of an earlier analysis and could not be removed: {error.strerror}."
            )
            problems.append(Problem(stem, reason, path))
    return problems
