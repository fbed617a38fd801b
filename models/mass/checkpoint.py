"""Networks from weights files: Keras HDF5 as published, safetensors of our own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from models.catalog import MASS
from models.errors import WeightsMismatchError, WeightsUnreadableError, name_of
from models.mass.architecture import (
    BREAST_FRAME,
    CLASSIFIERS,
    MASS_FRAME,
    SEGMENTATION,
    STATED,
    MassArchitecture,
    NetworkFacts,
)
from models.mass.keras_file import KerasFile, is_keras_file, open_keras
from models.mass.keras_names import Match, SavedLayer, match
from models.mass.network.layers import Norm
from models.mass.registry import build
from models.weights import fit_into, load_into

BREAST_NETWORK = "unet5"


class Segmenter(nn.Module):
    """A network that outlines masses or breasts, and what it is."""

    def __init__(self, network: nn.Module, architecture: MassArchitecture) -> None:
        super().__init__()
        self.network = network
        self.architecture = architecture
        self._channels = SEGMENTATION[architecture.network].channels

    def forward(self, grey: Tensor) -> Tensor:
        """Grey images, shape (n, 1, rows, columns), 0 … 1 → probabilities of that shape."""
        # Networks that take colour get the grey plane three times, as published (spec 2).
        out: Tensor = self.network(grey.expand(-1, self._channels, -1, -1))
        return out


def load_segmentation(path: Path) -> Segmenter:
    """The network that outlines masses, whichever of `SEGMENTATION` the file holds.

    Returns
    -------
    Float32 on the CPU, its norms not folded.

    Raises
    ------
    WeightsError : missing, unreadable, or none of the networks fits.
    """
    return _load(path, SEGMENTATION, MASS_FRAME)


def load_breast(path: Path) -> Segmenter:
    """The network that outlines the breast: U-net5L; otherwise as `load_segmentation`."""
    return _load(path, {BREAST_NETWORK: SEGMENTATION[BREAST_NETWORK]}, BREAST_FRAME)


def load_classifier(path: Path) -> nn.Module:
    """The network that scores an outline, whichever of `CLASSIFIERS` the file holds.

    Returns
    -------
    Float32 on the CPU, its norms not folded.

    Raises
    ------
    WeightsError : missing, unreadable, or none of the networks fits.
    """
    if not _is_keras(path):
        raise WeightsUnreadableError(f"{name_of(path)} is no HDF5 file with a classifier.")
    with open_keras(path) as file:
        name, width = _recognise(path, file.layers, CLASSIFIERS)
        return _filled(path, file, name, width)


def recognise(path: Path) -> str:
    """The key, in `SEGMENTATION` or `CLASSIFIERS`, of the network that a file holds.

    Masses and breasts have the same U-net5L, so no file tells which of them it knows.

    Raises
    ------
    WeightsError : missing, unreadable, or none of the networks fits.
    """
    if not _is_keras(path):
        return _stated(path).network
    with open_keras(path) as file:
        return _recognise(path, file.layers, {**SEGMENTATION, **CLASSIFIERS})[0]


def _load(path: Path, choice: Mapping[str, NetworkFacts], frame: tuple[int, int]) -> Segmenter:
    if _is_keras(path):
        with open_keras(path) as file:
            name, width = _recognise(path, file.layers, choice)
            return Segmenter(
                _filled(path, file, name, width), MassArchitecture(name, width, frame)
            )
    architecture = _stated(path)
    if architecture.network not in choice:
        raise WeightsUnreadableError(
            f"{name_of(path)} holds {SEGMENTATION[architecture.network].title}, where "
            f"{' or '.join(facts.title for facts in choice.values())} is wanted."
        )
    with torch.device("meta"):
        network = build(architecture.network, architecture.width)
    load_into(network, path, MASS)
    return Segmenter(network, architecture)


def _is_keras(path: Path) -> bool:
    try:
        return is_keras_file(path)
    except OSError:
        return False  # what comes next says what is wrong with it


def _stated(path: Path) -> MassArchitecture:
    architecture = STATED.of(path)
    if architecture is None:
        raise WeightsUnreadableError(
            f"{name_of(path)} is neither an HDF5 file saved by Keras nor a safetensors file that "
            "states its network."
        )
    return architecture


def _recognise(
    path: Path, layers: tuple[SavedLayer, ...], choice: Mapping[str, NetworkFacts]
) -> tuple[str, int]:
    """The network, and its width, that names and shapes fit; the nearest names its misfits."""
    nearest: tuple[str, int, Match] | None = None
    for name, facts in choice.items():
        for width in facts.widths:
            with torch.device("meta"):
                found = match(build(name, width), layers)
            if found.faults == 0:
                return name, width
            if nearest is None or found.faults < nearest[2].faults:
                nearest = name, width, found
    if nearest is None:
        raise ValueError("there is nothing to choose from")
    misfit = nearest[2]
    raise WeightsMismatchError(path, misfit.missing, misfit.unexpected, misfit.misshapen)


def _filled(path: Path, file: KerasFile, name: str, width: int) -> nn.Module:
    with torch.device("meta"):
        network = build(name, width)
    shapes = {layer.name: layer.shapes for layer in file.layers}
    state: dict[str, Tensor] = {}
    for key, source in match(network, file.layers).sources.items():
        values = file.read(source.layer, source.weight, shapes[source.layer][source.weight])
        if not np.isfinite(values).all():
            raise WeightsUnreadableError(
                f"{name_of(path)} holds values that are no numbers, in {source.name}: a training "
                "that failed, or a damaged file."
            )
        state[key] = torch.from_numpy(np.ascontiguousarray(values.transpose(source.axes)))
    fit_into(network, {**_constants(network), **state}, path)
    return network


def _constants(network: nn.Module) -> dict[str, Tensor]:
    """What Keras does not save: counts of batches, and scales that are 1."""
    constants: dict[str, Tensor] = {}
    for path, module in network.named_modules():
        if isinstance(module, Norm):
            constants[f"{path}.num_batches_tracked"] = torch.zeros((), dtype=torch.int64)
            if not module.scaled:
                constants[f"{path}.weight"] = torch.ones(module.num_features)
    return constants
