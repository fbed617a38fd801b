"""Xception (Chollet, 2017) up to the second convolution of block 13, as the encoder (spec 3)."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from models.mass.network.layers import ConvNorm, Convolution, Norm, Separable, max_pool_same

ENTRY_WIDTHS = (128, 256, 728)
DEEPEST_WIDTH = 1024
_MIDDLE_BLOCKS = range(5, 13)


class Skips(NamedTuple):
    """Features at the input's size over 2, 4, 8 and 16, none of them activated."""

    half: Tensor
    quarter: Tensor
    eighth: Tensor
    sixteenth: Tensor


class Xception(nn.Module):
    """RGB images, shape (n, 3, rows, columns), multiples of 32, → skips."""

    channels = 3

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = _entry_convolution(3, 32, 2, "block1_conv1")
        self.conv2 = _entry_convolution(32, 64, 1, "block1_conv2")
        inputs = (64, *ENTRY_WIDTHS[:-1])
        self.entry = nn.ModuleList(
            [
                _EntryBlock(one, two, number)
                for number, (one, two) in enumerate(
                    zip(inputs, ENTRY_WIDTHS, strict=True), start=2
                )
            ]
        )
        width = ENTRY_WIDTHS[-1]
        self.middle = nn.ModuleList([_MiddleBlock(width, number) for number in _MIDDLE_BLOCKS])
        self.exit1 = _separable(width, width, "block13_sepconv1")
        self.exit2 = _separable(width, DEEPEST_WIDTH, "block13_sepconv2")

    def forward(self, images: Tensor) -> Skips:
        """Images in 0 … 1 → features."""
        features = self.conv2(self.conv1(images).relu_()).relu_()
        skips = []
        for block in self.entry:
            features, skip = block(features)
            skips.append(skip)
        for block in self.middle:
            features = block(features)
        deepest = self.exit2(self.exit1(features.relu()).relu_())
        half, quarter, eighth = skips
        # `valid` convolutions and odd sizes lost rows and columns, which are put back as zeros.
        return Skips(
            functional.pad(half, (3, 0, 3, 0)),
            functional.pad(quarter, (1, 0, 1, 0)),
            eighth,
            deepest,
        )


class _EntryBlock(nn.Module):
    def __init__(self, inputs: int, width: int, number: int) -> None:
        super().__init__()
        self.sepconv1 = _separable(inputs, width, f"block{number}_sepconv1")
        self.sepconv2 = _separable(width, width, f"block{number}_sepconv2")
        self.shortcut = ConvNorm(Convolution(inputs, width, 1, stride=2, bias=False), Norm(width))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """What goes on, and the skip before the pooling."""
        # Block 2 activates nothing first; what it gets is not negative, so that this is the same.
        skip = self.sepconv2(self.sepconv1(features.relu()).relu_())
        return max_pool_same(skip) + self.shortcut(features), skip


class _MiddleBlock(nn.Module):
    def __init__(self, width: int, number: int) -> None:
        super().__init__()
        self.sepconvs = nn.ModuleList(
            [_separable(width, width, f"block{number}_sepconv{step}") for step in (1, 2, 3)]
        )

    def forward(self, features: Tensor) -> Tensor:
        hidden = features.relu()
        for sepconv in self.sepconvs:
            hidden = sepconv(hidden.relu_())
        return hidden + features


def _entry_convolution(inputs: int, width: int, stride: int, name: str) -> ConvNorm:
    conv = Convolution(inputs, width, 3, stride=stride, same=False, bias=False, name=name)
    return ConvNorm(conv, Norm(width, name=f"{name}_bn"))


def _separable(inputs: int, width: int, name: str) -> ConvNorm:
    return ConvNorm(Separable(inputs, width, name), Norm(width, name=f"{name}_bn"))
