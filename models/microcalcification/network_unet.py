"""DeepMiCa's U-Net, with the parameter names of the published checkpoints.

After Ronneberger et al. 2015, as the authors of DeepMiCa (CMPB 235, 2023, 107483) sized it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

Pause = Callable[[], None]


def _go_on() -> None:
    """A `Pause` for callers who never stop half-way."""


@dataclass(frozen=True, slots=True)
class UNetArchitecture:
    """Channels of each level, the finest first and the bottleneck last; the default is published.

    Every level but the first halves the resolution.
    """

    widths: tuple[int, ...] = (64, 128, 256, 512, 1024)


class UNet(nn.Module):
    """Grey tiles in 0 … 1 → one logit a pixel."""

    def __init__(self, architecture: UNetArchitecture) -> None:
        super().__init__()
        self.architecture = architecture
        *widths, bottleneck = architecture.widths
        self.levels = len(widths)
        inputs = 1
        for level, width in enumerate(widths, start=1):
            self.add_module(f"e{level}", _Encoder(inputs, width))
            inputs = width
        self.b = _Block(inputs, bottleneck)
        inputs = bottleneck
        for level, width in enumerate(reversed(widths), start=1):
            self.add_module(f"d{level}", _Decoder(inputs, width))
            inputs = width
        self.outputs = nn.Conv2d(inputs, 1, 1)

    def forward(self, tiles: Tensor, pause: Pause = _go_on) -> Tensor:
        """Shape (n, 1, h, w), 0 … 1 → logits, shape (n, 1, h, w).

        Parameters
        ----------
        pause : called before every level; may raise to stop.
        """
        skips = []
        features = tiles
        for level in range(1, self.levels + 1):
            pause()
            skips.append(self.get_submodule(f"e{level}")(features))
            features = functional.max_pool2d(skips[-1], 2)
        pause()
        features = self.b(features)
        for level in range(1, self.levels + 1):
            pause()
            features = self.get_submodule(f"d{level}")(features, skips.pop())
        logits: Tensor = self.outputs(features)
        return logits

    def fold_norms(self) -> None:
        """Merge every batch norm into the convolution before it; inference only, and only once."""
        self.eval()
        for module in self.modules():
            if isinstance(module, _Block):
                module.fold_norms()


class _Block(nn.Module):
    """Twice a 3 × 3 convolution, a norm and a ReLU."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.conv1: nn.Module = nn.Conv2d(inputs, width, 3, padding=1)
        self.bn1: nn.Module = nn.BatchNorm2d(width)
        self.conv2: nn.Module = nn.Conv2d(width, width, 3, padding=1)
        self.bn2: nn.Module = nn.BatchNorm2d(width)

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.bn1(self.conv1(features)).relu_()
        out: Tensor = self.bn2(self.conv2(hidden)).relu_()
        return out

    def fold_norms(self) -> None:
        self.conv1, self.bn1 = _folded(self.conv1, self.bn1)
        self.conv2, self.bn2 = _folded(self.conv2, self.bn2)


class _Encoder(nn.Module):
    """A block; what follows it is pooled by the U-Net, which keeps the block's output, too."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.conv = _Block(inputs, width)

    def forward(self, features: Tensor) -> Tensor:
        out: Tensor = self.conv(features)
        return out


class _Decoder(nn.Module):
    """Twice the resolution, beside what the encoder saw there: first the new, then the kept."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, width, 2, stride=2)
        self.conv = _Block(2 * width, width)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        out: Tensor = self.conv(torch.cat((self.up(features), skip), dim=1))
        return out


def _folded(convolution: nn.Module, norm: nn.Module) -> tuple[nn.Module, nn.Module]:
    """One convolution that does the work of both, and what stands in the norm's place."""
    if not (isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)):
        raise TypeError("norms can be folded only once")
    return fuse_conv_bn_eval(convolution, norm), nn.Identity()
