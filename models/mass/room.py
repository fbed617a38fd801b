"""Masses in the frame that all models share: request, reading, and the check of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.cards.mass import BREAST, CLASSIFIER, SEGMENTATION
from models.catalog import MASS, ModelCard
from models.exam import Exam
from models.mass.results import MassResult, MassView
from models.reading import (
    CHECKED_ON,
    NO_SETTINGS,
    Begin,
    Networks,
    Pause,
    Unit,
    by_view,
    card_of,
    identified,
    never_stop,
    require_finite,
    view_units,
)
from models.results import Provenance
from models.runtime import Placement, Runtime
from models.seen import NetworkInput
from models.weights import WeightsIdentity

if TYPE_CHECKING:
    from models.mass.predictor import LoadedMass

CARD = MASS
# The smallest input that every network takes.
_CHECK_SIDE, _CHECK_SCORED_SIDE = 64, 96


@dataclass(frozen=True, slots=True)
class MassRequest:
    """Masses with these weights, by role."""

    files: Mapping[str, Path]

    @property
    def card(self) -> ModelCard:
        """That of masses."""
        return MASS

    def open(self) -> MassReading:
        """Look at the files; raises WeightsError."""
        return MassReading(identified(MASS, self.files))


@dataclass(frozen=True, slots=True, eq=False)
class MassReading:
    """Masses over the views of an exam, each for itself."""

    files: Mapping[str, WeightsIdentity]

    evidence = MassView

    @property
    def card(self) -> ModelCard:
        """Of the weights."""
        return card_of(self.files)

    @property
    def settings(self) -> Mapping[str, Any]:
        """None."""
        return NO_SETTINGS

    @property
    def steps(self) -> int:
        """Of one view."""
        return 3 if CLASSIFIER in self.files else 2

    def units(self, exam: Exam) -> tuple[Unit, ...]:
        """The standard views."""
        return view_units(exam)

    def read(
        self, unit: Unit, placement: Placement, runtime: Runtime, begin: Begin, pause: Pause
    ) -> MassView:
        """One view; raises ModelError."""
        from models.mass.predictor import predict

        (mammogram,) = unit.images
        return predict(mammogram, self._loaded(placement, runtime), begin, pause)

    def inputs(
        self, unit: Unit, placement: Placement, runtime: Runtime
    ) -> tuple[NetworkInput, ...]:
        """The whole image where a network looks for the breast, and the crop around it."""
        from models.mass.predictor import lay

        if unit.view is None:
            return ()
        (mammogram,) = unit.images
        laid = lay(mammogram, self._loaded(placement, runtime), never_stop)
        seen = [("crop", laid.crop, laid.crop_to_source)]
        if BREAST in self.files:
            seen.insert(0, ("whole image", laid.whole, laid.whole_to_source))
        return tuple(
            NetworkInput(name, unit.view, values, to_source, mammogram.shape)
            for name, values, to_source in seen
        )

    def result(
        self,
        found: Mapping[Unit, MassView],
        withheld: Mapping[Unit, str],
        made: Mapping[str, Provenance],
    ) -> MassResult:
        """The views, outlines in stored pixels."""
        return MassResult(
            made[SEGMENTATION],
            by_view(found),
            by_view(withheld),
            made.get(BREAST),
            made.get(CLASSIFIER),
        )

    def _loaded(self, placement: Placement, runtime: Runtime) -> LoadedMass:
        from models.mass.predictor import LoadedMass, load, load_for_breast, load_for_scores

        networks = Networks(MASS, self.files, placement, runtime)
        return LoadedMass(
            networks.of(SEGMENTATION, load),
            placement,
            networks.if_given(BREAST, load_for_breast),
            networks.if_given(CLASSIFIER, load_for_scores),
        )


def request(files: Mapping[str, Path], options: Mapping[str, Any]) -> MassRequest:
    """Masses with these files by role; there are no options."""
    del options
    return MassRequest(files)


def recalled(files: Mapping[str, WeightsIdentity], settings: Mapping[str, Any]) -> MassReading:
    """As `PublishedRoom`."""
    del settings  # there are none
    return MassReading(files)


def check(role: str, path: Path) -> None:
    """Load a file and let its network compute something small.

    Raises
    ------
    WeightsError : it is damaged, does not fit, or gives no finite numbers.
    """
    import torch

    from models.mass.predictor import load, load_for_breast, load_for_scores

    loads = {SEGMENTATION: load, BREAST: load_for_breast, CLASSIFIER: load_for_scores}
    network = loads[role](path, CHECKED_ON)
    channels, side = (3, _CHECK_SCORED_SIDE) if role == CLASSIFIER else (1, _CHECK_SIDE)
    noise = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        found = network(torch.rand(1, channels, side, side, generator=noise))
    require_finite(path, finite=bool(torch.isfinite(found).all()))
