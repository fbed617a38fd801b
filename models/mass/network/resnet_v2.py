"""ResNet50V2 (He et al., 2016b) as a classifier (spec 6)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from models.mass.network.head import ClassifierHead
from models.mass.network.layers import RESNET_EPSILON, ConvNorm, Convolution, Norm

# Blocks and closing stride of the stages `conv2` to `conv5`.
_STAGES = ((3, 2), (4, 2), (6, 2), (3, 1))


class ResNet50V2Classifier(nn.Module):
    """Shape (n, 3, 224, 224) → score of malignancy, shape (n,)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.stem = Convolution(3, width, 7, stride=2, same=False, name="conv1_conv")
        blocks = nn.Sequential()
        inputs = width
        for stage, (depth, stride) in enumerate(_STAGES):
            narrow = width << stage
            for number in range(1, depth + 1):
                blocks.append(
                    _Block(
                        inputs,
                        narrow,
                        stride=stride if number == depth else 1,
                        projects=number == 1,
                        name=f"conv{stage + 2}_block{number}",
                    )
                )
                inputs = 4 * narrow
        self.blocks = blocks
        self.norm = Norm(inputs, epsilon=RESNET_EPSILON, name="post_bn")
        self.head = ClassifierHead(inputs)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → scores in 0 … 1."""
        stem = functional.pad(self.stem(functional.pad(images, (3, 3, 3, 3))), (1, 1, 1, 1))
        features = self.blocks(functional.max_pool2d(stem, 3, stride=2))
        out: Tensor = self.head(self.norm(features).relu_())
        return out


class _Block(nn.Module):
    def __init__(
        self, inputs: int, narrow: int, *, stride: int, projects: bool, name: str
    ) -> None:
        super().__init__()
        self.stride = stride
        self.preact = Norm(inputs, epsilon=RESNET_EPSILON, name=f"{name}_preact_bn")
        self.conv1 = _normed(inputs, narrow, 1, f"{name}_1")
        self.conv2 = _normed(narrow, narrow, 3, f"{name}_2", stride)
        self.conv3 = Convolution(narrow, 4 * narrow, 1, name=f"{name}_3_conv")
        self.project = (
            Convolution(inputs, 4 * narrow, 1, stride=stride, name=f"{name}_0_conv")
            if projects
            else None
        )

    def forward(self, features: Tensor) -> Tensor:
        active = self.preact(features).relu_()
        if self.project is not None:
            shortcut = self.project(active)
        else:
            shortcut = features[..., :: self.stride, :: self.stride]
        hidden = self.conv1(active).relu_()
        hidden = self.conv2(functional.pad(hidden, (1, 1, 1, 1))).relu_()
        out: Tensor = self.conv3(hidden) + shortcut
        return out


def _normed(inputs: int, outputs: int, size: int, name: str, stride: int = 1) -> ConvNorm:
    conv = Convolution(
        inputs, outputs, size, stride=stride, same=False, bias=False, name=f"{name}_conv"
    )
    return ConvNorm(conv, Norm(outputs, epsilon=RESNET_EPSILON, name=f"{name}_bn"))
