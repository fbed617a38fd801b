"""Density in the frame that all models share: request, reading, and the check of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from models.cards.density import CNN, HISTOGRAM
from models.catalog import DENSITY, ModelCard
from models.density.results import DensityEvidence, DensityKind, DensityResult
from models.errors import WeightsNotFoundError
from models.exam import STANDARD_VIEWS, Exam
from models.reading import (
    CHECKED_ON,
    NO_SETTINGS,
    Begin,
    Networks,
    Pause,
    Unit,
    card_of,
    identified,
    require_finite,
)
from models.results import Provenance
from models.runtime import Placement, Runtime
from models.seen import NetworkInput
from models.weights import WeightsIdentity

if TYPE_CHECKING:
    from models.density.predictor import LoadedDensity

CARD = DENSITY
KINDS: Mapping[str, DensityKind] = MappingProxyType(
    {CNN: DensityKind.CNN, HISTOGRAM: DensityKind.HISTOGRAM}
)
# As `begin` counts: each view, and weighing them.
_STEPS = len(STANDARD_VIEWS) + 1


@dataclass(frozen=True, slots=True)
class DensityRequest:
    """Density by one of the two models.

    Attributes
    ----------
    kind : which, by its role in the card: `cnn` or `histogram`.
    """

    weights: Path
    kind: str

    @property
    def card(self) -> ModelCard:
        """That of density."""
        return DENSITY

    def open(self) -> DensityReading:
        """Look at the file; raises WeightsError."""
        return DensityReading(identified(DENSITY, {self.kind: self.weights}), self.kind)


@dataclass(frozen=True, slots=True, eq=False)
class DensityReading:
    """Density of whole exams."""

    files: Mapping[str, WeightsIdentity]
    kind: str

    evidence = DensityEvidence
    steps = _STEPS

    @property
    def card(self) -> ModelCard:
        """Of the weights."""
        return card_of(self.files)

    @property
    def settings(self) -> Mapping[str, Any]:
        """None: the weights say which of the two models they are of."""
        return NO_SETTINGS

    def units(self, exam: Exam) -> tuple[Unit, ...]:
        """The exam, as far as its views are there."""
        images = tuple(exam.mammograms[view] for view in STANDARD_VIEWS if view in exam.mammograms)
        return (Unit("density", images),)

    def read(
        self, unit: Unit, placement: Placement, runtime: Runtime, begin: Begin, pause: Pause
    ) -> DensityEvidence:
        """The exam; raises ModelError."""
        from models.density.predictor import predict

        return predict(_exam_of(unit), self._loaded(placement, runtime), begin, pause)

    def inputs(
        self, unit: Unit, placement: Placement, runtime: Runtime
    ) -> tuple[NetworkInput, ...]:
        """The window of each view; the histogram model counts its values."""
        from models.density.preprocess import network_input

        reduction = self._loaded(placement, runtime).reduction
        seen = [(image, network_input(image, reduction)) for image in unit.images]
        note = "its histogram alone" if self.kind == HISTOGRAM else ""
        return tuple(
            NetworkInput("window", image.view, each.values, each.to_source, image.shape, note)
            for image, each in seen
            if image.view
        )

    def result(
        self,
        found: Mapping[Unit, DensityEvidence],
        withheld: Mapping[Unit, str],
        made: Mapping[str, Provenance],
    ) -> DensityResult:
        """The one result of the exam."""
        for evidence in found.values():
            return evidence.to_result(made[self.kind])
        return DensityResult.withhold(
            made[self.kind], KINDS[self.kind], " ".join(withheld.values())
        )

    def _loaded(self, placement: Placement, runtime: Runtime) -> LoadedDensity:
        from models.density.predictor import LoadedDensity, load

        networks = Networks(DENSITY, self.files, placement, runtime)
        network = networks.of(self.kind, partial(load, kind=KINDS[self.kind]))
        return LoadedDensity(network, placement)


def request(files: Mapping[str, Path], options: Mapping[str, Any]) -> DensityRequest:
    """Density with the first of its files that is there.

    Parameters
    ----------
    options : may hold `kind`, the role of the only one that will do.

    Raises
    ------
    WeightsNotFoundError : there is none.
    """
    kinds = [options["kind"]] if "kind" in options else [role.id for role in DENSITY.roles]
    kind = next((kind for kind in kinds if kind in files), None)
    if kind is None:
        raise WeightsNotFoundError(f"No weights for {DENSITY.name} were found: {DENSITY.obtain}")
    return DensityRequest(files[kind], kind)


def recalled(files: Mapping[str, WeightsIdentity], settings: Mapping[str, Any]) -> DensityReading:
    """As `PublishedRoom`."""
    del settings  # the weights say which of the two models they are of
    return DensityReading(files, next(iter(files)))


def check(role: str, path: Path) -> None:
    """Load a file and let its network weigh four even views.

    Raises
    ------
    WeightsError : it is damaged, does not fit, or gives no finite numbers.
    """
    import torch

    from models.density.network import CnnNetwork
    from models.density.predictor import load
    from models.density.preprocess import WINDOW

    network = load(path, CHECKED_ON, KINDS[role])
    with torch.inference_mode():
        if isinstance(network, CnnNetwork):
            noise = torch.Generator().manual_seed(0)
            shape = network.architecture.input_shape(WINDOW)
            image = torch.randn(1, 1, *shape, generator=noise)
            views = [network.features(image, projection) for projection in ("cc", "mlo")]
            features = torch.cat((*views[:1] * 2, *views[1:] * 2), dim=1)
        else:
            features = torch.full((1, network.fc1.in_features), 0.02)
        logits = network(features.double())
    require_finite(path, finite=bool(torch.isfinite(logits).all()))


def _exam_of(unit: Unit) -> Exam:
    """The views of a unit as the predictor takes them."""
    return Exam("", "", {image.view: image for image in unit.images if image.view})
