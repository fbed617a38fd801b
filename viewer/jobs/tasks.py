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

from models.errors import Problem, UnreadableFileError, WeightsNotFoundError
from models.exam import Exam, FindingClass, Mammogram, View
from models.progress import CancelToken, Report
from models.results import ExamResult, MadeBy
from viewer.display.overlay import Overlays, colour_table
from viewer.display.pane_key import PriorView
from viewer.display.shown import ShownImage, ShownMarks, marks_of
from viewer.exam_io.load import assemble, load_image, load_images
from viewer.exam_io.orientation import is_wrong_side
from viewer.exam_io.priors import prior_words
from viewer.exam_io.records import ExamRecord, ImageRecord, Scan, aside_words
from viewer.exam_io.scan import scan
from viewer.export.context import PageContext, page_context
from viewer.export.page import PageSpec
from viewer.export.png import read_context, write_png
from viewer.export.render import full_resolution_spec, render_page, with_banner_below
from viewer.jobs.quiet_import import import_quietly, import_torch
from viewer.jobs.unshown import read_exam
from viewer.session.by_hand import ByHand
from viewer.session.model_choice import ModelChoice

if TYPE_CHECKING:
    from models.reading import Request
    from models.runtime import Runtime

Deliver = Callable[[object], None]


READERS = (
    "viewer.exam_io.dicom_exams",
    "viewer.exam_io.dicom_load",
    "viewer.exam_io.raster",
    "imagecodecs",
    "numpy.ma",  # which the first percentile of an image would import
)


def warm_up(report: Report, deliver: Deliver, cancel: CancelToken) -> None:
    """Import what reads files before somebody waits for it."""
    del report, deliver, cancel
    import_quietly(*READERS)


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What was found in some files and folders.

    Attributes
    ----------
    context : the page to come back to, when what was opened is a picture that Fourview wrote.
    index : the exam to show first.
    """

    paths: tuple[Path, ...]
    found: Scan
    context: PageContext | None = None
    index: int = 0


def open_paths(
    paths: Sequence[Path], report: Report, deliver: Deliver, cancel: CancelToken
) -> Opened:
    """Look through files and folders for exams; headers only.

    A single picture that Fourview wrote leads to the exam it shows; raises InputError when that
    is not where it was.
    """
    del deliver  # nothing to show before all is known: duplicates and missing views are
    import_quietly(*READERS)
    context = _context_of(paths)
    if context is None:
        return Opened(tuple(paths), scan(paths, report, cancel))
    if context.deidentified:
        raise UnreadableFileError(
            paths[0], "it was de-identified, so it does not say which exam it shows"
        )
    # A prior on the page is another exam than the one that the page shows.
    wanted = {path for view, path in context.paths.items() if not isinstance(view, PriorView)}
    for sources in (context.opened, tuple(context.paths.values())):
        if not sources or not all(path.exists() for path in sources):
            continue
        found = scan(sources, report, cancel)
        for index, record in enumerate(found.exams):
            if wanted & {image.path.resolve() for image in (*record.images, *record.set_aside)}:
                return Opened(tuple(sources), found, context, index)
    raise UnreadableFileError(
        paths[0], "the exam that it shows is not where it was when the picture was made"
    )


def _context_of(paths: Sequence[Path]) -> PageContext | None:
    """The page that a single PNG remembers; None for anything else, damaged pictures too."""
    if len(paths) != 1 or paths[0].suffix.lower() != ".png" or not paths[0].is_file():
        return None
    return read_context(paths[0])


def load_shown(
    record: ExamRecord, first: View, report: Report, deliver: Deliver, cancel: CancelToken
) -> Exam:
    """Deliver a `ShownImage` or a `Problem` for each standard view of an exam as it is ready."""
    del report  # panes fill one by one, which is progress enough
    items: list[Mammogram | Problem] = []
    for item in load_images(record, cancel, first):
        cancel.raise_if_cancelled()
        items.append(item)
        deliver(item if isinstance(item, Problem) else _shown(item))
    return assemble(record, items)


def load_prior(
    prior: ExamRecord, date: str, report: Report, deliver: Deliver, cancel: CancelToken
) -> None:
    """Deliver a `ShownImage`, its date and age said, or a `Problem` for each view of a prior.

    Parameters
    ----------
    date : of the exam that it is the prior of, ISO text.
    """
    del report
    notice = prior_words(prior.date, date)
    for item in load_images(prior, cancel):
        cancel.raise_if_cancelled()
        deliver(item if isinstance(item, Problem) else _shown(item, notice))


def load_aside(
    record: ImageRecord, report: Report, deliver: Deliver, cancel: CancelToken
) -> ShownImage:
    """An image of the tray, with the reason why it is there; raises InputError."""
    del report, deliver, cancel  # a second at most
    return _shown(load_image(record), aside_words(record))


def _shown(mammogram: Mammogram, notice: str = "") -> ShownImage:
    return ShownImage.prepare(mammogram, doubtful=is_wrong_side(mammogram), notice=notice)


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """Results of an exam and the marks drawn from them."""

    result: ExamResult
    marks: Mapping[View, ShownMarks]


def exam_marks(exam: Exam, result: ExamResult) -> Mapping[View, ShownMarks]:
    """The marks of every analysed view, and the colours they are drawn in, computed once here."""
    for finding in FindingClass:
        colour_table(finding, Overlays())
    found = {view: marks_of(result, view, image) for view, image in exam.mammograms.items()}
    return MappingProxyType({view: marks for view, marks in found.items() if marks is not None})


class Analyst:
    """Keeps the runtime, and with it the loaded network, between analyses on one thread."""

    def __init__(
        self, cache_folder: Path, demos: Mapping[str, Path], threads: int | None = None
    ) -> None:
        self._cache_folder = cache_folder
        self._demos = demos
        self._threads = threads
        self._runtime: Runtime | None = None
        self._chosen: tuple[str, str] | None = None

    def recall(
        self,
        exam: Exam,
        made: Mapping[str, MadeBy],
        report: Report,
        deliver: Deliver,
        cancel: CancelToken,
    ) -> Analysed | None:
        """All that the same computations said before, or None; nothing is computed."""
        del report, deliver, cancel  # a fraction of a second
        from models.cache import ResultCache
        from models.recalling import recall

        result = recall(exam, made, ResultCache(self._cache_folder))
        return None if result is None else Analysed(result, exam_marks(exam, result))

    def kept(
        self,
        exam: Exam,
        choice: ModelChoice,
        models: Sequence[str],
        report: Report,
        deliver: Deliver,
        cancel: CancelToken,
    ) -> Analysed | None:
        """What `analyse` said before, if all that `models` say of the exam was kept, else None.

        Some of it would not do: a model that is silent looks like one that found nothing.
        Raises ModelError as `analyse` does.
        """
        del report, deliver
        import_torch()
        from models.analysis import kept
        from models.cache import ResultCache

        runtime = self._runtime_for(choice)
        requests, _ = requests_of(exam, choice, self._demos, choice.models)
        if not requests:
            return None
        result = kept(exam, requests, runtime, ResultCache(self._cache_folder), cancel)
        if result is None or set(result.verdicts) != set(models):
            return None
        return Analysed(result, exam_marks(exam, result))

    def analyse(
        self,
        exam: Exam,
        choice: ModelChoice,
        report: Report,
        deliver: Deliver,
        cancel: CancelToken,
    ) -> Analysed:
        """Run the chosen models on an exam, on a phantom their demos.

        Models without weights are left out; raises WeightsNotFoundError where none has any,
        ModelError, Cancelled.
        """
        del deliver
        import_torch()
        from models.analysis import analyse
        from models.cache import ResultCache

        runtime = self._runtime_for(choice)
        requests, missing = requests_of(exam, choice, self._demos, choice.models)
        if not requests:
            reason = missing[0].reason if missing else "No model is in use: choose one in Models."
            raise WeightsNotFoundError(reason)
        cache = ResultCache(self._cache_folder)
        result = analyse(exam, requests, runtime, report, cancel, cache)
        return Analysed(result, exam_marks(exam, result))

    def read_and_analyse(
        self,
        record: ExamRecord,
        by_hand: ByHand,
        choice: ModelChoice,
        report: Report,
        deliver: Deliver,
        cancel: CancelToken,
    ) -> Analysed:
        """`analyse` of an exam that is read first, since it is not in memory."""
        exam = read_exam(record, by_hand, report, cancel)
        return self.analyse(exam, choice, report, deliver, cancel)

    def _runtime_for(self, choice: ModelChoice) -> Runtime:
        """The one there is, unless another device or precision was chosen."""
        from models.runtime import Runtime

        chosen = (choice.device, choice.precision)
        if self._runtime is None or self._chosen != chosen:
            self._runtime = Runtime(*chosen, threads=self._threads)
            self._chosen = chosen
        return self._runtime


def requests_of(
    exam: Exam, choice: ModelChoice, demos: Mapping[str, Path], models: Sequence[str]
) -> tuple[list[Request], list[Problem]]:
    """Those of some models that can run on an exam, and why the others cannot."""
    from models.weights_choice import WeightsChoice

    # On a phantom the demos read, whatever was chosen for real exams.
    phantom = exam.is_phantom
    weights = WeightsChoice({} if phantom else choice.files, demos=demos)
    return weights.requests(models, {"patches": choice.patches}, is_phantom=phantom)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture to be written.

    Attributes
    ----------
    full_resolution : every stored pixel on a pixel of its own, whatever size `spec` has.
    opened : the files and folders that were opened to find the exam.
    """

    path: Path
    exam: Exam
    result: ExamResult | None
    spec: PageSpec
    full_resolution: bool
    opened: tuple[Path, ...]


def write_picture(picture: Picture, report: Report, deliver: Deliver, cancel: CancelToken) -> Path:
    """Draw and write a picture; raises ExportError."""
    del report, deliver, cancel  # a second or two, whole or not at all
    exam, result, spec = picture.exam, picture.result, picture.spec
    enlarged = full_resolution_spec if picture.full_resolution else with_banner_below
    spec = enlarged(exam, result, spec)
    context = page_context(exam, result, spec, picture.opened)
    write_png(picture.path, render_page(exam, result, spec), context)
    return picture.path
