"""ResUnet: a U-net of blocks that activate first (spec 4, v011)."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from models.mass.network.layers import ConvNorm, Convolution, Norm, double, join

_LEVELS = 4


class ResUnet(nn.Module):
    """Grey images, shape (n, 1, rows, columns), multiples of 8, → the same shape."""

    channels = 1

    def __init__(self, width: int) -> None:
        super().__init__()
        widths = [width << level for level in range(_LEVELS)]
        self.stem = _Stem(self.channels, width)
        self.down = nn.ModuleList([_Block(one, two, stride=2) for one, two in pairwise(widths)])
        self.up = nn.ModuleList(
            [
                _Block(widths[level + 1] + widths[level], widths[level])
                for level in reversed(range(_LEVELS - 1))
            ]
        )
        self.head = Convolution(width, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        skips = [self.stem(images)]
        for block in self.down:
            skips.append(block(skips[-1]))
        features = skips.pop()
        for block in self.up:
            features = block(join((double(features), skips.pop())))
        out: Tensor = self.head(features).sigmoid()
        return out


class _Stem(nn.Module):
    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(Convolution(inputs, width, 3), Norm(width))
        self.conv2 = Convolution(width, width, 3)
        self.shortcut = Convolution(inputs, width, 1)

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.conv2(self.conv1(images).relu_()) + self.shortcut(images)
        return out


class _Block(nn.Module):
    def __init__(self, inputs: int, width: int, *, stride: int = 1) -> None:
        super().__init__()
        self.norm = Norm(inputs)
        self.conv1 = ConvNorm(Convolution(inputs, width, 3, stride=stride), Norm(width))
        self.conv2 = Convolution(width, width, 3)
        self.shortcut = Convolution(inputs, width, 1, stride=stride)

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.conv1(self.norm(features).relu_()).relu_()
        out: Tensor = self.conv2(hidden) + self.shortcut(features)
        return out
