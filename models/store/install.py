"""Bringing weights into the user's folder: from their authors, from a mirror, or from a file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.catalog import ModelCard, PublishedWeights
from models.digests import digests_of
from models.errors import WeightsFetchError, WeightsUnreadableError, name_of
from models.progress import CancelToken, Progress, Report, ignore_progress
from models.rooms import room_of
from models.store.download import LARGEST_BYTES, Patience, Wanted, download
from models.store.recognise import Fit, recognise
from models.store.shelf import companions
from models.store.terms import require_accepted
from models.store.whole import copy_in, move_in, waiting_room
from models.weights import NAMELESS, SUFFIXES, home_of

MIRROR = "FOURVIEW_WEIGHTS_MIRROR"
"""The environment variable that names a folder or an address to take released files from."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A file that is ready. `new` is False where it had been there already."""

    fit: Fit
    path: Path
    variant: str
    new: bool = True


def mirror() -> str:
    """Where released files are taken from instead of their authors' pages; empty for nowhere."""
    return os.environ.get(MIRROR, "")


def install(
    card: ModelCard,
    published: PublishedWeights,
    folder: Path,
    *,
    source: str = "",
    report: Report = ignore_progress,
    cancel: CancelToken | None = None,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> Installed:
    """Bring one released file into the user's folder of weights.

    Parameters
    ----------
    folder : the user's folder of weights.
    source : a mirror: an address, or a folder laid out like the folder of weights (or with the
        file right in it); empty for the authors' address. From an address only files are taken
        whose digest is known.

    Raises
    ------
    TermsNotAcceptedError : nobody has agreed to the terms yet.
    WeightsFetchError : it cannot be had, or another file arrived.
    WeightsError : what arrived does not work.
    Cancelled : stopping was asked for.
    """
    require_accepted(card, folder)
    stop = cancel or CancelToken()
    home = home_of(card, published.role, folder)
    place = home / published.file_name
    fit = Fit(card, published.role)
    if _is_released(card, place, published):
        return Installed(fit, place, published.variant, new=False)
    if source and not _is_address(source):
        return _from_folder(card, published, folder, Path(source).expanduser())
    address = _address(card, published, source)
    wanted = Wanted(
        address, card.name_with(published.variant), published.git_blob_sha1, published.size_bytes
    )
    with waiting_room(home) as room:
        arrived = room / published.file_name
        download(wanted, arrived, home, report, stop, patience)
        report(Progress(0, 1, f"checking {wanted.name}"))
        room_of(card.id).check(published.role, arrived)
        path = move_in(arrived, home, published.file_name, released=True)
    return Installed(fit, path, published.variant)


def import_file(
    path: Path,
    cards: Iterable[ModelCard],
    folder: Path,
    *,
    role: str | None = None,
    report: Report = ignore_progress,
) -> Installed:
    """Take over a file that the user has got, whatever it is called.

    A copy is checked, and the very copy moves in: its content tells what it is of.

    Parameters
    ----------
    cards : of the models that it may be of; role : the only role that counts, if somebody said.

    Raises
    ------
    TermsNotAcceptedError : nobody has agreed to the terms of its model yet.
    WeightsError : it fits no model, or does not work.
    """
    with waiting_room(folder) as room:
        report(Progress(0, 2, f"copying {name_of(path)}"))
        waiting = copy_in(path, room, LARGEST_BYTES)
        beside = [copy_in(one, room, LARGEST_BYTES) for one in _companions(path)]
        report(Progress(1, 2, f"checking {name_of(path)}"))
        fit = recognise(waiting, cards, role)
        require_accepted(fit.card, folder)
        return _moved_in(fit, waiting, beside, folder)


def _moved_in(fit: Fit, waiting: Path, beside: list[Path], folder: Path) -> Installed:
    home = home_of(fit.card, fit.role, folder)
    released = _released(fit.card, waiting)
    name = released.file_name if released else _findable(waiting.name)
    for one in beside:
        move_in(one, home, one.name, released=False)
    place = move_in(waiting, home, name, released=released is not None)
    variant = released.variant if released else fit.card.variant("")
    return Installed(fit, place, variant)


def _findable(name: str) -> str:
    """A name that `models.weights.find` knows as that of weights."""
    return name if Path(name).suffix.lower() in SUFFIXES else f"{name}{NAMELESS}"


def _from_folder(
    card: ModelCard, published: PublishedWeights, folder: Path, source: Path
) -> Installed:
    """A released file from a mirror on disk; without a known digest its content must tell."""
    places = (home_of(card, published.role, source), source)
    found = [place / published.file_name for place in places]
    path = next((path for path in found if path.is_file()), None)
    if path is None:
        raise WeightsFetchError(f"{source} has no {published.file_name} of {card.name}.")
    if published.git_blob_sha1 and not _is_released(card, path, published):
        raise WeightsFetchError(
            f"{path} is not the published file of {card.name_with(published.variant)}: its "
            "digest differs."
        )
    return import_file(path, (card,), folder, role=published.role)


def _address(card: ModelCard, published: PublishedWeights, source: str) -> str:
    if not published.git_blob_sha1 or not (source or published.address):
        raise WeightsFetchError(
            f"{card.name_with(published.variant)} cannot be fetched, because nothing would tell "
            f"whether the right file arrived: {card.obtain}"
        )
    if not source:
        return published.address
    parts = (source.rstrip("/"), card.id, published.role, published.file_name)
    return "/".join(part for part in parts if part)


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _is_released(card: ModelCard, path: Path, published: PublishedWeights) -> bool:
    released = _released(card, path) if path.is_file() else None
    return released is not None and released.git_blob_sha1 == published.git_blob_sha1


def _released(card: ModelCard, path: Path) -> PublishedWeights | None:
    """Which released file a file is, bit for bit; None where its digest is not known."""
    try:
        digest = digests_of(path).git_blob_sha1
    except OSError as error:
        raise WeightsUnreadableError(
            f"{name_of(path)} cannot be read: {error.strerror or error}."
        ) from error
    return next((one for one in card.weights if one.git_blob_sha1 == digest), None)


def _companions(path: Path) -> tuple[Path, ...]:
    try:
        return companions(path)
    except OSError:
        return ()
