"""What is done to the user's weights in the background: plain functions, without Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from models.catalog import CARDS, ModelCard, PublishedWeights
from models.progress import CancelToken, Report
from models.store.install import import_file, install, mirror
from models.store.recognise import recognise
from models.store.shelf import Holding, holdings, remove, verify
from models.store.terms import accept
from viewer.jobs.quiet_import import import_torch

Deliver = Callable[[object], None]


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What lies in the folder of weights.

    Attributes
    ----------
    words : what has just been done, as a sentence, or empty.
    tried : a file that was found to work where it lies, by its key (`mass.breast`), or None.
    """

    holdings: tuple[Holding, ...]
    words: str = ""
    tried: tuple[str, Path] | None = None

    @classmethod
    def of(cls, folder: Path, words: str = "") -> Shelf:
        """As it is now; digests are taken."""
        return cls(holdings(CARDS.values(), folder), words)


def look(folder: Path, report: Report, deliver: Deliver, cancel: CancelToken) -> Shelf:
    """What is there."""
    del report, deliver, cancel  # digests are kept, so this is short
    return Shelf.of(folder)


def agree(
    card: ModelCard, folder: Path, report: Report, deliver: Deliver, cancel: CancelToken
) -> Shelf:
    """Remember that the user agrees to the terms; raises ExportError."""
    del report, deliver, cancel  # one small file
    accept(card, folder)
    return Shelf.of(folder, f"You have agreed to the terms of {card.name}.")


def fetch(
    card: ModelCard,
    published: PublishedWeights,
    folder: Path,
    report: Report,
    deliver: Deliver,
    cancel: CancelToken,
) -> Shelf:
    """Bring a released file from its authors, or from the mirror; raises ModelError, Cancelled."""
    del deliver
    import_torch()
    done = install(card, published, folder, source=mirror(), report=report, cancel=cancel)
    there = "is ready" if done.new else "was there already"
    return Shelf.of(folder, f"{card.name_with(done.variant)} {there}.")


def take_over(
    path: Path,
    card: ModelCard,
    role: str,
    folder: Path,
    report: Report,
    deliver: Deliver,
    cancel: CancelToken,
) -> Shelf:
    """Take over a file that the user has downloaded for this role; raises ModelError."""
    del deliver, cancel  # a copy and a check
    import_torch()
    done = import_file(path, (card,), folder, role=role, report=report)
    return Shelf.of(folder, f"{card.name_with(done.variant)} is ready: {done.path.name}.")


def try_out(
    path: Path,
    card: ModelCard,
    role: str,
    folder: Path,
    report: Report,
    deliver: Deliver,
    cancel: CancelToken,
) -> Shelf:
    """Whether a file of the user's works as it lies there; raises ModelError."""
    del report, deliver, cancel  # seconds
    import_torch()
    recognise(path, (card,), role)
    shelf = Shelf.of(folder, f"{path.name} works and is used from where it lies.")
    return replace(shelf, tried=(card.key(role), path))


def check(
    holding: Holding, folder: Path, report: Report, deliver: Deliver, cancel: CancelToken
) -> Shelf:
    """Check a file anew; raises ModelError with what is wrong."""
    del report, deliver, cancel  # seconds
    import_torch()
    return Shelf.of(folder, f"{holding.card.name}: the file {verify(holding)}.")


def throw_away(
    holding: Holding, folder: Path, report: Report, deliver: Deliver, cancel: CancelToken
) -> Shelf:
    """Delete a file; raises WeightsError."""
    del report, deliver, cancel  # a moment
    remove(holding)
    return Shelf.of(folder, f"{holding.path.name if holding.path else 'The file'} is removed.")
