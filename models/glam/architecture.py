"""The architectures that weights files of GLAM may state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.glam.network import GlamArchitecture
from models.weights_architecture import StatedArchitecture, whole_numbers

# Five stages give cells of 16 × 16 input pixels, which everything after the networks counts on.
# Twice the published widths, so that no file can ask for more than some 100 MB of activations.
_WIDEST_GLOBAL = (32, 64, 128, 256, 512)
_WIDEST_LOCAL = 512
_MOST_LOCAL_STAGES = 6
_MOST_BLOCKS = 8


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


def _built(values: Mapping[str, Any]) -> GlamArchitecture:
    counts = {
        name: whole_numbers(value, name)
        for name, value in values.items()
        if name != "top_fraction"
    }
    fraction = values["top_fraction"]
    if isinstance(fraction, bool) or not isinstance(fraction, int | float):
        raise ValueError("top_fraction must be a number")
    return GlamArchitecture(**counts, top_fraction=float(fraction))


STATED = StatedArchitecture(GlamArchitecture, "GLAM can have", _built, require_sound)
