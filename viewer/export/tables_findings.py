"""What `results.json` says of density, calcifications, masses, and models from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.density.results import DensityResult
from models.exam import View
from models.gate import Light, Verdict
from models.mass.results import MassFinding, MassView
from models.microcalcification.results import CalcificationView, Cluster
from models.results import CellMap, ExamResult, OwnView

Entry = Mapping[str, Any]


def density_entry(found: DensityResult) -> Entry:
    """Of the whole exam, where it was not withheld."""
    return {
        "model": found.kind.value,
        "probabilities": list(found.probabilities),
        "class": found.density.value if found.density else None,
        "windows": {view.name: asdict(box) for view, box in found.windows.items()},
        "remark": found.remark,
    }


def calcification_entry(found: CalcificationView) -> Entry:
    """Of one view."""
    return {
        "score": found.score,
        "specks": [asdict(speck) for speck in found.specks],
        "clusters": [_cluster(cluster) for cluster in found.clusters],
        "left_out": found.left_out,
        "remark": found.remark,
        "input_to_source": _map(found.probability),
    }


def mass_entry(found: MassView) -> Entry:
    """Of one view."""
    return {
        "score": found.score,
        "findings": [_finding(finding) for finding in found.findings],
        "input_to_source": _map(found.probability),
    }


def view_entries(result: ExamResult, view: View) -> dict[str, Any]:
    """By model, what it says of one view; why it says nothing; and what the gate said."""
    entries: dict[str, Any] = {}
    calcifications, mass = result.microcalcification, result.mass
    if calcifications is not None and view in calcifications.views:
        entries["microcalcification"] = calcification_entry(calcifications.views[view])
    if mass is not None and view in mass.views:
        entries["mass"] = mass_entry(mass.views[view])
    for model, own in result.others.items():
        if view in own.views:
            entries[model] = own_entry(own.views[view])
    withheld = {model: why for model, why in _withheld(result, view) if why is not None}
    if withheld:
        entries["withheld"] = withheld
    if gate := _gate(result, view):
        entries["gate"] = gate
    return entries


def exam_extras(result: ExamResult) -> dict[str, Any]:
    """What is said of the exam as a whole: why a model says nothing, and what the gate said."""
    extras: dict[str, Any] = {}
    withheld = {
        model: own.withheld[None] for model, own in result.others.items() if None in own.withheld
    }
    if result.density is not None and result.density.withheld:
        withheld["density"] = result.density.withheld
    if withheld:
        extras["withheld"] = withheld
    if gate := _gate(result, None):
        extras["gate"] = gate
    own = {model: dict(found.scores) for model, found in result.others.items() if found.scores}
    if own:
        extras["scores"] = own
    return extras


def _gate(result: ExamResult, place: View | None) -> dict[str, Any]:
    """By model, what the gate said of a view, or of the whole exam, unless all is well."""
    return {
        model: _verdict(verdicts[place])
        for model, verdicts in result.verdicts.items()
        if place in verdicts and verdicts[place].light is not Light.GREEN
    }


def own_entry(found: OwnView) -> Entry:
    """Of one view, by a model from outside."""
    return {
        "scores": dict(found.scores),
        "outlines": [_points(outline) for outline in found.outlines],
        "points": _points(found.points),
    }


def _withheld(result: ExamResult, view: View) -> Iterator[tuple[str, str | None]]:
    """By model that reads views, why it says nothing of one; None where it does."""
    found = {
        "glam": result.glam,
        "microcalcification": result.microcalcification,
        "mass": result.mass,
    }
    for model, one in found.items():
        if one is not None and view not in one.views:
            yield model, one.withheld.get(view, "not analysed")
    for model, own in result.others.items():
        if view not in own.views:
            yield model, own.withheld.get(view)


def _verdict(verdict: Verdict) -> Entry:
    return {"light": verdict.light.value, "reasons": list(verdict.reasons)}


def _cluster(cluster: Cluster) -> Entry:
    return {
        "count": cluster.count,
        "specks": list(cluster.specks),
        "hull": _points(cluster.hull),
        "extent_px": cluster.extent_px,
        "extent_mm": cluster.extent_mm,
        "density_per_cm2": cluster.density_per_cm2,
        "score": cluster.score,
        "roi": None if cluster.roi is None else asdict(cluster.roi),
    }


def _finding(finding: MassFinding) -> Entry:
    return {
        "outline": [_points(ring) for ring in finding.outline],
        "area_px": finding.area_px,
        "area_mm2": finding.area_mm2,
        "longest_diameter_px": finding.longest_diameter_px,
        "longest_diameter_mm": finding.longest_diameter_mm,
        "peak": finding.peak,
        "score": finding.score,
    }


def _points(points: NDArray[np.float64]) -> list[list[float]]:
    """(row, column) in stored pixels, to a hundredth of a pixel."""
    return [[round(float(row), 2), round(float(column), 2)] for row, column in points]


def _map(cells: CellMap) -> list[float]:
    return list(astuple(cells.grid_to_source))
