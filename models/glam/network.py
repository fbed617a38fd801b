"""GLAM's two networks, with the parameter names of the published checkpoints (spec 5-7, 9).

Liu et al., "Weakly-supervised High-resolution Segmentation of Mammography Images for Breast
Cancer Diagnosis", MIDL 2021. Maps have two channels: 0 benign, 1 malignant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

CLASSES = 2
# Spec 5: the weights of S0, S1, S2 in the global saliency.
_LEVEL_WEIGHTS = (0.2, 0.6, 0.2)

Pause = Callable[[], None]


def _go_on() -> None:
    """A `Pause` for callers who never stop half-way."""


@dataclass(frozen=True, slots=True)
class GlamArchitecture:
    """Widths and depths; the defaults are the published networks.

    Attributes
    ----------
    global_widths, global_blocks : per stage; the first stage keeps the resolution of the stem,
        every other halves it. The last three stages give the saliency levels.
    local_widths, local_blocks : per stage, all at the resolution of the stem.
    top_fraction : part of a saliency map whose mean is its score.
    """

    global_widths: tuple[int, ...] = (16, 32, 64, 128, 256)
    global_blocks: tuple[int, ...] = (2, 2, 2, 2, 2)
    local_widths: tuple[int, ...] = (64, 128, 256, 512)
    local_blocks: tuple[int, ...] = (3, 4, 6, 3)
    top_fraction: float = 0.03


class GlobalEvidence(NamedTuple):
    """What the global network says of n images.

    Attributes
    ----------
    scores : shape (n, 2), 0 … 1, the reported prediction.
    level_scores : shape (n, 3, 2), the scores of S0, S1 and S2, whose mean is `scores`.
    saliency : shape (n, 2, h, w), 0 … 1, on cells of 16 × 16 input pixels.
    """

    scores: Tensor
    level_scores: Tensor
    saliency: Tensor


class GlamNetwork(nn.Module):
    """Both networks; `global_network` reads whole windows, `detection_network` patches."""

    def __init__(self, architecture: GlamArchitecture) -> None:
        super().__init__()
        self.global_network = GlobalNetwork(architecture)
        self.detection_network = DetectionNetwork(architecture)

    def fold_norms(self) -> None:
        """Merge every batch norm that follows a convolution into it; inference only."""
        self.eval()
        for module in self.modules():
            if isinstance(module, (_PreActivationBlock, _PostActivationBlock, _PatchTrunk)):
                module.fold_norms()


class GlobalNetwork(nn.Module):
    """Spec 5."""

    def __init__(self, architecture: GlamArchitecture) -> None:
        super().__init__()
        self.downsampling_branch = _DownsamplingBranch(
            architecture.global_widths, architecture.global_blocks
        )
        self.postprocess_module = _PostprocessModule(architecture.global_widths[-3:])
        self.top_fraction = architecture.top_fraction

    def forward(self, images: Tensor, pause: Pause = _go_on) -> GlobalEvidence:
        """Normalised windows, shape (n, 1, rows, columns) → evidence."""
        levels = self.postprocess_module(self.downsampling_branch(images, pause))
        level_scores = torch.stack([self._score(level) for level in levels], dim=1)
        saliency = sum(
            weight * level for weight, level in zip(_LEVEL_WEIGHTS, levels, strict=True)
        )
        return GlobalEvidence(level_scores.mean(dim=1), level_scores, saliency)

    def _score(self, level: Tensor) -> Tensor:
        cells = level.flatten(start_dim=2)
        count = max(1, round(self.top_fraction * cells.shape[2]))
        return cells.topk(count, dim=2).values.mean(dim=2)


class DetectionNetwork(nn.Module):
    """Spec 7."""

    def __init__(self, architecture: GlamArchitecture) -> None:
        super().__init__()
        self.dn_resnet = _PatchTrunk(architecture.local_widths, architecture.local_blocks)
        self.gn_conv_last = _convolution(architecture.local_widths[-1], CLASSES, 1)

    def forward(self, patches: Tensor, pause: Pause = _go_on) -> Tensor:
        """Patches, shape (k, 1, h, w) → saliency, shape (k, 2, h / 4, w / 4), 0 … 1."""
        evidence: Tensor = self.gn_conv_last(self.dn_resnet(patches, pause))
        return evidence.sigmoid()


class _DownsamplingBranch(nn.Module):
    def __init__(self, widths: Sequence[int], blocks: Sequence[int]) -> None:
        super().__init__()
        self.first_conv = _convolution(1, widths[0], 7, stride=2)
        stages = []
        inputs = widths[0]
        for stage, (width, count) in enumerate(zip(widths, blocks, strict=True)):
            stride = 1 if stage == 0 else 2
            first = _PreActivationBlock(inputs, width, stride, projects=True)
            rest = [_PreActivationBlock(width, width) for _ in range(count - 1)]
            stages.append(nn.Sequential(first, *rest))
            inputs = width
        self.layer_list = nn.ModuleList(stages)
        self.final_bn = nn.BatchNorm2d(widths[-1])

    def forward(self, images: Tensor, pause: Pause) -> list[Tensor]:
        """Feature maps of the last three stages, the finest first."""
        features = functional.max_pool2d(self.first_conv(images), 3, stride=2)
        maps = []
        for stage in self.layer_list:
            for block in stage:  # type: ignore[attr-defined]
                pause()
                features = block(features)
            maps.append(features)
        maps[-1] = self.final_bn(features).relu_()
        return maps[-3:]


class _PostprocessModule(nn.Module):
    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.gn_conv_1 = _convolution(widths[0], CLASSES, 1)
        self.gn_conv_2 = _convolution(widths[1], CLASSES, 1)
        self.gn_conv_last = _convolution(widths[2], CLASSES, 1)
        # In the checkpoint, but no part of the prediction.
        self.combine = _convolution(3 * CLASSES, CLASSES, 1)

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """S0, S1, S2, each (n, 2, h, w), float32, at the finest map's resolution."""
        heads = (self.gn_conv_1, self.gn_conv_2, self.gn_conv_last)
        size = maps[0].shape[2:]
        return [
            functional.interpolate(head(features).float(), size=size, mode="nearest").sigmoid()
            for head, features in zip(heads, maps, strict=True)
        ]


class _PreActivationBlock(nn.Module):
    """He et al. 2016b, with the shortcut taken after the first activation where it projects."""

    def __init__(
        self, inputs: int, width: int, stride: int = 1, *, projects: bool = False
    ) -> None:
        super().__init__()
        self.bn1: nn.Module = nn.BatchNorm2d(inputs)
        self.conv1: nn.Module = _convolution(inputs, width, 3, stride)
        self.bn2: nn.Module = nn.BatchNorm2d(width)
        self.conv2: nn.Module = _convolution(width, width, 3)
        self.downsample = nn.Sequential(_Projection(inputs, width, stride)) if projects else None

    def forward(self, features: Tensor) -> Tensor:
        activated = self.bn1(features).relu_()
        shortcut = features if self.downsample is None else self.downsample(activated)
        hidden = self.bn2(self.conv1(activated)).relu_()
        out: Tensor = self.conv2(hidden)
        return out + shortcut

    def fold_norms(self) -> None:
        self.conv1, self.bn2 = _folded(self.conv1, self.bn2)


class _PatchTrunk(nn.Module):
    """ResNet-34 (He et al. 2016a) whose stages all keep the stem's resolution."""

    def __init__(self, widths: Sequence[int], blocks: Sequence[int]) -> None:
        super().__init__()
        self.conv1: nn.Module = _convolution(3, widths[0], 7, stride=2)
        self.bn1: nn.Module = nn.BatchNorm2d(widths[0])
        inputs = widths[0]
        self.stages = len(widths)
        for stage, (width, count) in enumerate(zip(widths, blocks, strict=True), start=1):
            first = _PostActivationBlock(inputs, width)
            rest = [_PostActivationBlock(width, width) for _ in range(count - 1)]
            self.add_module(f"layer{stage}", nn.Sequential(first, *rest))
            inputs = width

    def forward(self, patches: Tensor, pause: Pause) -> Tensor:
        """Grey patches, shape (k, 1, h, w) → features, shape (k, width, h / 4, w / 4)."""
        stem = self.bn1(self.conv1(patches.expand(-1, 3, -1, -1))).relu_()
        features = functional.max_pool2d(stem, 3, stride=2, padding=1)
        for stage in range(1, self.stages + 1):
            for block in self.get_submodule(f"layer{stage}"):  # type: ignore[attr-defined]
                features = block(features, pause)
        return features

    def fold_norms(self) -> None:
        self.conv1, self.bn1 = _folded(self.conv1, self.bn1)


class _PostActivationBlock(nn.Module):
    """He et al. 2016a."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.conv1: nn.Module = _convolution(inputs, width, 3)
        self.bn1: nn.Module = nn.BatchNorm2d(width)
        self.conv2: nn.Module = _convolution(width, width, 3)
        self.bn2: nn.Module = nn.BatchNorm2d(width)
        self.downsample = (
            None
            if inputs == width
            else nn.Sequential(_convolution(inputs, width, 1), nn.BatchNorm2d(width))
        )

    def forward(self, features: Tensor, pause: Pause) -> Tensor:
        pause()
        shortcut = features if self.downsample is None else self.downsample(features)
        hidden = self.bn1(self.conv1(features)).relu_()
        pause()
        out: Tensor = self.bn2(self.conv2(hidden))
        return (out + shortcut).relu_()

    def fold_norms(self) -> None:
        self.conv1, self.bn1 = _folded(self.conv1, self.bn1)
        self.conv2, self.bn2 = _folded(self.conv2, self.bn2)
        if self.downsample is not None:
            self.downsample = nn.Sequential(*_folded(self.downsample[0], self.downsample[1]))


class _Projection(nn.Conv2d):
    """A 1 × 1 convolution of every `step`-th pixel."""

    def __init__(self, inputs: int, outputs: int, step: int) -> None:
        super().__init__(inputs, outputs, 1, step, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        if not torch.is_grad_enabled():
            return super().forward(features)
        # The same sum, since oneDNN's gradient of a strided 1 × 1 convolution of fewer than 16
        # channels writes past its memory (its issue 6035).
        rows, columns = self.stride
        return functional.conv2d(features[..., ::rows, ::columns], self.weight)


def _convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)


def _folded(convolution: nn.Module, norm: nn.Module) -> tuple[nn.Module, nn.Module]:
    """One convolution that does the work of both, and what stands in the norm's place."""
    if not (isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)):
        raise TypeError("norms can be folded only once")
    return fuse_conv_bn_eval(convolution, norm), nn.Identity()
