"""Convolutional networks of another build: reading with suspicion what a weights file states.

It lies in the metadata of a safetensors file under `architecture`, as a JSON object with the
fields of `CnnArchitecture`. A file without it holds a published network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path

from models.density.network import CnnArchitecture, CnnNetwork
from models.density.preprocess import WINDOW
from models.errors import WeightsUnreadableError, name_of
from models.weights import ARCHITECTURE_KEY, stated
from models.weights_saving import save_network

# Twice the published widths, so that no file can ask for more than some hundred MB.
_WIDEST = (64, 128, 256, 256, 512)
_MOST_CONVOLUTIONS = 4
_MOST_HIDDEN = 2048
_LONGEST_TEXT = 1000


def architecture_of(path: Path) -> CnnArchitecture | None:
    """The architecture that a weights file states, or None where it states none.

    Raises
    ------
    WeightsError : the file is missing or damaged, or what it states is no density network.
    """
    text = stated(path).get(ARCHITECTURE_KEY)
    if text is None:
        return None
    try:
        return from_json(text)
    except ValueError as error:
        raise WeightsUnreadableError(
            f"{name_of(path)} states no architecture that a density network can have: {error}."
        ) from error


def from_json(text: str) -> CnnArchitecture:
    """Read what `to_json` wrote; raises ValueError, with the reason, for anything else."""
    if len(text) > _LONGEST_TEXT:
        raise ValueError("its description is too long")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("its description is no JSON") from error
    names = {field.name for field in fields(CnnArchitecture)}
    if not isinstance(found, dict) or found.keys() != names:
        raise ValueError(f"its description must have exactly {', '.join(sorted(names))}")
    architecture = CnnArchitecture(
        widths=_counts(found["widths"], "widths"),
        depths=_counts(found["depths"], "depths"),
        hidden=_count(found["hidden"], "hidden"),
        reduction=_count(found["reduction"], "reduction"),
    )
    require_sound(architecture)
    return architecture


def to_json(architecture: CnnArchitecture) -> str:
    """The text that `from_json` reads."""
    return json.dumps(asdict(architecture))


def require_sound(architecture: CnnArchitecture) -> None:
    """Raise ValueError, with the reason, unless the network can be built and read its input."""
    widths, depths = architecture.widths, architecture.depths
    if len(widths) != len(depths) or not 2 <= len(widths) <= len(_WIDEST):
        raise ValueError(f"there must be 2 to {len(_WIDEST)} stages")
    if not all(1 <= width <= most for width, most in zip(widths, _WIDEST, strict=False)):
        raise ValueError(f"widths must lie between 1 and {_WIDEST}")
    if not all(1 <= depth <= _MOST_CONVOLUTIONS for depth in depths):
        raise ValueError(f"a stage must have 1 to {_MOST_CONVOLUTIONS} convolutions")
    if not 1 <= architecture.hidden <= _MOST_HIDDEN:
        raise ValueError(f"hidden must lie between 1 and {_MOST_HIDDEN}")
    if architecture.reduction < 1 or any(side % architecture.reduction for side in WINDOW):
        raise ValueError(f"reduction must divide {WINDOW[0]} and {WINDOW[1]}")
    if min(architecture.last_shape(WINDOW)) < 1:
        raise ValueError("its convolutions leave nothing of the image")


def save_weights(network: CnnNetwork, path: Path, metadata: Mapping[str, str]) -> None:
    """Write a network as safetensors; whole or not at all.

    Parameters
    ----------
    metadata : what else the file says of itself, as in `models.weights`.

    Raises
    ------
    ValueError : its architecture is none that `architecture_of` would take.
    ExportError : the file cannot be written.
    """
    require_sound(network.architecture)
    save_network(network, path, {**metadata, ARCHITECTURE_KEY: to_json(network.architecture)})


def _counts(value: object, name: str) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list of whole numbers")
    return tuple(_count(one, name) for one in value)


def _count(value: object, name: str) -> int:
    if type(value) is not int:
        raise ValueError(f"{name} must be whole")
    return value
