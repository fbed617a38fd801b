"""What explains a score in the background: plain functions, without Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.catalog import MICROCALCIFICATION
from models.errors import ModelError
from models.exam import Exam
from models.microcalcification.explaining import ScoredCluster, explained
from models.progress import CancelToken, Progress, Report
from models.results import ExamResult
from viewer.display.explained import ShownExplanation
from viewer.exam_io.distinct import image_stem
from viewer.export.beside import explanation_name
from viewer.export.explanation_picture import draw_explanation
from viewer.jobs.quiet_import import import_torch
from viewer.jobs.tasks import requests_of
from viewer.session.model_choice import ModelChoice

Deliver = Callable[[object], None]


@dataclass(frozen=True, slots=True, eq=False)
class ReasonWanted:
    """What is asked: why a cluster of an exam has the score that it has in these results.

    Attributes
    ----------
    demos : the weights that read phantoms, by the id of their model.
    threads : processor threads to use.
    """

    exam: Exam
    result: ExamResult
    cluster: ScoredCluster
    choice: ModelChoice
    demos: Mapping[str, Path]
    threads: int


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """The answer.

    Attributes
    ----------
    picture : ndarray, shape (rows, columns, 3), uint8, RGB: all of it, to be taken along.
    file_name : how a file of it is called, as beside results.
    """

    wanted: ReasonWanted
    shown: ShownExplanation
    picture: NDArray[np.uint8]
    file_name: str


def find_reason(
    wanted: ReasonWanted, report: Report, deliver: Deliver, cancel: CancelToken
) -> Reason:
    """Explain with the weights that are chosen now, which must be those of the results.

    The classifier is loaded for it alone: that of an analysis that may be running is another
    thread's. Raises ModelError, Cancelled.
    """
    del deliver
    import_torch()
    from models.runtime import Runtime

    exam, result, cluster = wanted.exam, wanted.result, wanted.cluster
    if result.exam_id != exam.exam_id or result.microcalcification is None:
        raise ValueError("these are no results of that exam")
    model = MICROCALCIFICATION.id
    asked, missing = requests_of(exam, wanted.choice, wanted.demos, (model,))
    if not asked:
        raise ModelError(missing[0].reason)

    def begin(done: int, of: int) -> None:
        cancel.raise_if_cancelled()
        report(Progress(done, of, "Comparing with regions without specks"))

    cancel.raise_if_cancelled()
    runtime = Runtime(wanted.choice.device, wanted.choice.precision, threads=wanted.threads)
    files = asked[0].open().files
    found = explained(exam, result.microcalcification, cluster, files, runtime, begin)
    cancel.raise_if_cancelled()
    mammogram = exam.mammograms[cluster.view]
    shown = ShownExplanation.prepare(found, mammogram)
    picture = draw_explanation(mammogram, result, cluster, shown)
    name = explanation_name(image_stem(mammogram.name), cluster.label)
    return Reason(wanted, shown, picture, name)
