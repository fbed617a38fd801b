"""The architectures that weights files of density's convolutional network may state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.density.network import CnnArchitecture
from models.density.preprocess import WINDOW
from models.weights_architecture import StatedArchitecture, whole, whole_numbers

# Twice the published widths, so that no file can ask for more than some hundred MB.
_WIDEST = (64, 128, 256, 256, 512)
_MOST_CONVOLUTIONS = 4
_MOST_HIDDEN = 2048


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


def _built(values: Mapping[str, Any]) -> CnnArchitecture:
    return CnnArchitecture(
        widths=whole_numbers(values["widths"], "widths"),
        depths=whole_numbers(values["depths"], "depths"),
        hidden=whole(values["hidden"], "hidden"),
        reduction=whole(values["reduction"], "reduction"),
    )


STATED = StatedArchitecture(CnnArchitecture, "a density network can have", _built, require_sound)
