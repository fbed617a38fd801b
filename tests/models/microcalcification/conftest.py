"""Goldens of DeepMiCa, and networks small enough for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from models.microcalcification.network_classifiers import ResNet18Classifier, Vgg16Classifier
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.predictor import LoadedDeepMiCa
from models.runtime import Placement
from tests import recipe

CPU = Placement("cpu", "fp32")
Arrays = Mapping[str, NDArray[Any]]


@pytest.fixture(scope="session")
def deepmica(shared: Path) -> Path:
    """The folder of the goldens."""
    return shared / "golden" / "deepmica"


@pytest.fixture(scope="session")
def network_goldens(deepmica: Path) -> tuple[Arrays, Mapping[str, Any]]:
    """Arrays and numbers of the networks."""
    return np.load(deepmica / "networks.npz"), json.loads((deepmica / "networks.json").read_text())


def save(network: torch.nn.Module, path: Path, gain: float = 2.0) -> Path:
    """Seeded weights for a network, as a plain state dict."""
    torch.save(dict(recipe.torch_state(network, gain)), path)
    return path


@pytest.fixture(scope="session")
def small_unet() -> UNet:
    """Three levels, seeded, folded."""
    network = UNet(UNetArchitecture((4, 6, 8)))
    network.load_state_dict(recipe.torch_state(network))
    network.fold_norms()
    return network


@pytest.fixture(scope="session", params=[ResNet18Classifier, Vgg16Classifier])
def small_classifier(request: pytest.FixtureRequest) -> ResNet18Classifier | Vgg16Classifier:
    """Either classifier with few channels, seeded, folded, its weights frozen."""
    network: ResNet18Classifier | Vgg16Classifier = request.param(width=4, hidden=8)
    network.load_state_dict(recipe.torch_state(network, 1.25))
    network.fold_norms()
    network.requires_grad_(False)
    return network


class DotFinder(UNet):
    """Stands in for a trained U-Net: what is brighter than 60 % is a calcification."""

    def forward(self, tiles: torch.Tensor, pause: object = None) -> torch.Tensor:
        return 20.0 * (tiles - 0.6)


@pytest.fixture(scope="session")
def dot_finder() -> LoadedDeepMiCa:
    """A network whose answer a test can foresee."""
    return LoadedDeepMiCa(DotFinder(UNetArchitecture((2, 2))), None, CPU)
