"""Attention U-net (Oktay et al., 2018; spec 4, v017)."""

from __future__ import annotations

from torch import Tensor, nn

from models.mass.network.layers import (
    ConvNorm,
    Convolution,
    Norm,
    Transposed,
    double,
    halve,
    join,
)

_LEVELS = 5


class AttentionUnet(nn.Module):
    """Shape (n, 3, rows, columns), multiples of 16, → probabilities (n, 1, rows, columns)."""

    channels = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        widths = [width << level for level in range(_LEVELS)]
        inputs = (self.channels, *widths[:-1])
        self.down = nn.ModuleList(
            [_DownStep(one, two) for one, two in zip(inputs[:-1], widths[:-1], strict=True)]
        )
        self.bridge = _double_convolution(widths[-2], widths[-1])
        # As published, the third widens to as many filters as the second.
        raised = (8 * width, 4 * width, 4 * width, width)
        self.up = nn.ModuleList(
            [
                _UpStep(below, own, wide)
                for below, own, wide in zip(widths[:0:-1], widths[-2::-1], raised, strict=True)
            ]
        )
        self.head = Convolution(width, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        features, skips = images, []
        for down in self.down:
            skips.append(down(features))
            features = halve(skips[-1])
        features = self.bridge(features)
        for up in self.up:
            features = up(features, skips.pop())
        out: Tensor = self.head(features).sigmoid()
        return out


class _DownStep(nn.Module):
    """Twice: convolution, ReLU, and only then the batch norm."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.conv1 = Convolution(inputs, width, 3)
        self.norm1 = Norm(width)
        self.conv2 = Convolution(width, width, 3)
        self.norm2 = Norm(width)

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.norm1(self.conv1(features).relu_())
        out: Tensor = self.norm2(self.conv2(hidden).relu_())
        return out


class _UpStep(nn.Module):
    def __init__(self, inputs: int, width: int, raised: int) -> None:
        super().__init__()
        self.signal = ConvNorm(Convolution(inputs, inputs * 2, 1), Norm(inputs * 2))
        self.gate = _Gate(width, inputs * 2)
        self.widen = Transposed(inputs, raised, 3)
        self.mix = _double_convolution(raised + width, width)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        attended = self.gate(skip, self.signal(features).relu_())
        out: Tensor = self.mix(join((self.widen(features).relu_(), attended)))
        return out


class _Gate(nn.Module):
    """How much of each place of the skip is let through, told from the level below."""

    def __init__(self, width: int, signal: int) -> None:
        super().__init__()
        self.theta = Convolution(width, width, 2, stride=2)
        self.phi = Convolution(signal, width, 1)
        self.spread = Transposed(width, width, 3, stride=1)
        self.psi = Convolution(width, 1, 1)
        self.out = ConvNorm(Convolution(width, width, 1), Norm(width))

    def forward(self, skip: Tensor, signal: Tensor) -> Tensor:
        hidden = (self.spread(self.phi(signal)) + self.theta(skip)).relu_()
        weights = double(self.psi(hidden).sigmoid())
        out: Tensor = self.out(skip * weights)
        return out


def _double_convolution(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        Convolution(inputs, width, 3),
        nn.ReLU(inplace=True),
        Convolution(width, width, 3),
        nn.ReLU(inplace=True),
    )
