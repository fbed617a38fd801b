"""GLAM in the frame that all models share: its request, its reading, and its check of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.catalog import GLAM, ModelCard
from models.errors import WeightsNotFoundError
from models.exam import Exam
from models.glam.evidence import FIXED_STEPS, GlamEvidence
from models.reading import (
    CHECKED_ON,
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
from models.results import GlamResult, Provenance
from models.runtime import Placement, Runtime
from models.seen import NetworkInput
from models.weights import WeightsIdentity

if TYPE_CHECKING:
    from models.glam.predictor import LoadedGlam

CARD = GLAM
MOST_PATCHES = 6
_CHECK_ROWS, _CHECK_COLUMNS, _CHECK_PATCH = 256, 192, 64


@dataclass(frozen=True, slots=True)
class GlamRequest:
    """GLAM with these weights, looking closely at `patches` (K, 1 to 6) regions a view."""

    weights: Path
    patches: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.patches <= MOST_PATCHES:
            raise ValueError(f"patches must be 1 to {MOST_PATCHES}, not {self.patches}")

    @property
    def card(self) -> ModelCard:
        """GLAM's."""
        return GLAM

    def open(self) -> GlamReading:
        """Look at the file; raises WeightsError."""
        return GlamReading(identified(GLAM, {"": self.weights}), self.patches)


@dataclass(frozen=True, slots=True, eq=False)
class GlamReading:
    """GLAM over the views of an exam, each for itself."""

    files: Mapping[str, WeightsIdentity]
    patches: int

    evidence = GlamEvidence

    @property
    def card(self) -> ModelCard:
        """Of the weights."""
        return card_of(self.files)

    @property
    def settings(self) -> Mapping[str, Any]:
        """K."""
        return {"patches": self.patches}

    @property
    def steps(self) -> int:
        """Of one view."""
        return FIXED_STEPS + self.patches

    def units(self, exam: Exam) -> tuple[Unit, ...]:
        """The standard views."""
        return view_units(exam)

    def read(
        self, unit: Unit, placement: Placement, runtime: Runtime, begin: Begin, pause: Pause
    ) -> GlamEvidence:
        """One view; raises ModelError."""
        from models.glam.predictor import predict

        (mammogram,) = unit.images
        return predict(mammogram, self._loaded(placement, runtime), self.patches, begin, pause)

    def inputs(
        self, unit: Unit, placement: Placement, runtime: Runtime
    ) -> tuple[NetworkInput, ...]:
        """The window of the global network; patches are cut from it."""
        del placement, runtime  # it depends on the image alone
        from models.glam.predictor import window_of

        (mammogram,) = unit.images
        seen = window_of(mammogram)
        if unit.view is None:
            return ()
        note = "whole, to the global network; the patches are cut from it"
        return (
            NetworkInput("window", unit.view, seen.values, seen.to_source, mammogram.shape, note),
        )

    def _loaded(self, placement: Placement, runtime: Runtime) -> LoadedGlam:
        from models.glam.predictor import LoadedGlam, load

        networks = Networks(GLAM, self.files, placement, runtime)
        return LoadedGlam(networks.of("", load), placement)

    def result(
        self,
        found: Mapping[Unit, GlamEvidence],
        withheld: Mapping[Unit, str],
        made: Mapping[str, Provenance],
    ) -> GlamResult:
        """The views, fused maps in stored pixels."""
        return GlamResult(
            made[""],
            {view: evidence.to_view() for view, evidence in by_view(found).items()},
            by_view(withheld),
        )


def request(files: Mapping[str, Path], options: Mapping[str, Any]) -> GlamRequest:
    """GLAM with its one file; `options` may hold `patches`. Raises WeightsNotFoundError."""
    if "" not in files:
        raise WeightsNotFoundError(f"No weights for {GLAM.name} were found: {GLAM.obtain}")
    return GlamRequest(files[""], options.get("patches", 1))


def recalled(files: Mapping[str, WeightsIdentity], settings: Mapping[str, Any]) -> GlamReading:
    """As `PublishedRoom`."""
    return GlamReading(files, settings["patches"])


def check(role: str, path: Path) -> None:
    """Load a file and let both networks compute something small.

    Raises
    ------
    WeightsError : it is damaged, does not fit, or gives no finite numbers.
    """
    del role  # there is one
    import torch

    from models.glam.predictor import load

    network = load(path, CHECKED_ON)
    noise = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        image = torch.randn(1, 1, _CHECK_ROWS, _CHECK_COLUMNS, generator=noise)
        found = network.global_network(image, never_stop)
        close_up = network.detection_network(image[..., :_CHECK_PATCH, :_CHECK_PATCH], never_stop)
    finite = bool(torch.isfinite(found.scores).all() and torch.isfinite(close_up).all())
    require_finite(path, finite=finite)
