"""The cards of all models: the published ones, and the demos of our own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models.cards.card import ModelCard, PublishedWeights, Role
from models.cards.density import DEMO_DENSITY, DENSITY
from models.cards.glam import DEMO, GLAM
from models.cards.mass import DEMO_MASS, MASS
from models.cards.microcalcification import DEMO_MICROCALCIFICATION, MICROCALCIFICATION

__all__ = [
    "CARDS",
    "DEMO",
    "DEMOS",
    "DENSITY",
    "GLAM",
    "MASS",
    "MICROCALCIFICATION",
    "ModelCard",
    "PublishedWeights",
    "Role",
    "demo_for",
    "name_of_model",
]

# What a user may ask for; a demo is chosen by what an image shows.
CARDS: Mapping[str, ModelCard] = MappingProxyType(
    {card.id: card for card in (GLAM, DENSITY, MICROCALCIFICATION, MASS)}
)
# By what their files state under `model`.
DEMOS: Mapping[str, ModelCard] = MappingProxyType(
    {card.id: card for card in (DEMO, DEMO_DENSITY, DEMO_MICROCALCIFICATION, DEMO_MASS)}
)


def name_of_model(model: str) -> str:
    """What a reader calls a model; its id where its card would have to be loaded from outside."""
    return CARDS[model].name if model in CARDS else model


def demo_for(model: str) -> ModelCard | None:
    """The demo that stands in for a model, or None where there is none."""
    return next((card for card in DEMOS.values() if card.demo_of == model), None)
