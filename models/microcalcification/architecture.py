"""The sizes of U-Net that weights files for microcalcifications may state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.microcalcification.network_unet import UNetArchitecture
from models.weights_architecture import StatedArchitecture, whole_numbers

# As published; no file can ask for more memory than that.
_WIDEST = UNetArchitecture().widths
_FEWEST_LEVELS = 2


def require_sound(architecture: UNetArchitecture) -> None:
    """Raise ValueError, with the reason, unless the network can be built and read a tile."""
    widths = architecture.widths
    if not _FEWEST_LEVELS <= len(widths) <= len(_WIDEST):
        raise ValueError(f"there must be {_FEWEST_LEVELS} to {len(_WIDEST)} levels")
    if not all(1 <= width <= most for width, most in zip(widths, _WIDEST, strict=False)):
        raise ValueError(f"widths must lie between 1 and {_WIDEST}")


def _built(values: Mapping[str, Any]) -> UNetArchitecture:
    return UNetArchitecture(whole_numbers(values["widths"], "widths"))


STATED = StatedArchitecture(UNetArchitecture, "DeepMiCa's U-Net can have", _built, require_sound)
