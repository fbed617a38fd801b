"""What a phantom exam is to show, before anything is drawn: small, frozen, made from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType

from models.exam import BreastLabels, FindingClass, Laterality

DENSITIES = "abcd"
# Part of the breast's area that is glandular, by BI-RADS class (a < 25 %, d > 75 % of the
# breast as a reader sees it; the area that looks white is smaller).
GLAND_FRACTION: Mapping[str, float] = MappingProxyType(
    {"a": 0.07, "b": 0.22, "c": 0.42, "d": 0.62}
)


class LesionKind(Enum):
    """What a lesion is made of."""

    MASS = "mass"
    CALCIFICATIONS = "calcifications"
    MASS_WITH_CALCIFICATIONS = "mass with calcifications"


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion, seen in both views of its breast.

    Attributes
    ----------
    depth_mm : from the nipple towards the chest wall, the same in CC and MLO.
    offset_mm : (CC, MLO) off the axis behind the nipple, upwards in the hung image positive;
        equal in size, so that the distance to the nipple is the same in both views.
    radius_mm : of a mass, or of the field of a cluster.
    contrast : what a mass adds to the tissue where it is thickest, in parts of full scale.
    seed : of its shape.
    """

    laterality: Laterality
    finding: FindingClass
    kind: LesionKind
    depth_mm: float
    offset_mm: tuple[float, float]
    radius_mm: float
    contrast: float
    seed: int


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """Two breasts of one person, and what is in them.

    Attributes
    ----------
    seed : of everything that is drawn by chance.
    density : BI-RADS class, `a` to `d`.
    acquisition : 0 for the first time these breasts are imaged; another number gives the same
        tissue, held a little differently, with other noise: a prior, say.
    """

    seed: int
    density: str
    lesions: tuple[Lesion, ...] = ()
    acquisition: int = 0

    @property
    def labels(self) -> Mapping[Laterality, BreastLabels]:
        """What is truly in each breast."""
        return MappingProxyType(
            {
                side: BreastLabels(
                    benign=self._has(side, FindingClass.BENIGN),
                    malignant=self._has(side, FindingClass.MALIGNANT),
                )
                for side in Laterality
            }
        )

    def _has(self, side: Laterality, finding: FindingClass) -> bool:
        return any(
            lesion.laterality is side and lesion.finding is finding for lesion in self.lesions
        )

    def earlier(self, scale: float = 0.0) -> ExamPlan:
        """The same person a year or two before: lesions of `scale` times the radius, or none."""
        lesions = tuple(
            replace(
                lesion, radius_mm=lesion.radius_mm * scale, contrast=lesion.contrast * scale**0.5
            )
            for lesion in self.lesions
            if scale > 0
        )
        return replace(self, lesions=lesions, acquisition=self.acquisition + 1)
