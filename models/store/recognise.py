"""Which model, and which of its files, a weights file is of: told by its content alone.

Every loader tries the file as its own. Loaders refuse what does not fit by the names and shapes
of its entries, and hostile files in bounded time and memory; so nothing is guessed, and a file
that is recognised has also been run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.catalog import DEMOS, ModelCard
from models.errors import (
    ModelError,
    WeightsMismatchError,
    WeightsUnreadableError,
    name_of,
)
from models.rooms import room_of
from models.weights import MODEL_KEY, stated


@dataclass(frozen=True, slots=True)
class Fit:
    """A file of a model that a content is fit for."""

    card: ModelCard
    role: str

    @property
    def key(self) -> str:
        """As on the command line: `mass.breast`."""
        return self.card.key(self.role)


def recognise(path: Path, cards: Iterable[ModelCard], role: str | None = None) -> Fit:
    """What a file is, after its model's own check has passed.

    Parameters
    ----------
    cards : of the models that it may be of.
    role : the only one that counts, where somebody said.

    Raises
    ------
    WeightsError : it fits none, with the reason of the loader that it comes closest to; or
        several, with their names.
    """
    says = stated(path).get(MODEL_KEY, "")
    if says in DEMOS:
        raise WeightsUnreadableError(
            f"{name_of(path)} holds {DEMOS[says].name}, which comes with Fourview and reads "
            "phantoms without being installed."
        )
    asked = [card for card in cards if says in ("", card.id)] or list(cards)
    fits: list[Fit] = []
    faults: list[ModelError] = []
    for card in asked:
        for each in card.roles:
            if role not in (None, each.id):
                continue
            try:
                room_of(card.id).check(each.id, path)
            except ModelError as error:
                faults.append(error)
            else:
                fits.append(Fit(card, each.id))
    if len(fits) > 1:
        names = " or ".join(fit.key for fit in fits)
        raise WeightsUnreadableError(
            f"{name_of(path)} could be {names}, and nothing in it tells which: name the one."
        )
    if not fits:
        raise _closest(path, faults)
    return fits[0]


def _closest(path: Path, faults: list[ModelError]) -> ModelError:
    """The fault of the loader that came furthest: it computed, it knew the entries, it read."""
    came_far = [
        fault
        for fault in faults
        if not isinstance(fault, WeightsMismatchError | WeightsUnreadableError)
    ]
    if came_far:
        return came_far[0]
    near = [fault for fault in faults if isinstance(fault, WeightsMismatchError)]
    if near:
        return min(near, key=_entries)
    if len(faults) == 1:
        return faults[0]
    return WeightsUnreadableError(
        f"{name_of(path)} is no weights file that a model can read safely: it is damaged, of "
        "another kind, or asks for more than tensors."
    )


def _entries(fault: WeightsMismatchError) -> int:
    return len(fault.missing) + len(fault.unexpected) + len(fault.misshapen)
