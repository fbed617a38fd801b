"""What the models say, in source-image pixels and with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.errors import Problem
from models.exam import FindingClass, Laterality, View
from models.gate import Verdict
from models.geometry import Affine, Box, resample_nearest

if TYPE_CHECKING:  # they are built from the values below
    from models.density.results import DensityResult
    from models.mass.results import MassResult
    from models.microcalcification.results import CalcificationResult


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything needed to know which computation made a number.

    Attributes
    ----------
    model_id : catalogue id (`glam`, `demo`); model_name : words for a reader (`GLAM`).
    weights_name : file name; weights_sha256 : digest of the file's bytes.
    precision : `fp32`, `bf16` or `fp16`; device : `cpu`, `cuda:0`, `mps`.
    software : `Fourview x.y.z`; note : e.g. that device memory ran out and the CPU took over.
    """

    model_id: str
    model_name: str
    weights_name: str
    weights_sha256: str
    precision: str
    device: str
    software: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class MadeBy:
    """The whole computation behind what one model says.

    Attributes
    ----------
    files : by role, the one that the model is named by first.
    settings : what the model was told beside images and weights; numbers and texts.
    """

    files: Mapping[str, Provenance]
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, eq=False)
class SaliencyMap:
    """Per-class evidence on a grid of cells that tiles the model's input frame.

    Attributes
    ----------
    values : ndarray, shape (classes, h, w), float32 in 0 … 1, read-only
        Channels in the order of `FindingClass`.
    grid_to_source : map from cell coordinates to stored-image pixels.
    source_shape : (rows, columns) of the stored image.
    """

    values: NDArray[np.float32]
    grid_to_source: Affine
    source_shape: tuple[int, int]

    def channel(self, finding: FindingClass) -> NDArray[np.float32]:
        """The cells of one class, shape (h, w)."""
        cells: NDArray[np.float32] = self.values[list(FindingClass).index(finding)]
        return cells

    def in_source(self, finding: FindingClass) -> NDArray[np.float32]:
        """One class on every stored pixel, shape (rows, columns); 0 outside the model's frame."""
        return resample_nearest(self.channel(finding), self.grid_to_source, self.source_shape)


@dataclass(frozen=True, slots=True, eq=False)
class CellMap:
    """One value between 0 and 1 for each cell of a grid that tiles a model's input frame.

    Attributes
    ----------
    values : ndarray, shape (h, w), float32 in 0 … 1, read-only
    grid_to_source : map from cell coordinates to stored-image pixels.
    source_shape : (rows, columns) of the stored image.
    """

    values: NDArray[np.float32]
    grid_to_source: Affine
    source_shape: tuple[int, int]

    def in_source(self) -> NDArray[np.float32]:
        """The map on every stored pixel, shape (rows, columns); 0 outside the model's frame."""
        return resample_nearest(self.values, self.grid_to_source, self.source_shape)


@dataclass(frozen=True, slots=True)
class RoiPatch:
    """A region the model chose to look at closely.

    Attributes
    ----------
    rank : 1 for the first choice.
    box : in stored-image pixels; may reach past the image, as the model's padding does.
    upper_left : (row, column) in the model frame.
    """

    rank: int
    box: Box
    upper_left: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class GlamView:
    """What GLAM says of one image.

    Attributes
    ----------
    benign, malignant : image scores in 0 … 1, not calibrated.
    saliency : fused map (spec 8) on its 736 × 480 grid of 4-pixel cells, which holds it exactly.
    saliency_global : ndarray, shape (2, 184, 120), float32.
    saliency_patches : ndarray, shape (K, 2, 128, 128), float32.
    patches : the K selected patches in order of selection.
    window_location : (y0, y1, x0, x1) of the crop, ends exclusive, in the upright image.
    best_center : (row, column) in the cropped frame that faces right.
    """

    benign: float
    malignant: float
    saliency: SaliencyMap
    saliency_global: NDArray[np.float32]
    saliency_patches: NDArray[np.float32]
    patches: tuple[RoiPatch, ...]
    window_location: tuple[int, int, int, int]
    best_center: tuple[int, int]

    def score(self, finding: FindingClass) -> float:
        """The image score of one class."""
        return self.benign if finding is FindingClass.BENIGN else self.malignant


@dataclass(frozen=True, slots=True, eq=False)
class GlamResult:
    """GLAM over one exam: views that were analysed, and why others were not."""

    provenance: Provenance
    views: Mapping[View, GlamView]
    withheld: Mapping[View, str] = field(default_factory=lambda: MappingProxyType({}))

    def breast_score(self, laterality: Laterality, finding: FindingClass) -> float | None:
        """Mean of the breast's views, as published (Liu et al. 2021); None without a view."""
        scores = [
            result.score(finding)
            for view, result in self.views.items()
            if view.laterality is laterality
        ]
        return float(np.mean(scores)) if scores else None

    def exam_score(self, finding: FindingClass) -> float | None:
        """The higher of the two breasts' scores; None without a view."""
        scores = [self.breast_score(side, finding) for side in Laterality]
        return max((score for score in scores if score is not None), default=None)


MOST_OUTLINES = 200  # each has a name that is drawn where it covers no other
MOST_POINTS = 20_000
_FAR_PX = 1e5  # no image is as large


@dataclass(frozen=True, slots=True, eq=False)
class OwnView:
    """What a model from outside says of one image.

    Attributes
    ----------
    scores : by their names, 0 … 1 unless its card says otherwise.
    maps : by their names, on the model's own grids.
    outlines : ndarrays, shape (n, 2), float64, closed polygons (row, column) in stored pixels.
    points : ndarray, shape (n, 2), float64, single places (row, column) in stored pixels.

    Raises ValueError for anything that could not be drawn or written.
    """

    scores: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    maps: Mapping[str, CellMap] = field(default_factory=lambda: MappingProxyType({}))
    outlines: tuple[NDArray[np.float64], ...] = ()
    points: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", _plain(self.scores))
        if not all(_is_map(each.values) for each in self.maps.values()):
            raise ValueError("a map is one finite number a cell")
        if len(self.outlines) > MOST_OUTLINES or len(self.points) > MOST_POINTS:
            raise ValueError(
                f"at most {MOST_OUTLINES} outlines and {MOST_POINTS} points of one image"
            )
        if not all(len(outline) and _are_places(outline) for outline in self.outlines):
            raise ValueError("an outline has corners (row, column), all of them finite")
        if not _are_places(self.points):
            raise ValueError("points have a finite (row, column)")


def _are_places(points: NDArray[np.float64]) -> bool:
    array = np.asarray(points, dtype=np.float64)
    return (
        array.ndim == 2
        and array.shape[1] == 2
        and bool(np.isfinite(array).all())
        and bool((np.abs(array) <= _FAR_PX).all())
    )


def _is_map(values: NDArray[np.float32]) -> bool:
    return values.ndim == 2 and bool(np.isfinite(values).all())


@dataclass(frozen=True, slots=True, eq=False)
class OwnResult:
    """A model from outside over one exam (docs/own-models.md).

    Attributes
    ----------
    views : what it says of each view; scores : of the exam as a whole.
    withheld : why there is nothing of others; None for the exam as a whole.

    Raises ValueError for scores that are no finite numbers.
    """

    provenance: Provenance
    views: Mapping[View, OwnView] = field(default_factory=lambda: MappingProxyType({}))
    scores: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    withheld: Mapping[View | None, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", _plain(self.scores))


def _plain(scores: Mapping[str, float]) -> Mapping[str, float]:
    """Numbers that can be written, whichever kind a model counts with; raises ValueError."""
    plain = {str(name): float(score) for name, score in scores.items()}
    if not np.isfinite([*plain.values()]).all():
        raise ValueError("scores are finite numbers")
    return MappingProxyType(plain)


@dataclass(frozen=True, slots=True, eq=False)
class ExamResult:
    """Everything the chosen models said about one exam.

    Attributes
    ----------
    others : what models from outside the project said, by their ids.
    verdicts : what the gate said before every run: by model, then by view, None for an exam that
        was read as a whole.
    settings : by model, what it was told beside images and weights.
    """

    exam_id: str
    glam: GlamResult | None = None
    density: DensityResult | None = None
    microcalcification: CalcificationResult | None = None
    mass: MassResult | None = None
    others: Mapping[str, OwnResult] = field(default_factory=lambda: MappingProxyType({}))
    verdicts: Mapping[str, Mapping[View | None, Verdict]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()

    @property
    def made(self) -> Mapping[str, tuple[Provenance, ...]]:
        """By model, every computation that had a part in it, one for each file of weights; the
        one that the model is named by comes first."""
        return MappingProxyType(
            {model: tuple(each.files.values()) for model, each in self.made_by.items()}
        )

    @property
    def made_by(self) -> Mapping[str, MadeBy]:
        """By model, the same with the roles of the files, and the settings."""
        glam, density, specks, mass = self.glam, self.density, self.microcalcification, self.mass
        made: dict[str, dict[str, Provenance | None]] = {
            "glam": {"": glam.provenance} if glam else {},
            "density": {density.kind.value: density.provenance} if density else {},
            "microcalcification": (
                {"unet": specks.provenance, "classifier": specks.classifier} if specks else {}
            ),
            "mass": (
                {
                    "segmentation": mass.provenance,
                    "breast": mass.breast,
                    "classifier": mass.classifier,
                }
                if mass
                else {}
            ),
            **{model: {"": own.provenance} for model, own in self.others.items()},
        }
        known = {
            model: {role: each for role, each in files.items() if each is not None}
            for model, files in made.items()
        }
        return MappingProxyType(
            {
                model: MadeBy(MappingProxyType(files), self.settings.get(model, {}))
                for model, files in known.items()
                if files
            }
        )
