"""What the frame and a model say to each other: one exam, read by one model.

A model's room (`ModelCard.room`) has three things: `CARD`, `check(role, path)` and
`request(files, options)`. A request opens a reading; the frame (`models.analysis`) does the rest:
device and precision, progress and stopping, kept results, the gate, provenance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from models.cards.card import ModelCard
from models.errors import WeightsError, WeightsNotFoundError, name_of
from models.exam import STANDARD_VIEWS, Exam, Mammogram, View
from models.results import Provenance
from models.runtime import Placement, Runtime
from models.seen import NetworkInput
from models.weights import WeightsIdentity, identify

if TYPE_CHECKING:
    from torch import nn

T = TypeVar("T")
N = TypeVar("N", bound="nn.Module")

# Where a room checks a file.
CHECKED_ON = Placement("cpu", "fp32")

Begin = Callable[[int, str], None]
"""Called with the number of steps done in this unit and what comes next; may raise to stop."""
Pause = Callable[[], None]
"""Called several times within a step; may raise to stop."""
NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What a model reads in one go: an image, or the images of a whole exam.

    Attributes
    ----------
    label : what a reader calls it: `R MLO`, or `the exam`.
    view : the one that it shows; None for a whole exam.
    """

    label: str
    images: tuple[Mammogram, ...]
    view: View | None = None


class Reading(Protocol):
    """A model and its files, about to read one exam after the other.

    Attributes
    ----------
    card : of the weights, so a demo's where demo weights were given.
    files : by role, the one that the model is named by first.
    settings : what its evidence depends on beside images and files; numbers and texts.
    evidence : the type of what `read` returns, a frozen dataclass that can be kept on disk.
    steps : how many `begin` counts within a unit.
    """

    @property
    def card(self) -> ModelCard: ...
    @property
    def files(self) -> Mapping[str, WeightsIdentity]: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def evidence(self) -> type[Any]: ...
    @property
    def steps(self) -> int: ...

    def units(self, exam: Exam) -> tuple[Unit, ...]:
        """What there is to read in an exam."""

    def read(
        self, unit: Unit, placement: Placement, runtime: Runtime, begin: Begin, pause: Pause
    ) -> object:
        """The evidence of one unit, on this device; raises ModelError where there is none."""

    def inputs(
        self, unit: Unit, placement: Placement, runtime: Runtime
    ) -> tuple[NetworkInput, ...]:
        """What its networks are given of one unit; raises ModelError as `read` does."""

    def result(
        self,
        found: Mapping[Unit, Any],
        withheld: Mapping[Unit, str],
        made: Mapping[str, Provenance],
    ) -> object:
        """Everything said of one exam.

        Parameters
        ----------
        found : evidence by unit. withheld : why there is none of the others.
        made : which computation made it, by role of the file.
        """


class Request(Protocol):
    """A model that was asked for, with files and settings."""

    @property
    def card(self) -> ModelCard:
        """Of the model, whatever weights are given."""

    def open(self) -> Reading:
        """Look at the files; raises WeightsError."""


class Room(Protocol):
    """What a model brings: a module or an object."""

    @property
    def CARD(self) -> ModelCard:  # noqa: N802 - a constant of a module
        """Of the model."""

    def check(self, role: str, path: Path) -> None:
        """Load a file and compute something small; raises WeightsError, ModelError if it fails."""

    def request(self, files: Mapping[str, Path], options: Mapping[str, Any]) -> Request:
        """A request with these files by role; raises WeightsNotFoundError, ValueError."""


class PublishedRoom(Room, Protocol):
    """The room of a model of ours, whose results come back without weights, too."""

    def recalled(
        self, files: Mapping[str, WeightsIdentity], settings: Mapping[str, Any]
    ) -> Reading:
        """The reading that an earlier one was; raises KeyError where a setting is missing.

        Parameters
        ----------
        files : by role, in the order of its card; nothing needs to lie at their paths.
        settings : as that one had them.
        """


def view_units(exam: Exam) -> tuple[Unit, ...]:
    """A unit for each standard view, in the order of reading."""
    return tuple(
        Unit(view.label, (exam.mammograms[view],), view)
        for view in STANDARD_VIEWS
        if view in exam.mammograms
    )


def identified(card: ModelCard, files: Mapping[str, Path]) -> Mapping[str, WeightsIdentity]:
    """The files of a model, in the order of its roles; raises WeightsError.

    Raises
    ------
    WeightsNotFoundError : a file, or one that the model cannot run without, is not there.
    WeightsUnreadableError : a file is damaged or of another model.
    """
    given = {role.id: files[role.id] for role in card.roles if role.id in files}
    lacking = [role.what for role in card.roles if role.needed and role.id not in given]
    if not given or (lacking and not card.one_role):
        what = (
            " or ".join(role.what for role in card.roles)
            if card.one_role
            else " and ".join(lacking)
        )
        raise WeightsNotFoundError(
            f"No weights for {card.name} were found ({what}): {card.obtain}"
        )
    return {role: identify(path, card) for role, path in given.items()}


def by_view(found: Mapping[Unit, T]) -> Mapping[View, T]:
    """What is known of units that are views."""
    return MappingProxyType({unit.view: each for unit, each in found.items() if unit.view})


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks of a model's files where they compute, loaded unless the runtime kept them."""

    card: ModelCard
    files: Mapping[str, WeightsIdentity]
    placement: Placement
    runtime: Runtime

    def of(self, role: str, load: Callable[[Path, Placement], N]) -> N:
        """That of a role's file; raises WeightsError."""
        weights = self.files[role]
        key = f"{self.card.key(role)}:{weights.sha256}"
        return self.runtime.network(
            key, self.placement, lambda: load(weights.path, self.placement)
        )

    def if_given(self, role: str, load: Callable[[Path, Placement], N]) -> N | None:
        """That of a role's file, None where there is no file; raises WeightsError."""
        return self.of(role, load) if role in self.files else None


def never_stop() -> None:
    """A `Pause` for work that is over in a moment."""


def require_finite(path: Path, *, finite: bool) -> None:
    """Raise WeightsError, with the file's name, unless what it computed is finite."""
    if not finite:
        raise WeightsError(f"{name_of(path)} gives no finite numbers: the weights are damaged.")


def card_of(files: Mapping[str, WeightsIdentity]) -> ModelCard:
    """The card that speaks for all files: one that has seen phantoms only speaks first."""
    cards = [identity.card for identity in files.values()]
    return next((card for card in cards if card.phantoms_only), cards[0])
