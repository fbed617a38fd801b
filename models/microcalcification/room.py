"""Microcalcifications in the frame that all models share: request, reading, check of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.cards.microcalcification import CLASSIFIER, UNET
from models.catalog import MICROCALCIFICATION, ModelCard
from models.exam import Exam
from models.microcalcification.results import CalcificationResult, CalcificationView
from models.microcalcification.tiles import TILE_PX
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
from models.results import Provenance
from models.runtime import Placement, Runtime
from models.seen import NetworkInput
from models.weights import WeightsIdentity

if TYPE_CHECKING:
    from models.microcalcification.predictor import LoadedDeepMiCa

CARD = MICROCALCIFICATION
_STEPS = 3
_CHECK_PX = 64


@dataclass(frozen=True, slots=True)
class CalcificationRequest:
    """Calcifications with these weights, by role.

    Attributes
    ----------
    seamless : overlapping tiles instead of the published ones.
    """

    files: Mapping[str, Path]
    seamless: bool = False

    @property
    def card(self) -> ModelCard:
        """That of microcalcifications."""
        return MICROCALCIFICATION

    def open(self) -> CalcificationReading:
        """Look at the files; raises WeightsError."""
        return CalcificationReading(identified(MICROCALCIFICATION, self.files), self.seamless)


@dataclass(frozen=True, slots=True, eq=False)
class CalcificationReading:
    """Calcifications over the views of an exam, each for itself."""

    files: Mapping[str, WeightsIdentity]
    seamless: bool

    evidence = CalcificationView
    steps = _STEPS

    @property
    def card(self) -> ModelCard:
        """Of the weights."""
        return card_of(self.files)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Whether tiles overlap."""
        return {"seamless": self.seamless}

    def units(self, exam: Exam) -> tuple[Unit, ...]:
        """The standard views."""
        return view_units(exam)

    def read(
        self, unit: Unit, placement: Placement, runtime: Runtime, begin: Begin, pause: Pause
    ) -> CalcificationView:
        """One view; raises ModelError."""
        from models.microcalcification.predictor import predict

        (mammogram,) = unit.images
        return predict(mammogram, self._loaded(placement, runtime), begin, pause)

    def inputs(
        self, unit: Unit, placement: Placement, runtime: Runtime
    ) -> tuple[NetworkInput, ...]:
        """What the U-Net's tiles are cut from."""
        del placement, runtime  # it depends on the image alone
        from models.microcalcification.laying import lie_left
        from models.microcalcification.predictor import network_input

        (mammogram,) = unit.images
        seen = network_input(lie_left(mammogram))
        values = seen.image.astype(np.float32) / np.float32(255)
        if unit.view is None:
            return ()
        note = f"in tiles of {TILE_PX} × {TILE_PX} pixels"
        return (NetworkInput("tiles", unit.view, values, seen.to_source, mammogram.shape, note),)

    def result(
        self,
        found: Mapping[Unit, CalcificationView],
        withheld: Mapping[Unit, str],
        made: Mapping[str, Provenance],
    ) -> CalcificationResult:
        """The views."""
        return CalcificationResult(
            made[UNET],
            made.get(CLASSIFIER),
            by_view(found),
            by_view(withheld),
        )

    def _loaded(self, placement: Placement, runtime: Runtime) -> LoadedDeepMiCa:
        from models.microcalcification.classifier import load_classifier
        from models.microcalcification.predictor import LoadedDeepMiCa, load_unet

        networks = Networks(MICROCALCIFICATION, self.files, placement, runtime)
        return LoadedDeepMiCa(
            networks.of(UNET, load_unet),
            networks.if_given(CLASSIFIER, load_classifier),
            placement,
            self.seamless,
        )


def request(files: Mapping[str, Path], options: Mapping[str, Any]) -> CalcificationRequest:
    """Calcifications with these files by role; `options` may hold `seamless`."""
    return CalcificationRequest(files, options.get("seamless", False))


def recalled(
    files: Mapping[str, WeightsIdentity], settings: Mapping[str, Any]
) -> CalcificationReading:
    """As `PublishedRoom`."""
    return CalcificationReading(files, settings["seamless"])


def check(role: str, path: Path) -> None:
    """Load a file and let its network compute something small.

    Raises
    ------
    WeightsError : it is damaged, does not fit, or gives no finite numbers.
    """
    import torch

    from models.microcalcification.classifier import load_classifier, region_input
    from models.microcalcification.predictor import load_unet

    noise = np.random.default_rng(0).integers(0, 256, (_CHECK_PX, _CHECK_PX), dtype=np.uint8)
    with torch.inference_mode():
        if role == CLASSIFIER:
            found = load_classifier(path, CHECKED_ON)(region_input(noise))
        else:
            tile = torch.from_numpy(noise)[None, None] / 255
            found = load_unet(path, CHECKED_ON)(tile, never_stop)
    require_finite(path, finite=bool(torch.isfinite(found).all()))
