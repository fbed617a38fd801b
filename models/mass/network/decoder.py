"""The plain way up of U-VGG16 and U-ResNet50: transposed convolution, concatenation, two more."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from models.mass.network.layers import ConvNorm, Convolution, Norm, Transposed, join


class PlainDecoder(nn.Module):
    """Deepest features and skips, the deepest first → probabilities at the last skip's size.

    Parameters
    ----------
    inputs : channels of the deepest features.
    skips : channels of the skips, the deepest first.
    width : filters of the last step, doubled at every earlier one.
    """

    def __init__(self, inputs: int, skips: Sequence[int], width: int) -> None:
        super().__init__()
        steps = []
        for level, skip in enumerate(skips):
            outputs = width << (len(skips) - 1 - level)
            steps.append(_UpStep(inputs, skip, outputs))
            inputs = outputs
        self.steps = nn.ModuleList(steps)
        self.head = Convolution(width, 1, 1)

    def forward(self, features: Tensor, skips: Sequence[Tensor]) -> Tensor:
        """Shapes halve from skip to skip; the deepest features have half the first skip's."""
        for step, skip in zip(self.steps, skips, strict=True):
            features = step(features, skip)
        out: Tensor = self.head(features).sigmoid()
        return out


class _UpStep(nn.Module):
    def __init__(self, inputs: int, skip: int, width: int) -> None:
        super().__init__()
        self.widen = Transposed(inputs, width, 2)
        self.conv1 = ConvNorm(Convolution(width + skip, width, 3), Norm(width))
        self.conv2 = ConvNorm(Convolution(width, width, 3), Norm(width))

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        hidden = self.conv1(join((self.widen(features), skip))).relu_()
        out: Tensor = self.conv2(hidden).relu_()
        return out
