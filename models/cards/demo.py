"""The cards of demos: small networks of our own on the interface of a published model."""

from __future__ import annotations

from dataclasses import replace

from models.cards.card import ModelCard, Role


def demo_of(card: ModelCard, role: str = "") -> ModelCard:
    """The card of the demo that stands in for a model on phantoms.

    Parameters
    ----------
    role : of the one file that the demo brings.
    """
    return replace(
        card,
        id=f"demo-{card.id}",
        name=f"{card.name} demo (phantoms only)",
        summary=f"A small network of our own with the interface of {card.name}, trained by "
        "Fourview on phantoms that it draws itself.",
        licence="Apache License 2.0.",
        terms="",
        terms_url="",
        obtain="Built into Fourview, nothing to fetch. It reads phantoms, never anything else.",
        weights=(),
        roles=(Role(role, "its weights"),),
        one_role=False,
        ignored_keys=frozenset(),
        input_contract="CC and MLO views of Fourview's phantoms.",
        trained_on="Phantoms that Fourview draws from seeds; no person's image.",
        limits="It knows nothing but phantoms and says nothing about any person.",
        demo_of=card.id,
        stands_in_for=card.name,
        phantoms_only=True,
    )
