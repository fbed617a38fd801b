"""Which models an analysis runs, with which files and settings: from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.catalog import CARDS, GLAM
from models.errors import WeightsError
from models.reading import Reading, Request
from models.rooms import card_of_model, own_models, room_of
from models.store.recognise import recognise
from models.weights import find
from models.weights_choice import WeightsChoice


@dataclass(frozen=True, slots=True)
class Asked:
    """A model by its id, and what was said about it: `density:histogram`."""

    model: str
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Named:
    """A weights file that was named: for a model, and for a role unless the file tells."""

    model: str
    role: str | None
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What reads the exams of one kind, phantoms or real ones.

    Attributes
    ----------
    requests : by model, in the order in which they were asked for.
    readings : the same, their files identified.
    missing : why there is nothing of the other models, by model.
    """

    requests: Mapping[str, Request]
    readings: Mapping[str, Reading]
    missing: Mapping[str, WeightsError]


def parse_models(text: str) -> tuple[Asked, ...]:
    """`glam,density:histogram` as models; raises ArgumentTypeError for others."""
    return tuple(_asked(name) for name in text.split(","))


def parse_weights(text: str) -> Named:
    """`NAME=FILE` or `NAME.PART=FILE`; raises ArgumentTypeError for anything else."""
    name, separator, path = text.partition("=")
    model, dot, role = name.partition(".")
    if not separator or not path or not _is_known(model):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=FILE or NAME.PART=FILE ({', '.join(_names())}=FILE)"
        )
    if dot and model in CARDS and CARDS[model].role(role) is None:
        names = ", ".join(CARDS[model].key(each.id) for each in CARDS[model].roles)
        raise argparse.ArgumentTypeError(f"{text!r}: choose {names}")
    return Named(model, role if dot else None, Path(path).expanduser())


def choose(
    asked: Sequence[Asked],
    named: Sequence[Named],
    settings: Mapping[str, Mapping[str, Any]],
    demos: Mapping[str, Path],
    kinds: Collection[bool],
) -> Mapping[bool, Chosen]:
    """What reads phantoms (True) and real exams (False), as far as there are such exams.

    A model whose weights are missing or damaged does not keep the others from running.

    Parameters
    ----------
    settings : by model, such as the number of patches.
    demos : the demo weights that come with Fourview, by model.

    Raises
    ------
    WeightsError : none of the models has weights for any of the exams.
    ModelError : a model from outside cannot be loaded.
    """
    choice = WeightsChoice({_key(each): each.path for each in named}, demos=demos)
    chosen = {kind: _chosen(asked, choice, settings, is_phantom=kind) for kind in kinds}
    failures = [error for each in chosen.values() for error in each.missing.values()]
    if failures and not any(each.requests for each in chosen.values()):
        raise failures[0]
    return chosen


def _chosen(
    asked: Sequence[Asked],
    choice: WeightsChoice,
    settings: Mapping[str, Mapping[str, Any]],
    *,
    is_phantom: bool,
) -> Chosen:
    requests: dict[str, Request] = {}
    readings: dict[str, Reading] = {}
    missing: dict[str, WeightsError] = {}
    for one in asked:
        card = card_of_model(one.model)
        options = {**settings.get(one.model, {}), **one.options}
        try:
            files = choice.files(card, is_phantom=is_phantom, role=one.options.get("kind"))
            request = room_of(one.model).request(files, options)
            readings[one.model] = request.open()
            requests[one.model] = request
        except WeightsError as error:
            missing[one.model] = error
    return Chosen(requests, readings, missing)


def _key(named: Named) -> str:
    """`mass.breast`, the part being the one that was said, or that the file's content tells."""
    card = card_of_model(named.model)
    if named.role is not None:
        return card.key(named.role)
    if len(card.roles) == 1:
        return card.key(card.roles[0].id)
    return recognise(find(card, named.path), (card,)).key


def _asked(name: str) -> Asked:
    model, colon, kind = name.partition(":")
    if not _is_known(model):
        raise argparse.ArgumentTypeError(f"no model is called {name!r}")
    if not colon:
        return Asked(model)
    card = CARDS.get(model, GLAM)
    if not card.one_role or card.role(kind) is None:
        raise argparse.ArgumentTypeError(f"{model} has no kind {kind!r}")
    return Asked(model, {"kind": kind})


def _is_known(model: str) -> bool:
    return model in CARDS or any(own.id == model for own in own_models())


def _names() -> tuple[str, ...]:
    return (*CARDS, *(own.id for own in own_models()))
