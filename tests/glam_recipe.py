"""Seeded weights with the keys and shapes of GLAM's checkpoints, for tests (glam.md, section 11).

``python -m tests.glam_recipe OUT.ckpt`` writes them as the published files are: a plain state
dict in PyTorch's legacy container. They predict nothing; they make results reproducible.
"""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from models.glam.network import GlamArchitecture, GlamNetwork

_HEAD_GAIN = {
    "global_network.postprocess_module.gn_conv_": 0.02,
    "detection_network.gn_conv_": 0.001,
}

# Section 9: in model_joint.ckpt, with no part in the prediction. Shapes are of no consequence.
JOINT_EXTRAS = {
    "mil.mil_attn_V.weight": (128, 512),
    "mil.mil_attn_U.weight": (128, 512),
    "mil.mil_attn_w.weight": (1, 128),
    "mil.classifier_linear.weight": (2, 512),
    "fusion_dnn.weight": (2, 768),
    "fusion_dnn.bias": (2,),
    "shared_rep_filter.weight": (512, 256, 1, 1),
}


def value(key: str, shape: tuple[int, ...]) -> torch.Tensor:
    """One entry of the state dict, float32, or zeros where it only counts batches."""
    if key.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.int64)
    seed = zlib.crc32(key.encode())
    z = np.random.RandomState(seed).standard_normal(shape)
    if key.endswith("running_var"):
        z = 1 + 0.1 * np.abs(z)
    elif key.endswith("weight") and len(shape) == 1:
        z = 1 + 0.1 * z
    elif len(shape) == 1:
        z = 0.1 * z
    else:
        z = z * math.sqrt(2 / math.prod(shape[1:]))
        for prefix, gain in _HEAD_GAIN.items():
            if key.startswith(prefix):
                z = z * gain
    return torch.from_numpy(z.astype(np.float32))


def state_dict(architecture: GlamArchitecture = GlamArchitecture()) -> dict[str, torch.Tensor]:  # noqa: B008 - frozen
    """Recipe weights for every key of the network."""
    with torch.device("meta"):
        shapes = GlamNetwork(architecture).state_dict()
    return {key: value(key, tuple(tensor.shape)) for key, tensor in shapes.items()}


def with_joint_extras(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same weights with the seven keys that only model_joint.ckpt has."""
    return {**weights, **{key: value(key, shape) for key, shape in JOINT_EXTRAS.items()}}


def write(path: Path, weights: Mapping[str, torch.Tensor]) -> Path:
    """Save as PyTorch 1.1 did."""
    torch.save(dict(weights), path, _use_new_zipfile_serialization=False)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.glam_recipe OUT.ckpt")
    write(Path(sys.argv[1]), state_dict())
