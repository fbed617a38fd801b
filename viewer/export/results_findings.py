"""Everything but GLAM, read back from the entry of an exam in `results.json`.

Maps of probabilities are not: a view comes with its marks and with an empty map. Whatever is not
as it was written raises KeyError, TypeError or ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.catalog import CARDS, DEMOS
from models.density.results import BreastDensity, DensityKind, DensityResult
from models.exam import Exam, Mammogram, View, read_only
from models.geometry import Affine, Box
from models.mass.results import MassFinding, MassResult, MassView
from models.microcalcification.results import (
    CalcificationResult,
    CalcificationView,
    Cluster,
    Speck,
)
from models.results import CellMap, OwnResult, OwnView, Provenance

Entry = Mapping[str, Any]

_OTHER_IMAGE = "the results are of another image"


def provenance(model: str, made: Entry, role: str = "") -> Provenance:
    """Which computation; raises KeyError.

    Parameters
    ----------
    model : the id that its results are filed under.
    role : of one of the other files that it used.
    """
    demo = next((card for card in DEMOS.values() if card.name == made["model"]), None)
    file = made["files"][role] if role else made
    return Provenance(
        model_id=model if demo is None else demo.id,
        model_name=str(made["model"]),
        weights_name=str(file["weights"]),
        weights_sha256=str(file["weights_sha256"]),
        precision=str(made["precision"]),
        device=str(made["device"]),
        software=str(made["software"]),
        note=str(made.get("note", "")),
    )


def read_density(entry: Entry, exam: Exam) -> DensityResult | None:
    """Of the whole exam, where all its images are those that were read; None where not asked."""
    made = entry.get("models", {}).get("density")
    if made is None:
        return None
    source, kind = provenance("density", made), DensityKind(made["kind"])
    found = entry.get("density")
    if found is None:
        reason = str(entry.get("withheld", {}).get("density", "not analysed"))
        return DensityResult.withhold(source, kind, reason)
    if not all(
        is_of(entry["views"].get(view.name), exam.mammograms[view]) for view in exam.mammograms
    ):
        return DensityResult.withhold(source, kind, _OTHER_IMAGE)
    probabilities = tuple(map(_share, found["probabilities"]))
    if len(probabilities) != len(BreastDensity):
        raise ValueError("a density has four probabilities")
    windows = {View.from_name(name): _box(box) for name, box in found["windows"].items()}
    return DensityResult(source, kind, probabilities, windows, str(found["remark"]))


def read_calcifications(entry: Entry, exam: Exam) -> CalcificationResult | None:
    """Of every view; None where they were not asked for."""
    made = entry.get("models", {}).get("microcalcification")
    if made is None:
        return None
    found, withheld = _views("microcalcification", entry, exam)
    views = {
        view: CalcificationView(
            _no_map(exam.mammograms[view]),
            tuple(map(_speck, one["specks"])),
            tuple(map(_cluster, one["clusters"])),
            float(one["left_out"]),
        )
        for view, one in found.items()
    }
    return CalcificationResult(
        provenance("microcalcification", made),
        _beside("microcalcification", made, "classifier"),
        views,
        withheld,
    )


def read_masses(entry: Entry, exam: Exam) -> MassResult | None:
    """Of every view; None where they were not asked for."""
    made = entry.get("models", {}).get("mass")
    if made is None:
        return None
    found, withheld = _views("mass", entry, exam)
    views = {
        view: MassView(
            _no_map(exam.mammograms[view]),
            _no_map(exam.mammograms[view]),
            tuple(map(_finding, one["findings"])),
            _optional(one["score"]),
        )
        for view, one in found.items()
    }
    return MassResult(
        provenance("mass", made),
        views,
        withheld,
        _beside("mass", made, "breast"),
        _beside("mass", made, "classifier"),
    )


def read_own(entry: Entry, exam: Exam) -> Mapping[str, OwnResult]:
    """Of models from outside, by their ids; maps of theirs are not kept in files."""
    own = [model for model in entry.get("models", {}) if model not in CARDS]
    return MappingProxyType({model: _own(model, entry, exam) for model in own})


def _own(model: str, entry: Entry, exam: Exam) -> OwnResult:
    found, withheld = _views(model, entry, exam)
    views = {
        view: OwnView(
            {str(name): float(score) for name, score in one["scores"].items()},
            outlines=tuple(map(_points, one["outlines"])),
            points=_points(one.get("points", [])),
        )
        for view, one in found.items()
    }
    # What is said of an exam as a whole is of these images or of none.
    scores = entry.get("scores", {}).get(model, {}) if len(views) == len(exam.mammograms) else {}
    return OwnResult(
        provenance(model, entry["models"][model]),
        views,
        {str(name): float(score) for name, score in scores.items()},
        {view: why for view, why in withheld.items()},  # noqa: C416 - of another type of keys
    )


def is_of(found: Entry | None, mammogram: Mammogram) -> bool:
    """Whether the entry of a view is of this image."""
    return found is not None and bool(
        found["image_id"] == mammogram.image_id and tuple(found["shape"]) == mammogram.shape
    )


def _views(model: str, entry: Entry, exam: Exam) -> tuple[dict[View, Entry], dict[View, str]]:
    """What it says of each view, and why it says nothing of others."""
    found: dict[View, Entry] = {}
    withheld: dict[View, str] = {}
    for view, mammogram in exam.mammograms.items():
        one = entry["views"].get(view.name)
        if one is None or not is_of(one, mammogram):
            withheld[view] = _OTHER_IMAGE
        elif model in one:
            found[view] = one[model]
        else:
            withheld[view] = str(one.get("withheld", {}).get(model, "not analysed"))
    return found, withheld


def _beside(model: str, made: Entry, role: str) -> Provenance | None:
    return provenance(model, made, role) if role in made.get("files", {}) else None


def _speck(speck: Entry) -> Speck:
    return Speck(
        float(speck["row"]), float(speck["column"]), int(speck["area_px"]), _share(speck["peak"])
    )


def _cluster(cluster: Entry) -> Cluster:
    return Cluster(
        tuple(map(int, cluster["specks"])),
        _points(cluster["hull"]),
        float(cluster["extent_px"]),
        _optional(cluster["extent_mm"]),
        _optional(cluster["density_per_cm2"]),
        _optional(cluster["score"]),
        None if cluster["roi"] is None else _box(cluster["roi"]),
    )


def _finding(finding: Entry) -> MassFinding:
    return MassFinding(
        tuple(map(_points, finding["outline"])),
        float(finding["area_px"]),
        _optional(finding["area_mm2"]),
        float(finding["longest_diameter_px"]),
        _optional(finding["longest_diameter_mm"]),
        _share(finding["peak"]),
        _optional(finding["score"]),
    )


def _points(points: list[list[float]]) -> NDArray[np.float64]:
    array = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(array).all():
        raise ValueError("an outline has finite corners")
    return read_only(array)  # type: ignore[return-value] # read_only keeps the dtype


def _box(box: Entry) -> Box:
    return Box(**{name: int(box[name]) for name in Box.__slots__})


def _no_map(mammogram: Mammogram) -> CellMap:
    """A map of one cell that says nothing."""
    nothing = np.zeros((1, 1), dtype=np.float32)
    return CellMap(nothing, Affine.scaling(*mammogram.shape), mammogram.shape)


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("a score is a number from 0 to 1")
    return float(value)


def _optional(value: float | None) -> float | None:
    return None if value is None else float(value)
