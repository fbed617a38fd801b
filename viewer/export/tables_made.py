"""What `results.json` says of the computations: which model, which files, which settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.results import ExamResult, GlamResult, Provenance
from viewer.exam_io.plain_text import printable

Entry = Mapping[str, Any]


def models_entry(
    result: ExamResult, settings: Mapping[str, Mapping[str, Any]]
) -> dict[str, Entry]:
    """By model, which computation made what it says.

    Parameters
    ----------
    settings : by model, what it was told beside images and weights.
    """
    entries: dict[str, Entry] = {}
    if result.glam is not None:
        patches = _patches(result.glam)
        entries["glam"] = {**_made(result.glam.provenance), "patches": patches}
    if (density := result.density) is not None:
        entries["density"] = {**_made(density.provenance), "kind": density.kind.value}
    if (found := result.microcalcification) is not None:
        beside = {"classifier": found.classifier}
        entries["microcalcification"] = _made(found.provenance, beside)
    if (mass := result.mass) is not None:
        beside = {"breast": mass.breast, "classifier": mass.classifier}
        entries["mass"] = _made(mass.provenance, beside)
    for model, own in result.others.items():
        entries[model] = _made(own.provenance)
    return {model: {**settings.get(model, {}), **made} for model, made in entries.items()}


def _patches(glam: GlamResult) -> int | None:
    """K; None where no view was analysed."""
    return max((len(view.patches) for view in glam.views.values()), default=None)


def _made(
    made: Provenance, beside: Mapping[str, Provenance | None] | None = None
) -> dict[str, Any]:
    """One computation.

    Parameters
    ----------
    beside : by role, where its other files come from, as far as there are such.
    """
    files = {
        role: {
            "weights": printable(other.weights_name),
            "weights_sha256": other.weights_sha256,
        }
        for role, other in (beside or {}).items()
        if other is not None
    }
    return {
        "model": made.model_name,
        "weights": printable(made.weights_name),
        "weights_sha256": made.weights_sha256,
        **({"files": files} if files else {}),
        "precision": made.precision,
        "device": made.device,
        "software": made.software,
        "note": made.note,
    }
