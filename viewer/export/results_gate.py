"""What the gate says of results that are read back: what it said then, and what it says now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from models.catalog import CARDS, DEMOS
from models.density.results import DensityResult
from models.exam import Exam, Mammogram, View
from models.gate import Light, Verdict, judge
from models.results import ExamResult
from viewer.export.results_findings import is_of

Entry = Mapping[str, Any]
Verdicts = Mapping[View | None, Verdict]


def gated(result: ExamResult, entry: Entry, exam: Exam) -> ExamResult:
    """A result with its verdicts, and without what a red one withholds.

    Where file and gate differ, the more cautious one holds: the file may be of an older version,
    and the reader may have said otherwise of an image since.
    """
    verdicts = {model: _verdicts(model, result, entry, exam) for model in result.made}
    for model, by_view in verdicts.items():
        red = {view: why for view, why in by_view.items() if why.light is Light.RED}
        if red:
            result = _without(result, model, red)
    return replace(result, verdicts=MappingProxyType(verdicts))


def _verdicts(model: str, result: ExamResult, entry: Entry, exam: Exam) -> Verdicts:
    """By view; those of other images than the entry's have none."""
    whole = model in CARDS and CARDS[model].whole_exam
    if whole:
        images = tuple(exam.mammograms.values())
        return {None: _stricter(_said(entry, model), _says_now(model, result, images, exam))}
    return {
        view: _stricter(_said(found, model), _says_now(model, result, (image,), exam))
        for view, image in exam.mammograms.items()
        if (found := entry["views"].get(view.name)) is not None and is_of(found, image)
    }


def _said(entry: Entry, model: str) -> Verdict:
    """What stands in the file, where only what is not green does."""
    found = entry.get("gate", {}).get(model)
    if found is None:
        return Verdict()
    reasons = found["reasons"]
    if not isinstance(reasons, list) or not all(isinstance(each, str) for each in reasons):
        raise ValueError("the reasons of a verdict are sentences")
    return Verdict(Light(found["light"]), tuple(reasons))


def _says_now(
    model: str, result: ExamResult, images: tuple[Mammogram, ...], exam: Exam
) -> Verdict:
    """Of a model from outside, whose card would have to be imported, nothing."""
    cards = {made.model_id: DEMOS.get(made.model_id) for made in result.made[model]}
    card = next(filter(None, cards.values()), CARDS.get(model))
    return Verdict() if card is None else judge(card, images, exam)


def _stricter(one: Verdict, other: Verdict) -> Verdict:
    """The darker light, with the reasons of both, those of the darker first."""
    order = list(Light)
    first, second = sorted((one, other), key=lambda each: -order.index(each.light))
    return Verdict(first.light, tuple(dict.fromkeys((*first.reasons, *second.reasons))))


def _without(result: ExamResult, model: str, red: Verdicts) -> ExamResult:
    """Nothing that the gate withholds is left, but the reason."""
    reasons = {view: " ".join(verdict.reasons) for view, verdict in red.items()}
    if model in result.others:
        own = result.others[model]
        kept = {view: found for view, found in own.views.items() if view not in red}
        scores = {} if None in red else own.scores
        withheld = {**reasons, **own.withheld}
        own = replace(own, views=kept, scores=scores, withheld=withheld)
        return replace(result, others=MappingProxyType({**result.others, model: own}))
    found = getattr(result, model)
    if isinstance(found, DensityResult):
        why = found.withheld or reasons[None]
        without = DensityResult.withhold(found.provenance, found.kind, why)
        return replace(result, density=without)
    views = {view: said for view, said in found.views.items() if view not in red}
    found = replace(found, views=views, withheld={**reasons, **found.withheld})
    said: dict[str, Any] = {model: found}
    return replace(result, **said)
