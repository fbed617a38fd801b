"""DeepMiCa's checkpoints: zip files that pickle whole modules, read without running their code.

Each class of a fixed list has a stand-in that does nothing, PyTorch's restricted unpickler builds
tensors and plain containers, and a file that asks for anything else is refused by name. Of what
comes out only the state dict is used. Bare state dicts and safetensors files are taken too, and
so is the prefix that a network has after training on several devices.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from models.weights import read_state
from models.weights_archive import is_archive, require_plain
from models.weights_parsing import named_tensors, translated

_STATE = "model_state_dict"
_PREFIX = "module."
# Needs no stand-in: PyTorch has its own.
_SET = "__builtin__.set"
_STANDS_IN_FOR = (
    "UNet.build_unet",
    "UNet.conv_block",
    "UNet.encoder_block",
    "UNet.decoder_block",
    "Resnet18.Net",
    "Vgg16.Net",
    "torchvision.models.resnet.ResNet",
    "torchvision.models.resnet.BasicBlock",
    "torchvision.models.vgg.VGG",
    "torch.nn.parallel.data_parallel.DataParallel",
    "torch.nn.modules.activation.ReLU",
    "torch.nn.modules.batchnorm.BatchNorm2d",
    "torch.nn.modules.container.Sequential",
    "torch.nn.modules.conv.Conv2d",
    "torch.nn.modules.conv.ConvTranspose2d",
    "torch.nn.modules.dropout.Dropout",
    "torch.nn.modules.linear.Linear",
    "torch.nn.modules.pooling.AdaptiveAvgPool2d",
    "torch.nn.modules.pooling.MaxPool2d",
)


class _StandIn:
    """Takes what a pickled module holds, and does nothing with it."""

    def __setstate__(self, state: object) -> None:
        pass


def read_checkpoint(path: Path) -> Mapping[str, Tensor]:
    """The named tensors of a checkpoint, a state dict or a safetensors file, on the CPU.

    Raises
    ------
    WeightsNotFoundError : there is no such file.
    WeightsUnreadableError : it is damaged, or asks for more than tensors, containers and the
        modules that DeepMiCa's networks are made of.
    """
    state = _unpickled(path) if is_archive(path) else read_state(path)
    return {key.removeprefix(_PREFIX): tensor for key, tensor in state.items()}


def _unpickled(path: Path) -> Mapping[str, Tensor]:
    with translated(path, "is damaged, or is no checkpoint that can be read safely"):
        require_plain(path, also=(*_STANDS_IN_FOR, _SET))
        with torch.serialization.safe_globals([(_StandIn, name) for name in _STANDS_IN_FOR]):
            content = torch.load(path, map_location="cpu", weights_only=True)
    state = content.get(_STATE, content) if isinstance(content, Mapping) else content
    return named_tensors(state, path)
