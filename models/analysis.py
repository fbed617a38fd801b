"""One exam through the chosen models; PyTorch is imported only when that begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models import __version__
from models.cache import ResultCache, result_key
from models.catalog import DEMO, GLAM
from models.errors import Cancelled, FourviewError, NotApplicableError, Problem, WeightsError
from models.exam import STANDARD_VIEWS, Exam, Mammogram, View
from models.glam.evidence import FIXED_STEPS, GlamEvidence
from models.progress import CancelToken, Progress, Report, ignore_progress
from models.results import ExamResult, GlamResult, GlamView, Provenance
from models.runtime import Placement, Runtime
from models.weights import WeightsIdentity, identify

MOST_PATCHES = 6


@dataclass(frozen=True, slots=True)
class GlamRequest:
    """GLAM with these weights, looking closely at `patches` (K, 1 to 6) regions a view."""

    weights: Path
    patches: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.patches <= MOST_PATCHES:
            raise ValueError(f"patches must be 1 to {MOST_PATCHES}, not {self.patches}")


def analyse(
    exam: Exam,
    glam: GlamRequest | None,
    runtime: Runtime,
    report: Report = ignore_progress,
    cancel: CancelToken | None = None,
    cache: ResultCache | None = None,
) -> ExamResult:
    """Run the requested models on every standard view.

    A view that fails is withheld with its reason, and so is a real image from demo weights,
    whoever asked for them; the others go on. `report` and `cancel` are served between views,
    before every patch, and `cancel` several times within a network.

    Raises
    ------
    WeightsError : the weights are missing, unreadable or do not fit.
    DeviceError : the device or precision is not there.
    Cancelled : stopping was asked for.
    """
    if glam is None:
        return ExamResult(exam.exam_id)
    result = _GlamJob(glam, runtime, cancel or CancelToken(), cache).run(exam, report)
    problems = tuple(Problem(view.label, reason) for view, reason in result.withheld.items())
    return ExamResult(exam.exam_id, result, problems)


def recall(exam: Exam, made: Provenance, cache: ResultCache) -> ExamResult | None:
    """The kept results of every view that this computation made, or None if one is missing.

    Nothing is computed, and no weights or network are needed. Of a real exam there are none
    that the demo made.
    """
    if made.model_id == DEMO.id and not exam.is_phantom:
        return None
    for patches in range(1, MOST_PATCHES + 1):
        views: dict[View, GlamView] = {}
        for view, mammogram in exam.mammograms.items():
            evidence = cache.get(result_key(mammogram, made, patches))
            if evidence is None:
                break
            views[view] = evidence.to_view()
        if views and len(views) == len(exam.mammograms):
            return ExamResult(exam.exam_id, GlamResult(made, views))
    return None


class _GlamJob:
    """GLAM over the views of one exam, all on one device unless its memory runs out."""

    def __init__(
        self,
        request: GlamRequest,
        runtime: Runtime,
        cancel: CancelToken,
        cache: ResultCache | None,
    ) -> None:
        self._request = request
        self._runtime = runtime
        self._cancel = cancel
        self._cache = cache
        self._weights = identify(request.weights, GLAM)
        self._asked = self._placement = runtime.placement(self._weights.card.auto_precision)

    def run(self, exam: Exam, report: Report) -> GlamResult:
        present = [view for view in STANDARD_VIEWS if view in exam.mammograms]
        views: dict[View, GlamView] = {}
        withheld: dict[View, str] = {}
        moved: list[View] = []
        for index, view in enumerate(present):
            begin = self._reporter(report, view, index, len(present))
            try:
                views[view] = self._view(exam.mammograms[view], begin).to_view()
            except (Cancelled, WeightsError):
                raise
            except FourviewError as error:
                withheld[view] = str(error)
            if self._placement != self._asked:
                moved.append(view)
        total = len(present) * self._steps
        report(Progress(total, total, f"{self._weights.card.name} is done"))
        return GlamResult(self._provenance_of(moved, all_moved=moved == present), views, withheld)

    @property
    def _steps(self) -> int:
        return FIXED_STEPS + self._request.patches

    def _reporter(
        self, report: Report, view: View, index: int, count: int
    ) -> Callable[[int, str], None]:
        card = self._weights.card
        model = f" · {card.name}" if card.phantoms_only else ""

        def begin(step: int, what: str) -> None:
            self._cancel.raise_if_cancelled()
            done = index * self._steps + step
            report(Progress(done, count * self._steps, f"{view.label}: {what}{model}"))

        return begin

    def _view(self, mammogram: Mammogram, begin: Callable[[int, str], None]) -> GlamEvidence:
        if self._weights.card.phantoms_only and not mammogram.is_phantom:
            raise NotApplicableError(
                f"{self._weights.card.name} has seen nothing but phantoms and must not read a "
                f"real image: choose weights of {GLAM.name}."
            )
        begin(0, "looking for an earlier result")
        known = self._cache and self._cache.get(self._key(mammogram))
        if known:
            return known
        evidence, self._placement = self._runtime.run(
            lambda placement: self._compute(mammogram, placement, begin), self._placement
        )
        if self._cache:
            self._cache.put(self._key(mammogram), evidence)
        return evidence

    def _compute(
        self, mammogram: Mammogram, placement: Placement, begin: Callable[[int, str], None]
    ) -> GlamEvidence:
        from models.glam.predictor import LoadedGlam, load, predict

        network = self._runtime.network(
            f"{GLAM.id}:{self._weights.sha256}",
            placement,
            lambda: load(self._weights.path, placement),
        )
        pause = self._cancel.raise_if_cancelled
        return predict(
            mammogram, LoadedGlam(network, placement), self._request.patches, begin, pause
        )

    def _key(self, mammogram: Mammogram) -> str:
        provenance = _provenance(self._weights, self._placement)
        return result_key(mammogram, provenance, self._request.patches)

    def _provenance_of(self, moved: list[View], *, all_moved: bool) -> Provenance:
        if not moved:
            return _provenance(self._weights, self._asked)
        names = ", ".join(view.label for view in moved)
        note = (
            f"The memory of {self._asked.device} ran out; {names} computed on the CPU "
            f"in {self._placement.precision}."
        )
        return _provenance(self._weights, self._placement if all_moved else self._asked, note)


def _provenance(weights: WeightsIdentity, placement: Placement, note: str = "") -> Provenance:
    return Provenance(
        model_id=weights.card.id,
        model_name=weights.model_name,
        weights_name=weights.path.name,
        weights_sha256=weights.sha256,
        precision=placement.precision,
        device=placement.device,
        software=f"Fourview {__version__}",
        note=note,
    )
