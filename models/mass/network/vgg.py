"""VGG16 (Simonyan and Zisserman, 2015): as a classifier, and as the encoder of U-VGG16."""

from __future__ import annotations

from torch import Tensor, nn

from models.mass.network.decoder import PlainDecoder
from models.mass.network.head import ClassifierHead
from models.mass.network.layers import Convolution, halve

# Convolutions of each block; widths double up to the fourth.
_DEPTHS = (2, 2, 3, 3, 3)


class Vgg16(nn.Module):
    """Shape (n, 3, rows, columns) → features of the five blocks, before their poolings."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.widths = [min(width << level, 8 * width) for level in range(len(_DEPTHS))]
        blocks = []
        inputs = 3
        for number, (outputs, depth) in enumerate(zip(self.widths, _DEPTHS, strict=True), start=1):
            block = nn.Sequential()
            for step in range(1, depth + 1):
                name = f"block{number}_conv{step}"
                block.append(Convolution(inputs, outputs, 3, name=name))
                block.append(nn.ReLU(inplace=True))
                inputs = outputs
            blocks.append(block)
        self.blocks = nn.ModuleList(blocks)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Images in 0 … 1 → features, the finest first."""
        maps = [self.blocks[0](images)]
        for block in list(self.blocks)[1:]:
            maps.append(block(halve(maps[-1])))
        return maps


class Vgg16Classifier(nn.Module):
    """Shape (n, 3, 224, 224) → score of malignancy, shape (n,)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = Vgg16(width)
        self.head = ClassifierHead(self.encoder.widths[-1])

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → scores in 0 … 1."""
        out: Tensor = self.head(halve(self.encoder(images)[-1]))
        return out


class UVgg16(nn.Module):
    """U-VGG16: shape (n, 3, rows, columns), multiples of 16, → (n, 1, rows, columns)."""

    channels = 3

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = Vgg16(width)
        *skips, deepest = self.encoder.widths
        self.decoder = PlainDecoder(deepest, skips[::-1], width)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → probabilities."""
        *skips, deepest = self.encoder(images)
        out: Tensor = self.decoder(deepest, skips[::-1])
        return out
