"""DeepLabV3+ (Chen et al., 2018) with ResNet50 and squeeze-and-excitation (spec 4, v015)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from models.mass.network.layers import ConvNorm, Convolution, Dense, Norm, join
from models.mass.network.resnet import ResNet50

_DILATIONS = (6, 12, 18)
_SQUEEZE = 8


class DeepLabV3Plus(nn.Module):
    """Shape (n, 3, rows, columns), multiples of 16, → probabilities (n, 1, rows, columns)."""

    channels = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = ResNet50(width)
        _, low, _, deepest = self.encoder.widths
        wide, narrow = 4 * width, 3 * width // 4
        self.pyramid = _Pyramid(deepest, wide)
        self.low = _normed(low, narrow, 1)
        self.excite1 = _SqueezeExcite(wide + narrow)
        self.conv1 = _normed(wide + narrow, wide, 3)
        self.conv2 = _normed(wide, wide, 3)
        self.excite2 = _SqueezeExcite(wide)
        self.head = Convolution(wide, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        first, *later = self.encoder.stages
        # As published, the low level is taken before the first stage's last block.
        low = first[:-1](self.encoder.pool(self.encoder.start(images)))  # type: ignore[index] # a Sequential
        deepest = first[-1](low)  # type: ignore[index]
        for stage in later:
            deepest = stage(deepest)
        merged = join((_four_times(self.pyramid(deepest)), self.low(low).relu_()))
        hidden = self.conv1(self.excite1(merged)).relu_()
        hidden = self.excite2(self.conv2(hidden).relu_())
        # The head is linear and 1 × 1, so that enlarging its one channel gives the same map as
        # enlarging all of its inputs.
        out: Tensor = _four_times(self.head(hidden)).sigmoid()
        return out


class _Pyramid(nn.Module):
    """Atrous spatial pyramid pooling."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.pooled = _normed(inputs, width, 1)
        self.branches = nn.ModuleList(
            [
                _normed(inputs, width, 1),
                *(_normed(inputs, width, 3, dilation) for dilation in _DILATIONS),
            ]
        )
        self.mix = _normed((len(self.branches) + 1) * width, width, 1)

    def forward(self, features: Tensor) -> Tensor:
        mean = features.mean(dim=(2, 3), keepdim=True)
        pooled = self.pooled(mean).relu_().expand(-1, -1, *features.shape[2:])
        branches = [branch(features).relu_() for branch in self.branches]
        out: Tensor = self.mix(join((pooled, *branches))).relu_()
        return out


class _SqueezeExcite(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.squeeze = Dense(width, width // _SQUEEZE, bias=False)
        self.excite = Dense(width // _SQUEEZE, width, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        weights = self.excite(self.squeeze(features.mean(dim=(2, 3))).relu_()).sigmoid()
        out: Tensor = features * weights[..., None, None]
        return out


def _four_times(features: Tensor) -> Tensor:
    return functional.interpolate(features, scale_factor=4, mode="bilinear", align_corners=False)


def _normed(inputs: int, width: int, size: int, dilation: int = 1) -> ConvNorm:
    conv = Convolution(inputs, width, size, dilation=dilation, bias=False)
    return ConvNorm(conv, Norm(width))
