"""What the cards promise: every file can be told from others, and every model says its limits."""

from __future__ import annotations

import pytest

from models.catalog import CARDS, DEMOS, demo_for

PUBLISHED = list(CARDS.values())


@pytest.mark.parametrize("card", PUBLISHED, ids=lambda card: card.id)
def test_every_published_model_says_whose_it_is_and_what_it_must_not_be_asked(card) -> None:
    for text in (card.citation, card.licence, card.trained_on, card.limits, card.scores):
        assert len(text) > 10
        assert text.endswith((".", ")"))
    assert card.url.startswith("https://")
    assert card.terms.endswith(".")
    assert card.terms_url.startswith("https://")
    assert not card.phantoms_only


@pytest.mark.parametrize("card", PUBLISHED, ids=lambda card: card.id)
def test_every_released_file_belongs_to_a_role_and_has_a_name_of_its_own(card) -> None:
    roles = {role.id for role in card.roles}
    assert {published.role for published in card.weights} == roles
    for role in roles:
        names = [published.file_name for published in card.released(role)]
        assert len(names) == len(set(names))
    assert card.one_role or any(role.needed for role in card.roles)


@pytest.mark.parametrize("card", PUBLISHED, ids=lambda card: card.id)
def test_what_can_be_fetched_can_be_verified(card) -> None:
    for published in card.weights:
        if published.address:
            assert published.address.startswith("https://")
            assert len(published.git_blob_sha1) == 40
    digests = [published.git_blob_sha1 for published in card.weights if published.git_blob_sha1]
    assert len(digests) == len(set(digests))


def test_every_model_has_one_demo_which_reads_phantoms_alone() -> None:
    assert {card.demo_of for card in DEMOS.values()} == set(CARDS)
    for card in DEMOS.values():
        assert demo_for(card.demo_of) is card
        assert card.phantoms_only
        assert not card.terms
        assert not card.weights
        assert card.model in CARDS
        assert "phantoms only" in card.name
    assert not set(CARDS) & set(DEMOS)


def test_a_file_is_named_by_its_model_and_its_role() -> None:
    assert CARDS["glam"].key("") == "glam"
    assert CARDS["mass"].key("breast") == "mass.breast"
