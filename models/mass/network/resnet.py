"""ResNet50 (He et al., 2016a) up to its fourth stage, and U-ResNet50 (spec 4)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from models.mass.network.decoder import PlainDecoder
from models.mass.network.layers import RESNET_EPSILON, ConvNorm, Convolution, Norm

# Blocks of the stages `conv2`, `conv3` and `conv4`.
_DEPTHS = (3, 4, 6)


class ResNet50(nn.Module):
    """Shape (n, 3, rows, columns), multiples of 16, → features at 2, 4, 8 and 16, activated."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.stem = _convolution(3, width, 7, stride=2, name="conv1")
        stages = []
        self.widths = [width]
        for number, depth in enumerate(_DEPTHS, start=2):
            narrow = width << (number - 2)
            stage = nn.Sequential()
            for block in range(1, depth + 1):
                first = block == 1
                stage.append(
                    _Block(
                        self.widths[-1] if first else 4 * narrow,
                        narrow,
                        stride=2 if first and number > 2 else 1,
                        projects=first,
                        name=f"conv{number}_block{block}",
                    )
                )
            stages.append(stage)
            self.widths.append(4 * narrow)
        self.stages = nn.ModuleList(stages)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Images in 0 … 1 → features, the finest first."""
        maps = [self.start(images)]
        features = self.pool(maps[0])
        for stage in self.stages:
            features = stage(features)
            maps.append(features)
        return maps

    def start(self, images: Tensor) -> Tensor:
        """Images → features at half their size, activated."""
        out: Tensor = self.stem(functional.pad(images, (3, 3, 3, 3))).relu_()
        return out

    def pool(self, features: Tensor) -> Tensor:
        """From `start` to the first stage."""
        # Nothing is below 0 after the activation, so that −∞ and their zeros pad alike.
        return functional.max_pool2d(features, 3, stride=2, padding=1)


class UResNet50(nn.Module):
    """U-ResNet50: shape (n, 3, rows, columns), multiples of 16, → (n, 1, rows, columns)."""

    channels = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = ResNet50(width)
        *skips, deepest = self.encoder.widths
        self.decoder = PlainDecoder(deepest, [*skips[::-1], self.channels], width)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        *skips, deepest = self.encoder(images)
        out: Tensor = self.decoder(deepest, [*skips[::-1], images])
        return out


class _Block(nn.Module):
    def __init__(
        self, inputs: int, narrow: int, *, stride: int, projects: bool, name: str
    ) -> None:
        super().__init__()
        self.conv1 = _convolution(inputs, narrow, 1, stride=stride, name=f"{name}_1")
        self.conv2 = _convolution(narrow, narrow, 3, same=True, name=f"{name}_2")
        self.conv3 = _convolution(narrow, 4 * narrow, 1, name=f"{name}_3")
        self.shortcut = (
            _convolution(inputs, 4 * narrow, 1, stride=stride, name=f"{name}_0")
            if projects
            else nn.Identity()
        )

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.conv2(self.conv1(features).relu_()).relu_()
        out: Tensor = self.conv3(hidden) + self.shortcut(features)
        return out.relu_()


def _convolution(
    inputs: int, outputs: int, size: int, *, stride: int = 1, same: bool = False, name: str
) -> ConvNorm:
    return ConvNorm(
        Convolution(inputs, outputs, size, stride=stride, same=same, name=f"{name}_conv"),
        Norm(outputs, epsilon=RESNET_EPSILON, name=f"{name}_bn"),
    )
