"""InceptionV3 (Szegedy et al., 2016) as a classifier (spec 6)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from models.mass.network.head import ClassifierHead
from models.mass.network.layers import ConvNorm, Convolution, Norm, Size, join

# Filters of the pooled branch of mixed0 … 2, and of the long branches of mixed4 … 7.
_POOLED = (32, 64, 64)
_LONG = (128, 160, 160, 192)


class InceptionV3Classifier(nn.Module):
    """Shape (n, 3, 224, 224) → score of malignancy, shape (n,).

    `width` is 32 as published; every count of filters goes with it.
    """

    def __init__(self, width: int) -> None:
        super().__init__()

        def w(filters: int) -> int:
            return filters * width // 32

        self.stem = nn.Sequential(
            _Unit(3, w(32), 3, stride=2, same=False),
            _Unit(w(32), w(32), 3, same=False),
            _Unit(w(32), w(64), 3),
            nn.MaxPool2d(3, 2),
            _Unit(w(64), w(80), 1),
            _Unit(w(80), w(192), 3, same=False),
            nn.MaxPool2d(3, 2),
        )
        mixed = nn.Sequential()
        inputs = w(192)
        for pooled in _POOLED:
            mixed.append(
                _Branches(
                    [_Unit(inputs, w(64), 1)],
                    [_Unit(inputs, w(48), 1), _Unit(w(48), w(64), 5)],
                    _triple(inputs, w(64), w(96)),
                    [_MeanPool(), _Unit(inputs, w(pooled), 1)],
                )
            )
            inputs = 2 * w(64) + w(96) + w(pooled)
        mixed.append(
            _Branches(
                [_Unit(inputs, w(384), 3, stride=2, same=False)],
                _triple(inputs, w(64), w(96), stride=2),
                [nn.MaxPool2d(3, 2)],
            )
        )
        inputs += w(384) + w(96)
        for filters in _LONG:
            mixed.append(_long_branches(inputs, w(filters), w(192)))
            inputs = 4 * w(192)
        mixed.append(
            _Branches(
                [_Unit(inputs, w(192), 1), _Unit(w(192), w(320), 3, stride=2, same=False)],
                [
                    _Unit(inputs, w(192), 1),
                    _Unit(w(192), w(192), (1, 7)),
                    _Unit(w(192), w(192), (7, 1)),
                    _Unit(w(192), w(192), 3, stride=2, same=False),
                ],
                [nn.MaxPool2d(3, 2)],
            )
        )
        inputs += w(320) + w(192)
        for _ in range(2):
            mixed.append(
                _Branches(
                    [_Unit(inputs, w(320), 1)],
                    [_Unit(inputs, w(384), 1), _fork(w(384))],
                    [_Unit(inputs, w(448), 1), _Unit(w(448), w(384), 3), _fork(w(384))],
                    [_MeanPool(), _Unit(inputs, w(192), 1)],
                )
            )
            inputs = w(320) + 4 * w(384) + w(192)
        self.mixed = mixed
        self.head = ClassifierHead(inputs)

    def forward(self, images: Tensor) -> Tensor:
        """Images in 0 … 1 → scores in 0 … 1."""
        out: Tensor = self.head(self.mixed(self.stem(images)))
        return out


class _Unit(nn.Module):
    def __init__(
        self, inputs: int, width: int, size: Size, *, stride: int = 1, same: bool = True
    ) -> None:
        super().__init__()
        conv = Convolution(inputs, width, size, stride=stride, same=same, bias=False)
        self.unit = ConvNorm(conv, Norm(width, scaled=False))

    def forward(self, features: Tensor) -> Tensor:
        out: Tensor = self.unit(features).relu_()
        return out


class _Branches(nn.Module):
    """The same features through several chains of layers, all results side by side."""

    def __init__(self, *branches: list[nn.Module]) -> None:
        super().__init__()
        self.branches = nn.ModuleList([nn.Sequential(*branch) for branch in branches])

    def forward(self, features: Tensor) -> Tensor:
        return join([branch(features) for branch in self.branches])


class _MeanPool(nn.Module):
    """AveragePooling2D 3 × 3 `same`, which does not count its padding."""

    def forward(self, features: Tensor) -> Tensor:
        return functional.avg_pool2d(features, 3, 1, 1, count_include_pad=False)


def _triple(inputs: int, narrow: int, wide: int, *, stride: int = 1) -> list[nn.Module]:
    return [
        _Unit(inputs, narrow, 1),
        _Unit(narrow, wide, 3),
        _Unit(wide, wide, 3, stride=stride, same=stride == 1),
    ]


def _long_branches(inputs: int, narrow: int, wide: int) -> _Branches:
    """Convolutions of 7 × 7, each as a row and a column."""
    return _Branches(
        [_Unit(inputs, wide, 1)],
        [
            _Unit(inputs, narrow, 1),
            _Unit(narrow, narrow, (1, 7)),
            _Unit(narrow, wide, (7, 1)),
        ],
        [
            _Unit(inputs, narrow, 1),
            _Unit(narrow, narrow, (7, 1)),
            _Unit(narrow, narrow, (1, 7)),
            _Unit(narrow, narrow, (7, 1)),
            _Unit(narrow, wide, (1, 7)),
        ],
        [_MeanPool(), _Unit(inputs, wide, 1)],
    )


def _fork(width: int) -> _Branches:
    return _Branches([_Unit(width, width, (1, 3))], [_Unit(width, width, (3, 1))])
