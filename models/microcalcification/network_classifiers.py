"""DeepMiCa's two classifiers of a region, with the parameter names of the published checkpoints.

ResNet-18 (He et al. 2016) and VGG-16 with batch norm (Simonyan and Zisserman 2015), each with two
linear layers on top. Both read 224 × 224 pixels and give one logit.

They are built so that contributions by DeepLIFT add up: every activation is a module of its own,
never in place, and no two follow each other on the same tensor, where the gradient that one rule
leaves would not reach the other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

# torchvision's VGG-16: convolutions as multiples of the first width, and where maps are halved.
_VGG16 = (1, 1, 0, 2, 2, 0, 4, 4, 4, 0, 8, 8, 8, 0, 8, 8, 8, 0)
_RESNET18 = (1, 2, 4, 8)
_POOLED = 7


class RoiClassifier(nn.Module, ABC):
    """A region → one logit, by way of the last maps, on which Grad-CAM looks."""

    @abstractmethod
    def maps(self, regions: Tensor) -> Tensor:
        """Shape (n, 3, 224, 224), 0 … 1 → the last maps larger than 1 × 1, shape (n, c, 7, 7)."""

    @abstractmethod
    def head(self, maps: Tensor) -> Tensor:
        """What `maps` gives → logits, shape (n, 1)."""

    @abstractmethod
    def fold_norms(self) -> None:
        """Merge every batch norm into the convolution before it; inference only, and only once."""

    def forward(self, regions: Tensor) -> Tensor:
        """Shape (n, 3, 224, 224), 0 … 1 → logits, shape (n, 1)."""
        return self.head(self.maps(regions))


class ResNet18Classifier(RoiClassifier):
    """`width` channels after the stem (64 as published), `hidden` before the logit (128)."""

    def __init__(self, width: int = 64, hidden: int = 128) -> None:
        super().__init__()
        self.net = _ResNet18(width, hidden)

    def maps(self, regions: Tensor) -> Tensor:
        out: Tensor = self.net(regions)
        return out

    def head(self, maps: Tensor) -> Tensor:
        logits: Tensor = self.net.fc(self.net.avgpool(maps).flatten(start_dim=1))
        return logits

    def fold_norms(self) -> None:
        self.eval()
        self.net.fold_norms()


class Vgg16Classifier(RoiClassifier):
    """`width` channels in the first block (64 as published), `hidden` before the logit (128)."""

    def __init__(self, width: int = 64, hidden: int = 128) -> None:
        super().__init__()
        self.net = _Vgg16(width, hidden)

    def maps(self, regions: Tensor) -> Tensor:
        out: Tensor = self.net(regions)
        return out

    def head(self, maps: Tensor) -> Tensor:
        logits: Tensor = self.net.classifier(maps.flatten(start_dim=1))
        return logits

    def fold_norms(self) -> None:
        self.eval()
        self.net.fold_norms()


class _ResNet18(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.conv1: nn.Module = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1: nn.Module = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.maxpool = _OverlappingMax()
        inputs = width
        for stage, times in enumerate(_RESNET18, start=1):
            first = _BasicBlock(inputs, times * width, stride=1 if stage == 1 else 2)
            inputs = times * width
            self.add_module(f"layer{stage}", nn.Sequential(first, _BasicBlock(inputs, inputs)))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = _two_layers(inputs, hidden)

    def forward(self, regions: Tensor) -> Tensor:
        features = self.maxpool(self.relu(self.bn1(self.conv1(regions))))
        for stage in range(1, len(_RESNET18) + 1):
            features = self.get_submodule(f"layer{stage}")(features)
        out: Tensor = features
        return out

    def fold_norms(self) -> None:
        self.conv1, self.bn1 = _folded(self.conv1, self.bn1)
        for module in self.modules():
            if isinstance(module, _BasicBlock):
                module.fold_norms()


class _OverlappingMax(nn.Module):
    """Maximum of 3 × 3 pixels at every second one, padded by zeros, of what is not negative.

    Made of ReLUs, as max(a, b) = a + relu(b − a): contributions through overlapping windows do
    not add up otherwise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.relus = nn.ModuleList(nn.ReLU() for _ in range(4))

    def forward(self, features: Tensor) -> Tensor:
        rows = _highest_of_three(features, self.relus[0], self.relus[1])
        return _highest_of_three(rows.mT, self.relus[2], self.relus[3]).mT


def _highest_of_three(features: Tensor, first: nn.Module, second: nn.Module) -> Tensor:
    """The maximum of three rows around every second one; the number of rows is even."""
    around = functional.pad(features, (0, 0, 1, 1))
    count = features.shape[2]
    above, at, below = (around[:, :, start : start + count : 2] for start in range(3))
    highest = above + first(at - above)
    out: Tensor = highest + second(below - highest)
    return out


class _BasicBlock(nn.Module):
    def __init__(self, inputs: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1: nn.Module = nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False)
        self.bn1: nn.Module = nn.BatchNorm2d(width)
        self.relu1 = nn.ReLU()
        self.conv2: nn.Module = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2: nn.Module = nn.BatchNorm2d(width)
        self.relu2 = nn.ReLU()
        self.downsample = (
            nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))
            if stride > 1
            else None
        )

    def forward(self, features: Tensor) -> Tensor:
        shortcut = features if self.downsample is None else self.downsample(features)
        hidden = self.relu1(self.bn1(self.conv1(features)))
        out: Tensor = self.relu2(self.bn2(self.conv2(hidden)) + shortcut)
        return out

    def fold_norms(self) -> None:
        self.conv1, self.bn1 = _folded(self.conv1, self.bn1)
        self.conv2, self.bn2 = _folded(self.conv2, self.bn2)
        if self.downsample is not None:
            self.downsample = nn.Sequential(*_folded(self.downsample[0], self.downsample[1]))


class _Vgg16(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for times in _VGG16:
            if times:
                outputs = times * width
                convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
                layers += [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]
                inputs = outputs
            else:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(_POOLED)
        self.classifier = _two_layers(inputs * _POOLED**2, hidden)

    def forward(self, regions: Tensor) -> Tensor:
        features = regions
        for layer in self.features:
            features = layer(features.view_as(features))
        out: Tensor = self.avgpool(features)
        return out

    def fold_norms(self) -> None:
        for index, layer in enumerate(self.features):
            if isinstance(layer, nn.Conv2d):
                pair = _folded(layer, self.features[index + 1])
                self.features[index], self.features[index + 1] = pair


def _two_layers(inputs: int, hidden: int) -> nn.Sequential:
    """Numbered as published: the ReLU is 1 and the dropout 2."""
    return nn.Sequential(
        nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(0.3), nn.Linear(hidden, 1)
    )


def _folded(convolution: nn.Module, norm: nn.Module) -> tuple[nn.Module, nn.Module]:
    """One convolution that does the work of both, and what stands in the norm's place."""
    if not (isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)):
        raise TypeError("norms can be folded only once")
    return fuse_conv_bn_eval(convolution, norm), nn.Identity()
