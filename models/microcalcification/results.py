"""What DeepMiCa says of an exam, in source-image pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.exam import View
from models.geometry import Affine, Box
from models.results import CellMap, Provenance

# From this probability on a pixel is called calcification, as published.
THRESHOLD = 0.5
# Less of the breast than this is its rim.
_WORTH_SAYING = 0.02


@dataclass(frozen=True, slots=True)
class Speck:
    """A single calcification: connected pixels at or above the threshold.

    Attributes
    ----------
    row, column : its centre of mass, continuous source pixels.
    area_px : how many pixels it covers.
    peak : the highest probability in it.
    """

    row: float
    column: float
    area_px: int
    peak: float


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Three or more specks, none of them far from its next.

    Attributes
    ----------
    specks : their places in the view's `specks`.
    hull : ndarray, shape (n, 2), float64, (row, column) of the corners of the convex polygon
        around all their pixels, continuous source pixels, one after another.
    extent_mm, extent_px : the longest distance between two corners.
    density_per_cm2 : specks in a square centimetre of the hull.
    score : of the classifier, 0 … 1, not calibrated; None without one, or where no region can
        be cut.
    roi : the region that the classifier reads, source pixels; None where none can be cut.
    """

    specks: tuple[int, ...]
    hull: NDArray[np.float64]
    extent_px: float
    extent_mm: float | None = None
    density_per_cm2: float | None = None
    score: float | None = None
    roi: Box | None = None

    @property
    def count(self) -> int:
        """How many specks it has."""
        return len(self.specks)


@dataclass(frozen=True, slots=True, eq=False)
class CalcificationView:
    """What DeepMiCa says of one image.

    Attributes
    ----------
    probability : of a calcification, a cell for each pixel of the crop to the breast.
    clusters : the one with most specks first.
    left_out : part of the breast that the preprocessing took for its surroundings, so that it
        was never read, 0 … 1.
    """

    probability: CellMap
    specks: tuple[Speck, ...]
    clusters: tuple[Cluster, ...]
    left_out: float = 0.0

    @property
    def remark(self) -> str:
        """What a reader must know beside the findings, as a sentence, or empty."""
        if self.left_out < _WORTH_SAYING:
            return ""
        return (
            f"The preprocessing of DeepMiCa took {self.left_out:.0%} of the breast for its "
            "surroundings: nothing is said about that part."
        )

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Where the probability reaches the threshold, on the cells of `probability`."""
        reached: NDArray[np.bool_] = self.probability.values >= THRESHOLD
        return reached

    @property
    def score(self) -> float | None:
        """The highest score of a cluster; None where no cluster has one."""
        scores = [cluster.score for cluster in self.clusters if cluster.score is not None]
        return max(scores, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class CalcificationResult:
    """DeepMiCa over one exam: views that were analysed, and why others were not.

    Attributes
    ----------
    provenance : of the U-Net; classifier : of the network behind the scores, where there is one.
    """

    provenance: Provenance
    classifier: Provenance | None
    views: Mapping[View, CalcificationView]
    withheld: Mapping[View, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What speaks for a cluster's score.

    Attributes
    ----------
    region : ndarray, shape (224, 224), float32, 0 … 1, read-only: what the classifier reads.
    score : what it says of it, 0 … 1, not calibrated.
    cam : Grad-CAM on 7 × 7 cells of the region, its highest cell 1; all 0 where nothing speaks
        for malignancy.
    shap : ndarray, shape (224, 224), float32, read-only: what each pixel of the region adds to
        the logit (positive) or takes from it (negative), compared with regions of the same
        breast without specks; None where there are none.
    compared : how many regions without specks those are.
    shap_to_source : map from cells of `shap` and `region` to stored-image pixels.
    """

    region: NDArray[np.float32]
    score: float
    cam: CellMap
    shap: NDArray[np.float32] | None
    compared: int
    shap_to_source: Affine
