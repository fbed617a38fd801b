"""The layers that the networks are built from, computing as TensorFlow does (spec 5).

A layer that Keras saves under a fixed name carries it as `keras_name`; one without is known by a
counter (`conv2d_7`), so networks create their layers in the order in which Keras counted them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

KERAS_EPSILON = 1e-3
RESNET_EPSILON = 1.001e-5

Size = int | tuple[int, int]


class Convolution(nn.Conv2d):
    """Conv2D, padded as `same` unless told to be `valid`: what is odd goes below and right."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: Size,
        *,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
        same: bool = True,
        bias: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(
            inputs, outputs, size, stride, dilation=dilation, groups=groups, bias=bias
        )
        self.same = same
        self.keras_name = name

    def forward(self, features: Tensor) -> Tensor:
        """Shape (n, inputs, rows, columns) → (n, outputs, rows', columns')."""
        before, after = self._padding(features)
        if before == after:
            return functional.conv2d(
                features,
                self.weight,
                self.bias,
                self.stride,
                before,
                self.dilation,
                self.groups,
            )
        framed = functional.pad(features, (before[1], after[1], before[0], after[0]))
        return super().forward(framed)

    def _padding(self, features: Tensor) -> tuple[tuple[int, int], tuple[int, int]]:
        """(rows, columns) before, and after."""
        if not self.same:
            return (0, 0), (0, 0)
        totals = [
            same_padding(extent, (size - 1) * dilation + 1, stride)
            for extent, size, dilation, stride in zip(
                features.shape[2:], self.kernel_size, self.dilation, self.stride, strict=True
            )
        ]
        before = (totals[0] // 2, totals[1] // 2)
        return before, (totals[0] - before[0], totals[1] - before[1])


class Separable(nn.Module):
    """SeparableConv2D 3 × 3 `same`: each channel by itself, then across channels; no bias."""

    def __init__(self, inputs: int, outputs: int, name: str | None = None) -> None:
        super().__init__()
        self.depthwise = Convolution(inputs, inputs, 3, groups=inputs, bias=False)
        self.pointwise = Convolution(inputs, outputs, 1, bias=False)
        self.keras_name = name

    def forward(self, features: Tensor) -> Tensor:
        """Shape (n, inputs, rows, columns) → (n, outputs, rows, columns)."""
        out: Tensor = self.pointwise(self.depthwise(features))
        return out


class Transposed(nn.ConvTranspose2d):
    """Conv2DTranspose `same` with bias: `stride` times the rows and columns, never more."""

    def __init__(
        self, inputs: int, outputs: int, size: int, stride: int = 2, name: str | None = None
    ) -> None:
        # The crop at the top and left; what is left too much is dropped below and right.
        super().__init__(inputs, outputs, size, stride, padding=(size - stride) // 2)
        self.keras_name = name

    def forward(self, features: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Shape (n, inputs, h, w) → (n, outputs, stride · h, stride · w)."""
        rows, columns = (
            extent * step for extent, step in zip(features.shape[2:], self.stride, strict=True)
        )
        return super().forward(features, output_size)[..., :rows, :columns]


class Norm(nn.BatchNorm2d):
    """BatchNormalization; `scaled` is False where Keras saves no gamma, which is then 1."""

    def __init__(
        self,
        width: int,
        *,
        epsilon: float = KERAS_EPSILON,
        scaled: bool = True,
        name: str | None = None,
    ) -> None:
        # Keras keeps 0.99 of the running values at every step, PyTorch counts the rest.
        super().__init__(width, eps=epsilon, momentum=0.01)
        self.scaled = scaled
        self.keras_name = name


class Dense(nn.Linear):
    """Dense."""

    def __init__(self, inputs: int, outputs: int, *, bias: bool = True) -> None:
        super().__init__(inputs, outputs, bias)
        self.keras_name: str | None = None


class ConvNorm(nn.Module):
    """A convolution and the batch norm right after it, which can become one."""

    def __init__(self, conv: Convolution | Separable, norm: Norm) -> None:
        super().__init__()
        self.conv: nn.Module = conv
        self.norm: nn.Module = norm

    def forward(self, features: Tensor) -> Tensor:
        """Convolve, then normalise."""
        out: Tensor = self.norm(self.conv(features))
        return out

    def fold(self) -> None:
        """Merge the norm into the convolution; inference only."""
        if isinstance(self.conv, Separable):
            self.conv.pointwise = fused(self.conv.pointwise, self.norm)
        else:
            self.conv = fused(self.conv, self.norm)
        self.norm = nn.Identity()


def fused(convolution: nn.Module, norm: nn.Module) -> Convolution:
    """One convolution that does the work of both."""
    if not (isinstance(convolution, Convolution) and isinstance(norm, Norm)):
        raise TypeError("norms can be folded only once")
    return fuse_conv_bn_eval(convolution, norm)


def fold_norms(network: nn.Module) -> None:
    """Merge every batch norm that directly follows a convolution into it; inference only."""
    network.eval()
    for module in list(network.modules()):
        if isinstance(module, ConvNorm):
            module.fold()


def same_padding(extent: int, reach: int, stride: int) -> int:
    """Rows or columns that `same` adds in all, to `extent`, for a kernel that spans `reach`."""
    return max((-(-extent // stride) - 1) * stride + reach - extent, 0)


def max_pool_same(features: Tensor, size: int = 3, stride: int = 2) -> Tensor:
    """MaxPooling2D `same`: padded with −∞, what is odd below and right."""
    rows, columns = (same_padding(extent, size, stride) for extent in features.shape[2:])
    margins = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
    framed = functional.pad(features, margins, value=float("-inf"))
    return functional.max_pool2d(framed, size, stride)


def halve(features: Tensor) -> Tensor:
    """MaxPooling2D 2 × 2."""
    return functional.max_pool2d(features, 2)


def double(features: Tensor) -> Tensor:
    """UpSampling2D 2 × 2, nearest."""
    return functional.interpolate(features, scale_factor=2, mode="nearest")


def join(parts: Sequence[Tensor]) -> Tensor:
    """Concatenate, channels in the order of the parts."""
    return torch.cat(list(parts), dim=1)
