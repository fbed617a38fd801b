"""The score of a region by one of DeepMiCa's two classifiers, recognised by its checkpoint."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.errors import ModelError, WeightsUnreadableError, name_of
from models.microcalcification.checkpoint import read_checkpoint
from models.microcalcification.network_classifiers import (
    ResNet18Classifier,
    RoiClassifier,
    Vgg16Classifier,
)
from models.runtime import Placement
from models.weights import fit_into

INPUT_PX = 224
# The entry of the first convolution, and of the layer that both classifiers have before the last.
_FIRST_OF_RESNET, _HIDDEN_OF_RESNET = "net.conv1.weight", "net.fc.0.weight"
_FIRST_OF_VGG, _HIDDEN_OF_VGG = "net.features.0.weight", "net.classifier.0.weight"
# Far above what is published, 64 and 128, so that no file can ask for gigabytes.
_WIDEST, _MOST_HIDDEN = 128, 1024


def load_classifier(weights: Path, placement: Placement) -> RoiClassifier:
    """The classifier of a checkpoint, folded, in float32 whatever the placement's precision.

    Which of the two it is, and how wide, is read from the checkpoint's entries.

    Raises
    ------
    WeightsError : the file is missing, unreadable, or of neither classifier.
    """
    state = read_checkpoint(weights)
    with torch.device("meta"):
        network = _built_for(state, weights)
    fit_into(network, state, weights)
    network.fold_norms()
    network.requires_grad_(False)
    network.to(device=placement.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def region_input(region: NDArray[np.uint8]) -> Tensor:
    """What the classifiers read: the region at 224 × 224, three equal channels.

    Resized bilinearly without antialiasing, as published, and without ImageNet's mean and
    deviation. Its proportions are not kept.

    Parameters
    ----------
    region : ndarray, shape (h, w), uint8.

    Returns
    -------
    Shape (1, 3, 224, 224), float32, 0 … 1.
    """
    grey = torch.from_numpy(region.astype(np.float32))[None, None]
    small = functional.interpolate(
        grey, (INPUT_PX, INPUT_PX), mode="bilinear", align_corners=False, antialias=False
    )
    return (small / 255).expand(-1, 3, -1, -1)


def score(classifier: RoiClassifier, region: NDArray[np.uint8], device: str = "cpu") -> float:
    """The score of a region, 0 … 1, not calibrated.

    Raises
    ------
    ModelError : the network's number is not finite.
    """
    with torch.inference_mode():
        found = float(classifier(region_input(region).to(device)).sigmoid())
    if not math.isfinite(found):
        raise ModelError("The classifier gave no finite number: its weights are damaged.")
    return found


def _built_for(state: Mapping[str, Tensor], path: Path) -> RoiClassifier:
    if _FIRST_OF_RESNET in state:
        return ResNet18Classifier(*_widths(state, path, _FIRST_OF_RESNET, _HIDDEN_OF_RESNET))
    if _FIRST_OF_VGG in state:
        return Vgg16Classifier(*_widths(state, path, _FIRST_OF_VGG, _HIDDEN_OF_VGG))
    raise WeightsUnreadableError(
        f"{name_of(path)} holds neither of DeepMiCa's classifiers: it has no {_FIRST_OF_RESNET} "
        f"and no {_FIRST_OF_VGG}."
    )


def _widths(state: Mapping[str, Tensor], path: Path, first: str, hidden: str) -> tuple[int, int]:
    """Channels of the first convolution and of the layer before the logit."""
    widths = [
        state[key].shape[0] if key in state and state[key].ndim else 0 for key in (first, hidden)
    ]
    if not (1 <= widths[0] <= _WIDEST and 1 <= widths[1] <= _MOST_HIDDEN):
        raise WeightsUnreadableError(
            f"{name_of(path)} holds no classifier of DeepMiCa's: {first} and {hidden} have "
            f"{widths[0]} and {widths[1]} channels."
        )
    return widths[0], widths[1]
