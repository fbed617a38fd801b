"""What the program's predictor says of one unseen view in each precision, against its truth."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass, Laterality, Mammogram, Origin, View, ViewPosition
from models.geometry import Box, resample_nearest
from models.glam.predictor import LoadedGlam, load, predict
from models.grayscale import Grayscale
from models.phantom.choose import plan_exam
from models.phantom.detector import PIXEL_SPACING_MM
from models.phantom.exam import PhantomView, draw_view
from models.results import GlamView
from models.runtime import Placement
from models.training.metrics import Overlap, overlap, thresholds_reached
from models.whole_file import write_whole

# As `viewer.phantom_io` states it and `viewer.exam_io` reads it back.
_GRAYSCALE = Grayscale(bits_stored=12, presentation_inverse=False, padding=(0, 0))


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to compute.

    Attributes
    ----------
    whole : the precision holds for the global network too.
    """

    key: str
    words: str
    precision: str
    whole: bool = False


FP32 = Mode("fp32", "everything in fp32", "fp32")
PATCH_BF16 = Mode("patch_bf16", "patch network in bf16", "bf16")
ALL_BF16 = Mode("all_bf16", "everything in bf16", "bf16", whole=True)
MODES = (FP32, PATCH_BF16, ALL_BF16)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was said of one view.

    Attributes
    ----------
    scores : (benign, malignant).
    corner : of the first patch, (row, column) in the model frame.
    held : for each lesion, the part of its mask that lies in the first patch.
    peaks : highest value of the fused map, (benign, malignant).
    overlaps : of the fused map with the lesions of a class, by class, in stored pixels; only
        classes that are there.
    """

    scores: tuple[float, float]
    corner: tuple[int, int]
    held: tuple[float, ...]
    peaks: tuple[float, float]
    overlaps: Mapping[str, Overlap]


@dataclass(frozen=True, slots=True)
class ViewRecord:
    """One view: what is true, and what was said in each mode.

    Attributes
    ----------
    lesions : (finding class, kind) of each.
    """

    seed: int
    view: View
    density: str
    benign: bool
    malignant: bool
    lesions: tuple[tuple[str, str], ...]
    readings: Mapping[str, Reading]

    @property
    def truth(self) -> tuple[bool, bool]:
        """(benign, malignant)."""
        return self.benign, self.malignant


def measure_view(path: Path, weights: Path, seed: int, view: View, modes: Sequence[Mode]) -> None:
    """Draw a view, read it in each mode and leave its record at `path`."""
    plan = plan_exam(seed)
    drawn = draw_view(plan, view)
    mammogram = mammogram_of(drawn)
    labels = plan.labels[view.laterality]
    record = ViewRecord(
        seed=seed,
        view=view,
        density=plan.density,
        benign=bool(labels.benign),
        malignant=bool(labels.malignant),
        lesions=tuple(
            (each.lesion.finding.value, each.lesion.kind.value) for each in drawn.lesions
        ),
        readings={
            mode.key: _reading(read(mammogram, loaded(weights, mode)), drawn) for mode in modes
        },
    )
    content = json.dumps(asdict(record), default=_plain).encode()
    write_whole(path, lambda file: file.write(content))


def mammogram_of(drawn: PhantomView) -> Mammogram:
    """The image as the program has it after reading its DICOM file."""
    return Mammogram(
        image_id=f"phantom:{drawn.view.name}",
        name=drawn.view.name,
        title=drawn.view.label,
        view=drawn.view,
        view_origin=Origin.ATTRIBUTES,
        pixels=drawn.pixels,
        grayscale=_GRAYSCALE,
        orientation_origin=Origin.ATTRIBUTES,
        pixel_spacing_mm=(PIXEL_SPACING_MM, PIXEL_SPACING_MM),
        is_phantom=True,
    )


@lru_cache(maxsize=len(MODES))
def loaded(weights: Path, mode: Mode) -> LoadedGlam:
    """The network of a weights file, ready to compute in a mode."""
    placement = Placement("cpu", mode.precision)
    return LoadedGlam(load(weights, placement, whole=mode.whole), placement, mode.whole)


def read(mammogram: Mammogram, glam: LoadedGlam) -> GlamView:
    """The program's own reading, K = 1."""
    return predict(mammogram, glam, 1, lambda *_: None, lambda: None).to_view()


def read_record(path: Path) -> ViewRecord:
    """What `measure_view` left."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    view = kept.pop("view")
    lesions = tuple((finding, kind) for finding, kind in kept.pop("lesions"))
    readings = {key: _reading_from(found) for key, found in kept.pop("readings").items()}
    return ViewRecord(
        **kept,
        view=View(Laterality(view["laterality"]), ViewPosition(view["position"])),
        lesions=lesions,
        readings=readings,
    )


def part_held(mask: NDArray[np.bool_], box: Box) -> float:
    """The part of a mask that lies in a box, which may reach past the image."""
    top, left = max(0, box.row), max(0, box.column)
    inside = mask[top : max(0, box.row + box.height), left : max(0, box.column + box.width)]
    return float(inside.sum()) / max(1, int(mask.sum()))


def _reading(said: GlamView, drawn: PhantomView) -> Reading:
    patch = said.patches[0]
    saliency = said.saliency
    overlaps = {}
    for finding, truth in drawn.masks.items():
        reached = resample_nearest(
            thresholds_reached(saliency.channel(finding)),
            saliency.grid_to_source,
            saliency.source_shape,
        )
        overlaps[finding.value] = overlap(reached, truth)
    benign, malignant = (float(saliency.channel(finding).max()) for finding in FindingClass)
    return Reading(
        scores=(said.benign, said.malignant),
        corner=patch.upper_left,
        held=tuple(part_held(each.mask, patch.box) for each in drawn.lesions),
        peaks=(benign, malignant),
        overlaps=overlaps,
    )


def _plain(value: Any) -> Any:
    """What JSON does not know: arrays, and the enums of a view."""
    return value.tolist() if isinstance(value, np.ndarray) else value.value


def _reading_from(kept: dict[str, Any]) -> Reading:
    overlaps = {
        name: Overlap(np.array(one["hits"]), np.array(one["marked"]), one["truth"])
        for name, one in kept.pop("overlaps").items()
    }
    return Reading(**{name: tuple(value) for name, value in kept.items()}, overlaps=overlaps)
