"""The two density networks, with the parameter names of the published checkpoints (spec 2, 3).

Wu et al., "Breast density classification with deep convolutional neural networks", ICASSP 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

CLASSES, VIEWS = 4, 4
BINS = 50
_HISTOGRAM_HIDDEN = 100
# Side of the max pooling that follows the first stage, and every later one but the last.
_FIRST_POOL, _LATER_POOL = 3, 2

Pause = Callable[[], None]


def _go_on() -> None:
    """A `Pause` for callers who never stop half-way."""


@dataclass(frozen=True, slots=True)
class CnnArchitecture:
    """Depths, widths and input of the convolutional network; the defaults are the published one.

    Attributes
    ----------
    widths, depths : channels and number of convolutions, per stage. The first convolution of the
        first two stages halves the resolution, pooling does after every stage but the last.
    hidden : units between the features of four views and the classes.
    reduction : side of the squares of the 2600 × 2000 window whose mean is one input pixel.
    """

    widths: tuple[int, ...] = (32, 64, 128, 128, 256)
    depths: tuple[int, ...] = (1, 3, 3, 3, 3)
    hidden: int = 1024
    reduction: int = 1

    def input_shape(self, window: tuple[int, int]) -> tuple[int, int]:
        """(rows, columns) of the input that is made of a window of this shape."""
        return window[0] // self.reduction, window[1] // self.reduction

    def last_shape(self, window: tuple[int, int]) -> tuple[int, int]:
        """(rows, columns) of the last features; a number below 1 means that none are left."""
        rows, columns = (self._last_side(side) for side in self.input_shape(window))
        return rows, columns

    def _last_side(self, side: int) -> int:
        for stage, depth in enumerate(self.depths):
            for number in range(depth):
                side = (side - 3) // _stride(stage, number) + 1
            if side >= 1 and stage < len(self.depths) - 1:
                side = -(-side // _pool(stage))
        return side


class HistogramNetwork(nn.Module):
    """200 bins of four views → 4 classes (spec 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(VIEWS * BINS, _HISTOGRAM_HIDDEN)
        self.fc2 = nn.Linear(_HISTOGRAM_HIDDEN, CLASSES)

    def forward(self, features: Tensor) -> Tensor:
        """Histograms, shape (n, 200), in the order L CC, R CC, L MLO, R MLO → logits, (n, 4)."""
        return _classified(self.fc1, self.fc2, features)


class CnnNetwork(nn.Module):
    """Four views → 4 classes; breasts share the weights of their projection (spec 3)."""

    def __init__(self, architecture: CnnArchitecture) -> None:
        super().__init__()
        self.architecture = architecture
        layers = []
        inputs = 1
        for stage, (width, depth) in enumerate(
            zip(architecture.widths, architecture.depths, strict=True)
        ):
            for number in range(depth):
                layers.append(_by_projection(inputs, width, _stride(stage, number)))
                inputs = width
        # The name in the published checkpoints.
        self._conv_layer_ls = nn.ModuleList(layers)
        self.fc1 = nn.Linear(VIEWS * inputs, architecture.hidden)
        self.fc2 = nn.Linear(architecture.hidden, CLASSES)

    def features(self, images: Tensor, projection: str, pause: Pause = _go_on) -> Tensor:
        """Whitened images of one projection → their features.

        Parameters
        ----------
        images : shape (n, 1, rows, columns), of the architecture's input.
        projection : `cc` or `mlo`.

        Returns
        -------
        shape (n, widths[-1]), float32.
        """
        depths = self.architecture.depths
        layers = iter(self._conv_layer_ls)
        for stage, depth in enumerate(depths):
            for _ in range(depth):
                pause()
                images = next(layers)[projection](images).relu_()  # type: ignore[index]
            if stage < len(depths) - 1:
                # A last odd row or column is pooled with what is there of it, which equals the
                # published zero column (and TensorFlow's SAME), since nothing is below 0.
                images = functional.max_pool2d(images, _pool(stage), ceil_mode=True)
        return images.float().mean(dim=(2, 3))

    def forward(self, features: Tensor) -> Tensor:
        """Features of L CC, R CC, L MLO, R MLO side by side, (n, 4 · width) → logits, (n, 4)."""
        return _classified(self.fc1, self.fc2, features)

    def convolutions_to(self, device: str, dtype: torch.dtype) -> None:
        """Let the convolutions compute there and in this type; what follows stays as it is."""
        self._conv_layer_ls.to(device=device, dtype=dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]


def _by_projection(inputs: int, width: int, stride: int) -> nn.ModuleDict:
    return nn.ModuleDict(
        {projection: nn.Conv2d(inputs, width, 3, stride) for projection in ("cc", "mlo")}
    )


def _stride(stage: int, number: int) -> int:
    return 2 if stage < 2 and number == 0 else 1


def _pool(stage: int) -> int:
    return _FIRST_POOL if stage == 0 else _LATER_POOL


def _classified(first: nn.Linear, second: nn.Linear, features: Tensor) -> Tensor:
    logits: Tensor = second(first(features).relu())
    return logits
