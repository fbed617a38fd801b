"""One exam through the chosen models; PyTorch is imported only when that begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from models import __version__
from models.cache import ResultCache, result_key
from models.cards.card import ModelCard
from models.errors import (
    Cancelled,
    FourviewError,
    ModelError,
    NotApplicableError,
    Problem,
    WeightsError,
)
from models.exam import Exam, View
from models.gate import Light, Verdict, judge
from models.progress import CancelToken, Progress, Report, ignore_progress
from models.reading import Begin, Reading, Request, Unit
from models.results import ExamResult, OwnResult, Provenance
from models.runtime import Placement, Runtime
from models.weights import WeightsIdentity


def analyse(
    exam: Exam,
    requests: Sequence[Request],
    runtime: Runtime,
    report: Report = ignore_progress,
    cancel: CancelToken | None = None,
    cache: ResultCache | None = None,
    *,
    computing: bool = True,
) -> ExamResult:
    """Run the requested models, one after the other, each for itself.

    A view (or, for a model that reads a whole exam, the exam) that fails is withheld with its
    reason, and so is what the gate lets no model speak of, such as a real image where demo
    weights were asked for; the others go on. A
    model that cannot run at all is a problem of the exam, and the other models go on. `report`
    and `cancel` are served between views and steps, `cancel` several times within a network.

    Parameters
    ----------
    computing : False where only what `cache` holds may be said.

    Raises
    ------
    ModelError : none of the models could run; that of the first is raised, mostly a WeightsError
        or a DeviceError.
    Cancelled : stopping was asked for, or something would have to be computed that must not be.
    """
    stop = cancel or CancelToken()
    result = ExamResult(exam.exam_id)
    problems: list[Problem] = []
    verdicts: dict[str, Mapping[View | None, Verdict]] = {}
    settings: dict[str, Mapping[str, Any]] = {}
    failures: list[ModelError] = []
    for place, request in enumerate(requests):
        several = len(requests) > 1
        share = _share(report, place, len(requests)) if several else report
        try:
            job = _Job(request.open(), runtime, stop, cache, named=several, computing=computing)
            found, withheld = job.run(exam, share)
            result = with_said(result, request.card.id, found)
            settings[request.card.id] = job.settings
        except ModelError as error:
            failures.append(error)
            problems.append(Problem.from_error(error, request.card.name))
            continue
        verdicts[request.card.id] = job.verdicts
        problems += withheld
    if failures and len(failures) == len(requests):
        raise failures[0]
    return replace(
        result,
        verdicts=MappingProxyType(verdicts),
        settings=MappingProxyType(settings),
        problems=tuple(problems),
    )


def kept(
    exam: Exam,
    requests: Sequence[Request],
    runtime: Runtime,
    cache: ResultCache,
    cancel: CancelToken | None = None,
) -> ExamResult | None:
    """What `analyse` would say now, of all the models that are asked, or None where a part of it
    is not kept. No network computes anything; raises ModelError as `analyse` does."""
    try:
        return analyse(exam, requests, runtime, cancel=cancel, cache=cache, computing=False)
    except Cancelled:
        return None


class _Job:
    """One model over one exam, all on one device unless its memory runs out."""

    def __init__(
        self,
        reading: Reading,
        runtime: Runtime,
        cancel: CancelToken,
        cache: ResultCache | None,
        *,
        named: bool,
        computing: bool,
    ) -> None:
        self._reading = reading
        self._card = reading.card
        self._runtime = runtime
        self._cancel = cancel
        self._cache = cache
        self._named = named
        self._computing = computing
        self.verdicts: dict[View | None, Verdict] = {}
        self._asked = self._placement = runtime.placement(self._card.auto_precision)

    def run(self, exam: Exam, report: Report) -> tuple[object, list[Problem]]:
        units = self._reading.units(exam)
        found: dict[Unit, Any] = {}
        withheld: dict[Unit, str] = {}
        moved: list[Unit] = []
        for index, unit in enumerate(units):
            begin = self._reporter(report, unit, index, len(units))
            try:
                self._ask_the_gate(unit, exam)
                found[unit] = self._unit(unit, begin)
            except (Cancelled, WeightsError):
                raise
            except FourviewError as error:
                withheld[unit] = str(error)
            if self._placement != self._asked:
                moved.append(unit)
        total = len(units) * self._reading.steps
        report(Progress(total, total, f"{self._card.name} is done"))
        made = self._made(moved, all_moved=len(moved) == len(units))
        problems = [problem_of(unit, self._card, why) for unit, why in withheld.items()]
        return self._reading.result(found, withheld, made), problems

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the model was told beside images and weights."""
        return self._reading.settings

    def _reporter(self, report: Report, unit: Unit, index: int, count: int) -> Begin:
        card, steps = self._card, self._reading.steps
        model = f" · {card.name}" if card.phantoms_only or self._named else ""

        def begin(step: int, what: str) -> None:
            self._cancel.raise_if_cancelled()
            done = index * steps + step
            report(Progress(done, count * steps, f"{unit.label}: {what}{model}"))

        return begin

    def _ask_the_gate(self, unit: Unit, exam: Exam) -> None:
        """Remember the verdict; raises NotApplicableError where it is red."""
        verdict = judge(self._card, unit.images, exam)
        self.verdicts[unit.view] = verdict
        if verdict.light is Light.RED:
            raise NotApplicableError(" ".join(verdict.reasons))

    def _unit(self, unit: Unit, begin: Begin) -> object:
        begin(0, "looking for an earlier result")
        known = self._cache and self._cache.get(self._key(unit), self._reading.evidence)
        if known:
            return known
        if not self._computing:
            raise Cancelled
        pause = self._cancel.raise_if_cancelled
        evidence: object
        evidence, self._placement = self._runtime.run(
            lambda placement: self._reading.read(unit, placement, self._runtime, begin, pause),
            self._placement,
        )
        if self._cache:
            self._cache.put(self._key(unit), evidence)
        return evidence

    def _key(self, unit: Unit) -> str:
        files = self._reading.files.values()
        made = [_provenance(weights, self._placement) for weights in files]
        return unit_key(self._reading, unit, made)

    def _made(self, moved: list[Unit], *, all_moved: bool) -> Mapping[str, Provenance]:
        """Which computation, by role; a note tells where the device's memory did not suffice."""
        placement, note = self._asked, ""
        if moved:
            names = ", ".join(unit.label for unit in moved)
            note = (
                f"The memory of {self._asked.device} ran out; {names} computed on the CPU "
                f"in {self._placement.precision}."
            )
            placement = self._placement if all_moved else self._asked
        return {
            role: _provenance(weights, placement, note)
            for role, weights in self._reading.files.items()
        }


def unit_key(reading: Reading, unit: Unit, made: Sequence[Provenance]) -> str:
    """What the evidence of a unit is kept by; `made` is one computation for each file."""
    # Two files may be of one kind: which stands for what is a part of the question.
    roles = {"roles": list(reading.files)} if len(reading.files) > 1 else {}
    return result_key(unit.images, made, {**reading.settings, **roles})


def problem_of(unit: Unit, card: ModelCard, reason: str) -> Problem:
    """Why a model says nothing of a unit: by view and model, with the image's file."""
    subject = card.name if unit.view is None else f"{unit.label}, {card.name}"
    path = unit.images[0].path if len(unit.images) == 1 else None
    return Problem(subject, reason, path)


def _share(report: Report, place: int, count: int) -> Report:
    """The part of one model in the progress of all, each counted alike."""

    def reported(progress: Progress) -> None:
        total = max(progress.total, 1)
        report(Progress(place * total + progress.done, count * total, progress.message))

    return reported


def with_said(result: ExamResult, model: str, found: object) -> ExamResult:
    """A result with what one more model said.

    Raises
    ------
    ModelError : a model from outside says it in another form than `OwnResult`.
    """
    if model in {each.name for each in fields(ExamResult)}:
        said: dict[str, Any] = {model: found}
        return replace(result, **said)
    if not isinstance(found, OwnResult):
        raise ModelError(f"The model {model} gave no OwnResult.")
    return replace(result, others=MappingProxyType({**result.others, model: found}))


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
