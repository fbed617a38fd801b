"""What models said of an exam before, out of what was kept, without weights or a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.analysis import problem_of, unit_key, with_said
from models.cache import ResultCache
from models.catalog import CARDS, DEMOS, ModelCard
from models.errors import Problem
from models.exam import Exam, View
from models.gate import Light, Verdict, judge
from models.reading import Reading, Unit
from models.results import ExamResult, MadeBy
from models.rooms import published_room
from models.weights import WeightsIdentity

_UNNAMED = "unknown weights"


def recall(exam: Exam, made: Mapping[str, MadeBy], cache: ResultCache) -> ExamResult | None:
    """Everything that these computations said of these very images, or None if any of it is gone.

    A part would not do: a model that is silent looks like one that found nothing. The gate is
    asked anew, so what it keeps from a model now is withheld, whatever was said before.

    Parameters
    ----------
    made : by model; of models from outside nothing comes back without running them.
    """
    result = ExamResult(exam.exam_id, settings=_settings(made))
    verdicts: dict[str, Mapping[View | None, Verdict]] = {}
    problems: list[Problem] = []
    for model, computation in made.items():
        reading = _reading(model, computation)
        if reading is None:
            return None
        found: dict[Unit, Any] = {}
        withheld: dict[Unit, str] = {}
        judged: dict[View | None, Verdict] = {}
        for unit in reading.units(exam):
            verdict = judged[unit.view] = judge(reading.card, unit.images, exam)
            if verdict.light is Light.RED:
                withheld[unit] = " ".join(verdict.reasons)
                continue
            key = unit_key(reading, unit, [*computation.files.values()])
            evidence = cache.get(key, reading.evidence)
            if evidence is None:
                return None
            found[unit] = evidence
        said = reading.result(found, withheld, computation.files)
        result = with_said(result, model, said)
        verdicts[model] = MappingProxyType(judged)
        problems += [problem_of(unit, reading.card, why) for unit, why in withheld.items()]
    return replace(result, verdicts=MappingProxyType(verdicts), problems=tuple(problems))


def _settings(made: Mapping[str, MadeBy]) -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType({model: each.settings for model, each in made.items()})


def _reading(model: str, made: MadeBy) -> Reading | None:
    """The reading that a computation was, with nothing behind it; None where there is none."""
    if model not in CARDS:
        return None
    roles = [role.id for role in CARDS[model].roles if role.id in made.files]
    cards = {role: _card(made.files[role].model_id) for role in roles}
    if not roles or len(roles) != len(made.files) or None in cards.values():
        return None
    files = {
        role: WeightsIdentity(
            Path(made.files[role].weights_name), made.files[role].weights_sha256, card, _UNNAMED
        )
        for role, card in cards.items()
        if card is not None
    }
    try:
        return published_room(model).recalled(files, made.settings)
    except KeyError:  # a setting that this model has always had is not there
        return None


def _card(model_id: str) -> ModelCard | None:
    return CARDS.get(model_id) or DEMOS.get(model_id)
