"""What lies in the user's folder of weights."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.catalog import ModelCard, Role
from models.digests import digests_of
from models.errors import WeightsError, WeightsNotFoundError, WeightsUnreadableError, name_of
from models.rooms import room_of
from models.store.terms import are_accepted
from models.weights import find, identify


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """One file that a model works with, as far as it is there.

    Attributes
    ----------
    path : the file that would be used; None where there is none.
    variant : which released file it is, `unknown weights`, or empty without a file.
    sha256 : of its bytes, or empty.
    fault : what keeps it from being used as far as a look tells, or empty.
    accepted : whether somebody has agreed to the terms.
    """

    card: ModelCard
    role: Role
    path: Path | None
    variant: str = ""
    sha256: str = ""
    size_bytes: int = 0
    fault: str = ""
    accepted: bool = True

    @property
    def key(self) -> str:
        """As on the command line."""
        return self.card.key(self.role.id)


def holdings(cards: Iterable[ModelCard], folder: Path) -> tuple[Holding, ...]:
    """Every file that these models work with, there or not; digests are taken."""
    return tuple(_holding(card, role, folder) for card in cards for role in card.roles)


def _holding(card: ModelCard, role: Role, folder: Path) -> Holding:
    accepted = are_accepted(card, folder)
    try:
        path = find(card, folder=folder, role=role.id)
    except WeightsNotFoundError:
        return Holding(card, role, None, accepted=accepted)
    try:
        identity = identify(path, card)
        size = path.stat().st_size
    except (WeightsError, OSError) as error:
        return Holding(card, role, path, fault=str(error), accepted=accepted)
    return Holding(card, role, path, identity.variant, identity.sha256, size, accepted=accepted)


def verify(holding: Holding) -> str:
    """Check a file anew: its digest, that it fits, and that it computes.

    Returns
    -------
    What it was found to be, in words.

    Raises
    ------
    WeightsError, ModelError : what is wrong with it.
    """
    if holding.path is None:
        raise WeightsNotFoundError(f"There are no weights for {holding.key}.")
    room_of(holding.card.id).check(holding.role.id, holding.path)
    try:
        sha1 = digests_of(holding.path).git_blob_sha1
    except OSError as error:
        raise WeightsUnreadableError(
            f"{name_of(holding.path)} cannot be read: {error.strerror or error}."
        ) from error
    variant = holding.card.variant(sha1)
    if variant == holding.card.variant(""):
        return "works; not one of the released files whose digest is known"
    return f"works; the released {variant}, bit for bit"


def remove(holding: Holding) -> None:
    """Delete the file; raises WeightsError where that fails, WeightsNotFoundError without one."""
    if holding.path is None:
        raise WeightsNotFoundError(f"There are no weights for {holding.key}.")
    try:
        for path in (holding.path, *companions(holding.path)):
            path.unlink()
    except OSError as error:
        raise WeightsError(
            f"{name_of(holding.path)} cannot be removed: {error.strerror or error}."
        ) from error


def companions(path: Path) -> tuple[Path, ...]:
    """The other files of a TensorFlow checkpoint, whose `.index` tells what its data mean."""
    if path.suffix != ".index":
        return ()
    stem = path.with_suffix("").name
    with os.scandir(path.parent) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(f"{stem}.data-")]
    return tuple(path.parent / name for name in sorted(names))
