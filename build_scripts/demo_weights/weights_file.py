"""The weights file of a demo: what it says of itself, and how large it may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from torch import nn

from models.cards.card import ModelCard
from models.errors import ModelError
from models.weights import MODEL_KEY
from models.weights_architecture import StatedArchitecture

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

A = TypeVar("A", bound="DataclassInstance")

VERSION = "1"


def facts_of(card: ModelCard, recipe: object, **learned_from: int) -> Mapping[str, str]:
    """What the file says of itself, beside its architecture.

    Parameters
    ----------
    recipe : what JSON can say of how it was trained.
    learned_from : how many exams, views or fields.
    """
    return {
        MODEL_KEY: card.id,
        "name": card.name,
        "version": VERSION,
        "licence": card.licence,
        "recipe": json.dumps(recipe),
        **{what: str(count) for what, count in learned_from.items()},
    }


def save(
    network: nn.Module,
    stated: StatedArchitecture[A],
    architecture: A,
    weights: Path,
    facts: Mapping[str, str],
    most_bytes: int,
) -> None:
    """Write the file, the same bytes for the same network.

    Raises
    ------
    ModelError : it becomes too large. ExportError : it cannot be written.
    """
    stated.save(network, architecture, weights, facts)
    if weights.stat().st_size > most_bytes:
        raise ModelError(f"{weights} weighs more than {most_bytes} bytes.")
