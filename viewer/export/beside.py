"""What lies beside `results.json`: how pictures, maps, inputs and explanations of an
image are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PICTURES, MAPS, INPUTS = "visualization", "maps", "inputs"
EXPLANATIONS = "explanations"
# Models whose marks are shapes: they share a picture, and each has maps of its own.
SHAPES = ("microcalcification", "mass")


def pictures_of(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The pictures that go with the entry of a view."""
    glam = (picture_name(view["image"]),) if "glam" in view else ()
    shapes = (findings_name(view["image"]),) if any(model in view for model in SHAPES) else ()
    return (*glam, *shapes)


def maps_of(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The maps that go with the entry of a view."""
    return tuple(maps_name(view["image"], model) for model in ("glam", *SHAPES) if model in view)


def explanations_of(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The explanations that go with the entry of a view: of every cluster with a score."""
    clusters = view.get("microcalcification", {}).get("clusters", ())
    return tuple(
        explanation_name(view["image"], f"C{number}")
        for number, cluster in enumerate(clusters, start=1)
        if cluster["score"] is not None
    )


def picture_name(image: str) -> str:
    """GLAM's picture."""
    return f"{image}.png"


def findings_name(image: str) -> str:
    """The picture of calcifications and masses."""
    return f"{image}_findings.png"


def maps_name(image: str, model: str) -> str:
    """GLAM's maps by the image alone, as they have always been called; others by their model."""
    return f"{image}.npz" if model == "glam" else f"{image}.{model}.npz"


def inputs_name(image: str, model: str) -> str:
    """What a model's networks were given of an image."""
    return f"{image}.{model}.npz"


def explanation_name(image: str, cluster: str) -> str:
    """Why a cluster of an image, such as `C1`, has its score."""
    return f"{image}.{cluster}.png"
