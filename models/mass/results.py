"""What is said of masses, in source-image pixels; numpy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.exam import View
from models.results import CellMap, Provenance

# Spec 2: the map is saved as bytes, cut off, and what is above 127 is mass. A float32 like the
# maps, so that everyone who compares agrees.
THRESHOLD = float(np.float32(128 / 255))


@dataclass(frozen=True, slots=True, eq=False)
class MassFinding:
    """One outlined mass.

    Attributes
    ----------
    outline : closed polygons, each (n, 2) float64, (row, column) in stored pixels; the first is
        the outer edge, the others are holes.
    area_px, longest_diameter_px : in stored pixels.
    area_mm2, longest_diameter_mm : at the detector's spacing over the magnification; None where
        the file states no spacing.
    peak : the highest probability within, 0 … 1.
    score : of malignancy, 0 … 1, not calibrated; None without a classifier.
    """

    outline: tuple[NDArray[np.float64], ...]
    area_px: float
    area_mm2: float | None
    longest_diameter_px: float
    longest_diameter_mm: float | None
    peak: float
    score: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MassView:
    """Masses in one image.

    Attributes
    ----------
    probability : of mass, on the network's grid over the crop around the breast.
    breast : 1 in the breast and 0 elsewhere, on a grid of 1024 × 768 over the whole image.
    findings : the largest first.
    score : of malignancy of all outlines at once, as the classifiers were published; None
        without a classifier or without a finding.
    """

    probability: CellMap
    breast: CellMap
    findings: tuple[MassFinding, ...]
    score: float | None = None

    def mask_in_source(self) -> NDArray[np.bool_]:
        """Where there is mass, shape (rows, columns) of the stored image, bool."""
        mask: NDArray[np.bool_] = self.probability.in_source() >= THRESHOLD
        return mask

    def breast_in_source(self) -> NDArray[np.bool_]:
        """Where there is breast, shape (rows, columns) of the stored image, bool."""
        mask: NDArray[np.bool_] = self.breast.in_source() > 0
        return mask


@dataclass(frozen=True, slots=True, eq=False)
class MassResult:
    """Masses over one exam: views that were analysed, and why others were not.

    Attributes
    ----------
    provenance : of the network that outlines masses.
    breast : of the network that outlines the breast; None where grey values did.
    classifier : of the network that scores; None where there is none.
    """

    provenance: Provenance
    views: Mapping[View, MassView]
    withheld: Mapping[View, str] = field(default_factory=lambda: MappingProxyType({}))
    breast: Provenance | None = None
    classifier: Provenance | None = None
