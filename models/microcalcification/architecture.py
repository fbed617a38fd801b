"""U-Nets of another size: reading with suspicion what a weights file states, and saving one.

It lies in the metadata of a safetensors file under `architecture`, as a JSON object with the
fields of `UNetArchitecture`. A file without it holds the published network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from models.errors import WeightsUnreadableError, name_of
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.weights import ARCHITECTURE_KEY, stated
from models.weights_saving import save_network

# As published; no file can ask for more memory than that.
_WIDEST = UNetArchitecture().widths
_FEWEST_LEVELS = 2
_LONGEST_TEXT = 1000


def architecture_of(path: Path) -> UNetArchitecture | None:
    """The architecture that a weights file states, or None where it states none.

    Raises
    ------
    WeightsError : the file is missing or damaged, or what it states is no such U-Net.
    """
    text = stated(path).get(ARCHITECTURE_KEY)
    if text is None:
        return None
    try:
        return from_json(text)
    except ValueError as error:
        raise WeightsUnreadableError(
            f"{name_of(path)} states no architecture that DeepMiCa's U-Net can have: {error}."
        ) from error


def from_json(text: str) -> UNetArchitecture:
    """Read what `to_json` wrote; raises ValueError, with the reason, for anything else."""
    if len(text) > _LONGEST_TEXT:
        raise ValueError("its description is too long")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("its description is no JSON") from error
    if not isinstance(found, dict) or found.keys() != {"widths"}:
        raise ValueError("its description must have exactly widths")
    widths = found["widths"]
    if not isinstance(widths, list) or not all(type(width) is int for width in widths):
        raise ValueError("widths must be a list of whole numbers")
    architecture = UNetArchitecture(tuple(widths))
    require_sound(architecture)
    return architecture


def to_json(architecture: UNetArchitecture) -> str:
    """The text that `from_json` reads."""
    return json.dumps(asdict(architecture))


def require_sound(architecture: UNetArchitecture) -> None:
    """Raise ValueError, with the reason, unless the network can be built and read a tile."""
    widths = architecture.widths
    if not _FEWEST_LEVELS <= len(widths) <= len(_WIDEST):
        raise ValueError(f"there must be {_FEWEST_LEVELS} to {len(_WIDEST)} levels")
    if not all(1 <= width <= most for width, most in zip(widths, _WIDEST, strict=False)):
        raise ValueError(f"widths must lie between 1 and {_WIDEST}")


def save_weights(network: UNet, path: Path, metadata: Mapping[str, str]) -> None:
    """Write a network, its norms not folded, as safetensors; whole or not at all.

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
