"""Weights files that bring their own architecture: reading it with suspicion, and saving one.

It lies in the metadata of a safetensors file under `architecture`, as a JSON object with the
fields of `GlamArchitecture`. A file without it holds the published networks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path

from models.errors import WeightsUnreadableError, name_of
from models.glam.network import GlamArchitecture, GlamNetwork
from models.weights import ARCHITECTURE_KEY, stated
from models.weights_saving import save_network

# Five stages give cells of 16 × 16 input pixels, which everything after the networks counts on.
# Twice the published widths, so that no file can ask for more than some 100 MB of activations.
_WIDEST_GLOBAL = (32, 64, 128, 256, 512)
_WIDEST_LOCAL = 512
_MOST_LOCAL_STAGES = 6
_MOST_BLOCKS = 8
_LONGEST_TEXT = 1000


def architecture_of(path: Path) -> GlamArchitecture | None:
    """The architecture that a weights file states, or None where it states none.

    Raises
    ------
    WeightsError : the file is missing or damaged, or what it states is no GLAM.
    """
    text = stated(path).get(ARCHITECTURE_KEY)
    if text is None:
        return None
    try:
        return from_json(text)
    except ValueError as error:
        raise WeightsUnreadableError(
            f"{name_of(path)} states no architecture that GLAM can have: {error}."
        ) from error


def from_json(text: str) -> GlamArchitecture:
    """Read what `to_json` wrote; raises ValueError, with the reason, for anything else."""
    if len(text) > _LONGEST_TEXT:
        raise ValueError("its description is too long")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("its description is no JSON") from error
    names = {field.name for field in fields(GlamArchitecture)}
    if not isinstance(found, dict) or found.keys() != names:
        raise ValueError(f"its description must have exactly {', '.join(sorted(names))}")
    fraction = found.pop("top_fraction")
    if isinstance(fraction, bool) or not isinstance(fraction, int | float):
        raise ValueError("top_fraction must be a number")
    architecture = GlamArchitecture(
        **{name: _counts(value, name) for name, value in found.items()},
        top_fraction=float(fraction),
    )
    require_sound(architecture)
    return architecture


def to_json(architecture: GlamArchitecture) -> str:
    """The text that `from_json` reads."""
    return json.dumps(asdict(architecture))


def require_sound(architecture: GlamArchitecture) -> None:
    """Raise ValueError, with the reason, unless the networks can be built and give 16-px cells."""
    widths, blocks = architecture.global_widths, architecture.global_blocks
    if len(widths) != len(_WIDEST_GLOBAL) or len(blocks) != len(_WIDEST_GLOBAL):
        raise ValueError("the global network must have five stages")
    if not all(1 <= width <= most for width, most in zip(widths, _WIDEST_GLOBAL, strict=True)):
        raise ValueError(f"global_widths must lie between 1 and {_WIDEST_GLOBAL}")
    widths, local_blocks = architecture.local_widths, architecture.local_blocks
    if len(widths) != len(local_blocks) or not 1 <= len(widths) <= _MOST_LOCAL_STAGES:
        raise ValueError(f"the local network must have 1 to {_MOST_LOCAL_STAGES} stages")
    if not all(1 <= width <= _WIDEST_LOCAL for width in widths):
        raise ValueError(f"local_widths must lie between 1 and {_WIDEST_LOCAL}")
    if not all(1 <= count <= _MOST_BLOCKS for count in (*blocks, *local_blocks)):
        raise ValueError(f"a stage must have 1 to {_MOST_BLOCKS} blocks")
    if not 0.0 < architecture.top_fraction <= 1.0:
        raise ValueError("top_fraction must lie above 0 and not above 1")


def save_weights(
    network: GlamNetwork,
    architecture: GlamArchitecture,
    path: Path,
    metadata: Mapping[str, str],
) -> None:
    """Write a network, its norms not folded, as safetensors; whole or not at all.

    The same network and metadata give the same bytes.

    Parameters
    ----------
    metadata : what else the file says of itself. `MODEL_KEY` with the id of `DEMO` marks weights
        that were trained on phantoms, which are never given anything else.

    Raises
    ------
    ValueError : the architecture is none that `architecture_of` would take.
    ExportError : the file cannot be written.
    """
    require_sound(architecture)
    save_network(network, path, {**metadata, ARCHITECTURE_KEY: to_json(architecture)})


def _counts(value: object, name: str) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise ValueError(f"{name} must be a list of whole numbers")
    return tuple(value)
