"""U-Xception: Xception and residual blocks on the way up (spec 4, `modelUXception`)."""

from __future__ import annotations

from torch import Tensor, nn

from models.mass.network.layers import ConvNorm, Convolution, Norm, Transposed, halve, join
from models.mass.network.xception import DEEPEST_WIDTH, ENTRY_WIDTHS, Xception


class UXception(nn.Module):
    """Shape (n, 3, rows, columns), multiples of 32, → probabilities (n, 1, rows, columns).

    `width` is their `start_neurons`: 16 by default, 8 in the published weights.
    """

    channels = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = Xception()
        self.bridge = _Stage(DEEPEST_WIDTH, 32 * width)
        steps = []
        inputs = 32 * width
        skips = (DEEPEST_WIDTH, *reversed(ENTRY_WIDTHS), 0)
        for level, skip in enumerate(skips):
            outputs = (16 * width) >> level
            steps.append(_UpStep(inputs, outputs, skip))
            inputs = outputs
        self.up = nn.ModuleList(steps)
        self.head = Convolution(width, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        half, quarter, eighth, deepest = self.encoder(images)
        deepest = deepest.relu_()
        features = self.bridge(halve(deepest))
        for step, skip in zip(self.up, (deepest, eighth, quarter, half, None), strict=True):
            features = step(features, skip)
        out: Tensor = self.head(features).sigmoid()
        return out


class _UpStep(nn.Module):
    def __init__(self, inputs: int, width: int, skip: int) -> None:
        super().__init__()
        self.widen = Transposed(inputs, width, 3)
        self.mix = _Stage(width + skip, width)

    def forward(self, features: Tensor, skip: Tensor | None) -> Tensor:
        raised = self.widen(features)
        out: Tensor = self.mix(raised if skip is None else join((raised, skip)))
        return out


class _Stage(nn.Module):
    """A convolution, then two residual blocks."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.narrow = Convolution(inputs, width, 3)
        self.block1 = _ResidualBlock(width)
        self.block2 = _ResidualBlock(width)

    def forward(self, features: Tensor) -> Tensor:
        out: Tensor = self.block2(self.block1(self.narrow(features))).relu_()
        return out


class _ResidualBlock(nn.Module):
    """Activated first, with a batch norm on the shortcut too."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = Norm(width)
        self.shortcut = Norm(width)
        self.conv1 = ConvNorm(Convolution(width, width, 3), Norm(width))
        self.conv2 = ConvNorm(Convolution(width, width, 3), Norm(width))

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.conv1(self.norm(features.relu())).relu_()
        out: Tensor = self.conv2(hidden) + self.shortcut(features)
        return out
