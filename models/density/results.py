"""What the density models say of an exam, and where they looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from models.exam import View
from models.geometry import Box
from models.results import Provenance


class BreastDensity(Enum):
    """BI-RADS breast composition, in the order of the models' probabilities (spec 2)."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"

    @property
    def words(self) -> str:
        """What the class means."""
        return _WORDS[self]


_WORDS = {
    BreastDensity.A: "almost entirely fatty",
    BreastDensity.B: "scattered fibroglandular densities",
    BreastDensity.C: "heterogeneously dense",
    BreastDensity.D: "extremely dense",
}


class DensityKind(StrEnum):
    """Which of the two published models."""

    HISTOGRAM = "histogram"
    CNN = "cnn"


@dataclass(frozen=True, slots=True, eq=False)
class DensityEvidence:
    """What one computation found in four views.

    Attributes
    ----------
    probabilities : of a, b, c and d; 0 … 1, they sum to 1. Softmax outputs, not calibrated.
    windows : what was read of each view, in pixels of its stored image; may reach past it, as
        the zeros around a small image do.
    remark : what a reader must know beside the number, as sentences, or empty.
    """

    kind: DensityKind
    probabilities: tuple[float, float, float, float]
    windows: Mapping[View, Box]
    remark: str = ""

    def to_result(self, provenance: Provenance) -> DensityResult:
        """The same, with where it came from."""
        return DensityResult(provenance, self.kind, self.probabilities, self.windows, self.remark)


@dataclass(frozen=True, slots=True, eq=False)
class DensityResult:
    """Density of one exam; both breasts count together, as the published models have it.

    Attributes
    ----------
    probabilities, windows, remark : as in `DensityEvidence`; empty where it is withheld.
    withheld : why there is no number, as a sentence, or empty.
    """

    provenance: Provenance
    kind: DensityKind
    probabilities: tuple[float, ...]
    windows: Mapping[View, Box]
    remark: str = ""
    withheld: str = ""

    @classmethod
    def withhold(cls, provenance: Provenance, kind: DensityKind, reason: str) -> DensityResult:
        """No number, and why."""
        return cls(provenance, kind, (), {}, withheld=reason)

    @property
    def density(self) -> BreastDensity | None:
        """The most probable class, the less dense of equals; None where it is withheld."""
        if not self.probabilities:
            return None
        return list(BreastDensity)[self.probabilities.index(max(self.probabilities))]
