"""Seeded weights of every model, as small as its networks go, of no diagnostic use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from models.density.architecture import save_weights as save_density
from models.density.network import CnnArchitecture, CnnNetwork, HistogramNetwork
from models.mass.architecture import MassArchitecture, to_json
from models.mass.registry import build
from models.microcalcification.architecture import save_weights as save_unet
from models.microcalcification.network_classifiers import ResNet18Classifier
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.weights import ARCHITECTURE_KEY, MODEL_KEY
from models.weights_saving import save_network
from tests import recipe


def density_histogram(folder: Path) -> Path:
    """The histogram model, of the published size, as its authors save it."""
    torch.save(dict(recipe.torch_state(HistogramNetwork())), folder / "model.p")
    return folder / "model.p"


def density_cnn(folder: Path, model: str = "density") -> Path:
    """A small CNN.

    Parameters
    ----------
    model : whose weights the file states to be.
    """
    network = CnnNetwork(CnnArchitecture((4, 6), (1, 2), hidden=8, reduction=20))
    network.load_state_dict(recipe.torch_state(network))
    path = folder / f"{model}.safetensors"
    save_density(network, path, {MODEL_KEY: model})
    return path


def calcifications(folder: Path) -> Mapping[str, Path]:
    """A small U-Net and a small classifier, by role."""
    unet = UNet(UNetArchitecture((4, 6, 8)))
    unet.load_state_dict(recipe.torch_state(unet))
    save_unet(unet, folder / "unet.safetensors", {MODEL_KEY: "microcalcification"})
    classifier = ResNet18Classifier(width=4, hidden=8)
    torch.save(dict(recipe.torch_state(classifier, 1.25)), folder / "resnet18.pt")
    return {"unet": folder / "unet.safetensors", "classifier": folder / "resnet18.pt"}


def masses(folder: Path) -> Mapping[str, Path]:
    """A small network that outlines masses, by role."""
    network = build("unet5", 2)
    network.load_state_dict(recipe.torch_state(network))
    stated = to_json(MassArchitecture("unet5", 2, (96, 64)))
    path = folder / "mass.safetensors"
    save_network(network, path, {MODEL_KEY: "mass", ARCHITECTURE_KEY: stated})
    return {"segmentation": path}
