"""U-net++ (Zhou et al., 2018): with Xception as its encoder as published, and without (spec 3)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from models.mass.network.layers import Convolution, Norm, Transposed, halve, join
from models.mass.network.xception import DEEPEST_WIDTH, ENTRY_WIDTHS, Xception

_LEVELS = 4


class UppXception(nn.Module):
    """U-net++Xception: shape (n, 3, rows, columns), multiples of 32, → (n, 1, rows, columns)."""

    channels = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = Xception()
        self.decoder = NestedDecoder(width, (self.channels, *ENTRY_WIDTHS, DEEPEST_WIDTH))

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        out: Tensor = self.decoder((images, *self.encoder(images)))
        return out


class Upp(nn.Module):
    """U-net++ by itself, on grey images, shape (n, 1, rows, columns), multiples of 16.

    Named in the paper, its code and weights were never published: this build, with an encoder of
    the same nodes as the decoder's, is ours.
    """

    channels = 1

    def __init__(self, width: int) -> None:
        super().__init__()
        widths = [width << level for level in range(_LEVELS + 1)]
        inputs = (self.channels, *widths[:-1])
        self.encoder = nn.ModuleList(
            [
                _Node(one, two, f"conv{level}1")
                for level, (one, two) in enumerate(zip(inputs, widths, strict=True), start=1)
            ]
        )
        self.decoder = NestedDecoder(width, widths)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        skips = [self.encoder[0](images)]
        for node in list(self.encoder)[1:]:
            skips.append(node(halve(skips[-1])))
        out: Tensor = self.decoder(skips)
        return out


class NestedDecoder(nn.Module):
    """The triangle of nodes X(level, step), each fed by all earlier ones of its level.

    Parameters
    ----------
    width : filters of the finest level, doubled at every further one.
    skips : channels of the encoder's features, the finest first.
    """

    def __init__(self, width: int, skips: Sequence[int]) -> None:
        super().__init__()
        widths = [width << level for level in range(_LEVELS)]
        # In the order in which Keras counted the batch norms: from corner to corner.
        for reach in range(1, _LEVELS + 1):
            for step in range(reach):
                level = reach - step
                below = skips[level] if step == 0 else widths[level]
                own = widths[level - 1]
                name = f"{level}{step + 2}"
                self.add_module(f"up{name}", Transposed(below, own, 2, name=f"up{name}"))
                inputs = own + skips[level - 1] + step * own
                self.add_module(f"conv{name}", _Node(inputs, own, f"conv{name}"))
        self.head = Convolution(width, 1, 1, name=f"output_{_LEVELS}")

    def forward(self, skips: Sequence[Tensor]) -> Tensor:
        """Encoder features, the finest first → probabilities at the finest level's size."""
        rows = [[skip] for skip in skips]
        for reach in range(1, _LEVELS + 1):
            for step in range(reach):
                level = reach - step
                name = f"{level}{step + 2}"
                raised = self.get_submodule(f"up{name}")(rows[level][step])
                merged = join((raised, *rows[level - 1]))
                rows[level - 1].append(self.get_submodule(f"conv{name}")(merged))
        out: Tensor = self.head(rows[0][-1]).sigmoid()
        return out


class _Node(nn.Module):
    """Twice: convolution, ReLU, and only then the batch norm."""

    def __init__(self, inputs: int, width: int, name: str) -> None:
        super().__init__()
        self.conv1 = Convolution(inputs, width, 3, name=f"{name}_1")
        self.norm1 = Norm(width)
        self.conv2 = Convolution(width, width, 3, name=f"{name}_2")
        self.norm2 = Norm(width)

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.norm1(self.conv1(features).relu_())
        out: Tensor = self.norm2(self.conv2(hidden).relu_())
        return out
