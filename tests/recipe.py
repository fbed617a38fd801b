"""Seeded weights with the recipe of the goldens, `crc-mt19937-v1`: the same bits everywhere.

They predict nothing; they make results reproducible. A value depends on the name and shape of its
entry alone, drawn from NumPy's frozen MT19937 stream with the CRC-32 of the name as its seed.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


def draw(key: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Standard normal values of the entry called `key`, float64."""
    return np.random.RandomState(zlib.crc32(key.encode())).standard_normal(shape)


def torch_value(key: str, shape: tuple[int, ...], gain: float = 2.0) -> Tensor:
    """One entry of a state dict, float32, or zeros where it only counts batches.

    Parameters
    ----------
    gain : numerator of the kernels' variance, as each golden states it.
    """
    if key.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.int64)
    z = draw(key, shape)
    if key.endswith("running_var"):
        z = 0.5 + 0.5 * z * z
    elif key.endswith("running_mean"):
        z = 0.1 * z
    elif len(shape) >= 2:
        z = z * math.sqrt(gain / math.prod(shape[1:]))
    elif key.endswith("weight"):
        z = 1.0 + 0.1 * z
    else:
        z = 0.05 * z
    return torch.from_numpy(z.astype(np.float32))


def torch_state(network: nn.Module, gain: float = 2.0) -> Mapping[str, Tensor]:
    """Values for every entry of a network, which may be on the meta device."""
    return {
        key: torch_value(key, tuple(tensor.shape), gain)
        for key, tensor in network.state_dict().items()
    }


def keras_value(key: str, shape: tuple[int, ...], gain: float = 2.0) -> NDArray[np.float32]:
    """One Keras weight, float32, in Keras' layout; `key` is `<layer>/<weight>` without `:0`."""
    leaf = key.rpartition("/")[2]
    z = draw(key, shape)
    if leaf == "moving_variance":
        z = 0.5 + 0.5 * z * z
    elif leaf == "moving_mean":
        z = 0.1 * z
    elif leaf == "gamma":
        z = 1.0 + 0.1 * z
    elif leaf in ("beta", "bias"):
        z = 0.05 * z
    elif leaf == "depthwise_kernel":
        z = z * math.sqrt(gain / float(shape[0] * shape[1]))
    else:
        z = z * math.sqrt(gain / float(math.prod(shape[:-1])))
    return z.astype(np.float32)
