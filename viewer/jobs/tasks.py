"""What runs in the background: plain functions over values, without Qt.

Each has the signature of a runner's task, (report, deliver, cancel) -> result, once its inputs
are bound; inputs are captured when the job is submitted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from models.errors import Problem
from models.exam import Exam, FindingClass, View
from models.progress import CancelToken, Report
from models.results import ExamResult
from viewer.display.overlay import Overlays, colour_table
from viewer.display.shown import ShownImage, ShownMarks
from viewer.exam_io.load import load_images
from viewer.exam_io.records import ExamRecord, Scan
from viewer.exam_io.scan import scan
from viewer.jobs.torch_import import import_torch

if TYPE_CHECKING:
    from models.runtime import Runtime

Deliver = Callable[[object], None]


def scan_paths(
    paths: Sequence[Path], report: Report, deliver: Deliver, cancel: CancelToken
) -> Scan:
    """Look through files and folders for exams; headers only."""
    del deliver  # nothing to show before all is known: duplicates and missing views are
    return scan(paths, report, cancel)


def load_shown(
    record: ExamRecord, first: View, report: Report, deliver: Deliver, cancel: CancelToken
) -> ExamRecord:
    """Deliver a `ShownImage` or a `Problem` for each standard view of an exam as it is ready."""
    del report  # panes fill one by one, which is progress enough
    for item in load_images(record, cancel, first):
        cancel.raise_if_cancelled()
        deliver(item if isinstance(item, Problem) else ShownImage.prepare(item))
    return record


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """Results of an exam and the marks drawn from them."""

    result: ExamResult
    marks: Mapping[View, ShownMarks]


def marks_of(exam: Exam, result: ExamResult) -> Mapping[View, ShownMarks]:
    """The marks of every analysed view, and the colours they are drawn in, computed once here."""
    for finding in FindingClass:
        colour_table(finding, Overlays())
    views = result.glam.views if result.glam is not None else {}
    return MappingProxyType(
        {view: ShownMarks.prepare(found, exam.mammograms[view]) for view, found in views.items()}
    )


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """How to run GLAM, as the user chose it."""

    weights: Path | None
    patches: int
    device: str
    precision: str


class Analyst:
    """Keeps the runtime, and with it the loaded network, between analyses on one thread."""

    def __init__(self, cache_folder: Path, threads: int | None = None) -> None:
        self._cache_folder = cache_folder
        self._threads = threads
        self._runtime: Runtime | None = None
        self._chosen: tuple[str, str] | None = None

    def analyse(
        self,
        exam: Exam,
        settings: AnalysisSettings,
        report: Report,
        deliver: Deliver,
        cancel: CancelToken,
    ) -> Analysed:
        """Run GLAM on an exam; raises ModelError and Cancelled."""
        del deliver
        import_torch()
        from models.analysis import GlamRequest, analyse
        from models.cache import ResultCache
        from models.catalog import GLAM
        from models.runtime import Runtime
        from models.weights import find

        chosen = (settings.device, settings.precision)
        if self._runtime is None or self._chosen != chosen:
            self._runtime = Runtime(*chosen, threads=self._threads)
            self._chosen = chosen
        request = GlamRequest(find(GLAM, settings.weights), settings.patches)
        cache = ResultCache(self._cache_folder)
        result = analyse(exam, request, self._runtime, report, cancel, cache)
        return Analysed(result, marks_of(exam, result))
