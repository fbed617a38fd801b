"""Density weights from any of their containers, under the names that PyTorch's files have.

The authors publish `model.p`, a state dict of PyTorch, and a TensorFlow checkpoint of two files
with the same numbers (spec 4). Fourview's own are safetensors.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models.density.results import DensityKind
from models.density.tensorflow import Checkpoint, is_checkpoint
from models.errors import (
    WeightsMismatchError,
    WeightsNotFoundError,
    WeightsUnreadableError,
    name_of,
)
from models.weights import read_state

if TYPE_CHECKING:
    from torch import Tensor

# The largest published file holds 70 MB.
_LARGEST_BYTES = 200_000_000
_CONVOLUTIONS = "_conv_layer_ls."
_CNN_LAYERS = ("1", "2a", "2b", "2c", "3a", "3b", "3c", "4a", "4b", "4c", "5a", "5b", "5c")
# What the optimiser left behind, and a second head for BI-RADS categories.
_IGNORED_ENDINGS = ("/Adam", "/Adam_1")
_IGNORED = {"beta1_power", "beta2_power"} | {
    f"fully_connected_1/{part}" for part in ("weights", "biases")
}


def read_weights(path: Path) -> Mapping[str, Tensor]:
    """The tensors of a weights file by PyTorch's names.

    Parameters
    ----------
    path : `model.p`, `model.ckpt.index` or the data file beside it, or a safetensors file.

    Raises
    ------
    WeightsNotFoundError : it, or the second file of a checkpoint, is not there.
    WeightsUnreadableError : it is damaged, too large, or holds more than named tensors.
    WeightsMismatchError : a TensorFlow checkpoint has other variables, by name.
    """
    try:
        size = path.stat().st_size
        from_tensorflow = is_checkpoint(path)
    except FileNotFoundError as error:
        raise WeightsNotFoundError(f"The weights file {path} does not exist.") from error
    except OSError as error:
        raise WeightsUnreadableError(
            f"{name_of(path)} cannot be read: {error.strerror or error}."
        ) from error
    if size > _LARGEST_BYTES:
        raise WeightsUnreadableError(
            f"{name_of(path)} is larger than any weights of a density model."
        )
    return _from_tensorflow(path) if from_tensorflow else read_state(path)


def kind_of(weights: Mapping[str, Tensor]) -> DensityKind:
    """Which of the two models has weights of such names."""
    convolves = any(key.startswith(_CONVOLUTIONS) for key in weights)
    return DensityKind.CNN if convolves else DensityKind.HISTOGRAM


def _from_tensorflow(path: Path) -> Mapping[str, Tensor]:
    import torch

    checkpoint = Checkpoint(path)
    found = {
        name
        for name in checkpoint.variables
        if not name.endswith(_IGNORED_ENDINGS) and name not in _IGNORED
    }
    wanted = _dense_names()
    if any(name.startswith("conv") for name in found):
        wanted |= _convolution_names()
    missing = [name for name in wanted if name not in found]
    unexpected = sorted(found - wanted.keys())
    misshapen = [
        name
        for name in wanted
        if name in found and len(checkpoint.variables[name].shape) != _dimensions(name)
    ]
    if missing or unexpected or misshapen:
        raise WeightsMismatchError(path, missing, unexpected, misshapen)
    tensors = {}
    for name, key in wanted.items():
        values = torch.from_numpy(checkpoint.read(name))
        # TensorFlow has the inputs before the outputs, rows and columns before both.
        order = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}[values.dim()]
        tensors[key] = values.permute(order).contiguous()
    return tensors


def _dense_names() -> dict[str, str]:
    """PyTorch's names of the last two layers by TensorFlow's."""
    return {
        f"fully_connected{suffix}/{theirs}": f"fc{number}.{ours}"
        for number, suffix in ((1, ""), (2, "_2"))
        for theirs, ours in (("weights", "weight"), ("biases", "bias"))
    }


def _convolution_names() -> dict[str, str]:
    return {
        f"conv{layer}_{projection.upper()}/{theirs}": (
            f"{_CONVOLUTIONS}{number}.{projection}.{ours}"
        )
        for number, layer in enumerate(_CNN_LAYERS)
        for projection in ("cc", "mlo")
        for theirs, ours in (("weights", "weight"), ("biases", "bias"))
    }


def _dimensions(name: str) -> int:
    if name.endswith("/biases"):
        return 1
    return 4 if name.startswith("conv") else 2
