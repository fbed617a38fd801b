"""MultiResUnet (Ibtehaz and Rahman, 2020; spec 4, v016)."""

from __future__ import annotations

from torch import Tensor, nn

from models.mass.network.layers import ConvNorm, Convolution, Norm, Transposed, halve, join

_ALPHA = 1.67
_PARTS = (0.167, 0.333, 0.5)
_LEVELS = 5


class MultiResUnet(nn.Module):
    """Shape (n, 3, rows, columns), multiples of 16, → probabilities (n, 1, rows, columns)."""

    channels = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        widths = [width << level for level in range(_LEVELS)]
        levels, up = [], []
        inputs = self.channels
        for level, own in enumerate(widths[:-1]):
            levels.append(_Level(inputs, own, length=_LEVELS - 1 - level))
            inputs = levels[-1].block.outputs
        self.levels = nn.ModuleList(levels)
        self.bridge = _MultiResBlock(inputs, widths[-1])
        inputs = self.bridge.outputs
        for own in reversed(widths[:-1]):
            up.append(_UpStep(inputs, own))
            inputs = up[-1].mix.outputs
        self.up = nn.ModuleList(up)
        self.head = Convolution(inputs, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        features, skips = images, []
        for level in self.levels:
            features, skip = level(features)
            skips.append(skip)
        features = self.bridge(features)
        for step in self.up:
            features = step(features, skips.pop())
        out: Tensor = self.head(features).sigmoid()
        return out


class _MultiResBlock(nn.Module):
    """Three convolutions in a row, all of them kept, and a shortcut over them."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        widths = [int(_ALPHA * width * part) for part in _PARTS]
        self.outputs = sum(widths)
        self.convs = nn.ModuleList(
            [_normed(one, two, 3) for one, two in zip((inputs, *widths[:-1]), widths, strict=True)]
        )
        self.joined = Norm(self.outputs)
        self.shortcut = _normed(inputs, self.outputs, 1)
        self.norm = Norm(self.outputs)

    def forward(self, features: Tensor) -> Tensor:
        parts, hidden = [], features
        for conv in self.convs:
            hidden = conv(hidden).relu_()
            parts.append(hidden)
        out: Tensor = self.norm((self.joined(join(parts)) + self.shortcut(features)).relu_())
        return out


class _Level(nn.Module):
    """One level on the way down, with residual convolutions along its skip."""

    def __init__(self, inputs: int, width: int, length: int) -> None:
        super().__init__()
        self.block = _MultiResBlock(inputs, width)
        self.path = nn.Sequential(
            _ResStep(self.block.outputs, width),
            *(_ResStep(width, width) for _ in range(length - 1)),
        )

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """What goes on at half the size, and the skip."""
        mixed = self.block(features)
        return halve(mixed), self.path(mixed)


class _ResStep(nn.Module):
    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.conv = _normed(inputs, width, 3)
        self.shortcut = _normed(inputs, width, 1)
        self.norm = Norm(width)

    def forward(self, features: Tensor) -> Tensor:
        out: Tensor = self.norm((self.conv(features) + self.shortcut(features)).relu_())
        return out


class _UpStep(nn.Module):
    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.widen = Transposed(inputs, width, 2)
        self.mix = _MultiResBlock(2 * width, width)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        out: Tensor = self.mix(join((self.widen(features), skip)))
        return out


def _normed(inputs: int, width: int, size: int) -> ConvNorm:
    return ConvNorm(Convolution(inputs, width, size, bias=False), Norm(width))
