"""Seeded weights of every model, as small as its networks go, of no diagnostic use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from models.density import architecture as density
from models.density.network import CnnArchitecture, CnnNetwork, HistogramNetwork
from models.mass import architecture as mass
from models.mass.architecture import MassArchitecture
from models.mass.registry import build
from models.microcalcification import architecture as microcalcification
from models.microcalcification.network_classifiers import ResNet18Classifier
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.weights import MODEL_KEY
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
    density.STATED.save(network, network.architecture, path, {MODEL_KEY: model})
    return path


def calcifications(folder: Path) -> Mapping[str, Path]:
    """A small U-Net and a small classifier, by role."""
    unet = UNet(UNetArchitecture((4, 6, 8)))
    unet.load_state_dict(recipe.torch_state(unet))
    path, metadata = folder / "unet.safetensors", {MODEL_KEY: "microcalcification"}
    microcalcification.STATED.save(unet, unet.architecture, path, metadata)
    classifier = ResNet18Classifier(width=4, hidden=8)
    torch.save(dict(recipe.torch_state(classifier, 1.25)), folder / "resnet18.pt")
    return {"unet": path, "classifier": folder / "resnet18.pt"}


def masses(folder: Path) -> Mapping[str, Path]:
    """A small network that outlines masses, by role."""
    network = build("unet5", 2)
    network.load_state_dict(recipe.torch_state(network))
    path, architecture = folder / "mass.safetensors", MassArchitecture("unet5", 2, (96, 64))
    mass.STATED.save(network, architecture, path, {MODEL_KEY: "mass"})
    return {"segmentation": path}
