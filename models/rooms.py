"""The rooms of all models: the published ones, and those that a user has installed beside them.

A package from outside announces a room under the entry-point group `fourview.models`
(docs/own-models.md). It is listed by its name, and nothing of it is imported until somebody asks
for that very model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from models.cards.card import ModelCard
from models.catalog import CARDS
from models.errors import ModelError
from models.own_room import OwnRoom, held
from models.reading import PublishedRoom, Room

GROUP = "fourview.models"


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A model from outside, as its package announces it; nothing of it is loaded.

    Attributes
    ----------
    id : the name that it is asked for by.
    package, version : what was installed.
    """

    id: str
    package: str
    version: str


def own_models() -> tuple[OwnModel, ...]:
    """The models from outside that are installed, by name."""
    return tuple(
        OwnModel(
            name,
            point.dist.name if point.dist else "",
            point.dist.version if point.dist else "",
        )
        for name, point in sorted(_points().items())
    )


def room_of(model: str) -> Room:
    """What runs a model; that of a model from outside is imported now.

    Raises
    ------
    ModelError : nothing of that name is installed, or what is installed cannot be used.
    """
    if model in CARDS:
        return published_room(model)
    point = _points().get(model)
    if point is None:
        raise ModelError(f"No model is called {model}.")
    return _loaded(point)


def published_room(model: str) -> PublishedRoom:
    """What runs one of our own models; raises KeyError for any other."""
    return cast("PublishedRoom", import_module(CARDS[model].room))


def card_of_model(model: str) -> ModelCard:
    """The card of a model by its id; raises ModelError as `room_of` does."""
    return CARDS[model] if model in CARDS else room_of(model).CARD


def _points() -> Mapping[str, EntryPoint]:
    """By name; the names of our own models are not to be had."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    return {name: point for name, point in found.items() if name not in CARDS}


def _loaded(point: EntryPoint) -> Room:
    with held(point.name):
        room = point.load()
        card = getattr(room, "CARD", None)
    if not isinstance(card, ModelCard) or card.id != point.name:
        raise ModelError(f"The model {point.name} brings no card of that name.")
    if not all(callable(getattr(room, name, None)) for name in ("check", "request")):
        raise ModelError(f"The model {point.name} brings no `check` and `request`.")
    return OwnRoom(card, cast("Room", room))
