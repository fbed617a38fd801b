"""From a network's name to the network: one interface over all of them.

A segmentation network takes images of `channels` channels, shape (n, channels, rows, columns) in
0 … 1, and gives probabilities, shape (n, 1, rows, columns). A classifier takes shape
(n, 3, 224, 224) and gives scores of malignancy, shape (n,).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch import nn

from models.mass.network.attention import AttentionUnet
from models.mass.network.deeplab import DeepLabV3Plus
from models.mass.network.inception import InceptionV3Classifier
from models.mass.network.multires import MultiResUnet
from models.mass.network.nested import Upp, UppXception
from models.mass.network.resnet import UResNet50
from models.mass.network.resnet_v2 import ResNet50V2Classifier
from models.mass.network.resunet import ResUnet
from models.mass.network.unet5 import Unet5
from models.mass.network.uxception import UXception
from models.mass.network.vgg import UVgg16, Vgg16Classifier

Build = Callable[[int], nn.Module]
"""From a width to a network, its parameters on the device in force."""

_BUILDS: Mapping[str, Build] = MappingProxyType(
    {
        "upp_xception": UppXception,
        "unet5": Unet5,
        "uxception": UXception,
        "uvgg16": UVgg16,
        "uresnet50": UResNet50,
        "resunet": ResUnet,
        "deeplabv3plus": DeepLabV3Plus,
        "multiresunet": MultiResUnet,
        "attention_unet": AttentionUnet,
        "upp": Upp,
        "vgg16": Vgg16Classifier,
        "resnet50v2": ResNet50V2Classifier,
        "inceptionv3": InceptionV3Classifier,
    }
)


def build(network: str, width: int) -> nn.Module:
    """A network by its key in `SEGMENTATION` or `CLASSIFIERS`; raises KeyError for others."""
    return _BUILDS[network](width)
