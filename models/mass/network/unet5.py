"""Five-layer U-net: masses at 640 × 640, breasts at 1024 × 768 (spec 4, `model5LHzc`)."""

from __future__ import annotations

from torch import Tensor, nn

from models.mass.network.layers import ConvNorm, Convolution, Norm, double, halve, join

_LEVELS = 5


class Unet5(nn.Module):
    """Grey images, shape (n, 1, rows, columns) → probabilities of the same shape.

    Rows and columns must be multiples of 16.
    """

    channels = 1

    def __init__(self, width: int) -> None:
        super().__init__()
        widths = [width << level for level in range(_LEVELS)]
        inputs = (self.channels, *widths[:-1])
        self.down = nn.ModuleList(
            [_double_convolution(one, two) for one, two in zip(inputs, widths, strict=True)]
        )
        # As published, the first of the four has no batch norm.
        self.up = nn.ModuleList(
            [
                _UpStep(widths[level + 1], widths[level], normed=level < _LEVELS - 2)
                for level in reversed(range(_LEVELS - 1))
            ]
        )
        self.head = Convolution(width, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        skips = [self.down[0](images)]
        for step in list(self.down)[1:]:
            skips.append(step(halve(skips[-1])))
        features = skips.pop()
        for step in self.up:
            features = step(features, skips.pop())
        out: Tensor = self.head(features).sigmoid()
        return out


class _UpStep(nn.Module):
    def __init__(self, inputs: int, width: int, *, normed: bool) -> None:
        super().__init__()
        widen = Convolution(inputs, width, 2)
        self.widen: nn.Module = ConvNorm(widen, Norm(width)) if normed else widen
        self.mix = _double_convolution(2 * width, width)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        raised = self.widen(double(features)).relu_()
        out: Tensor = self.mix(join((skip, raised)))
        return out


def _double_convolution(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        ConvNorm(Convolution(inputs, width, 3), Norm(width)),
        nn.ReLU(inplace=True),
        ConvNorm(Convolution(width, width, 3), Norm(width)),
        nn.ReLU(inplace=True),
    )
