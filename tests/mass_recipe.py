"""Seeded weights for the mass networks, as Keras would have saved them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from numpy.typing import NDArray

from models.mass.keras_names import wanted_layers
from models.mass.registry import build
from tests.recipe import keras_value

Layers = Mapping[str, Mapping[str, NDArray[np.float32]]]


def layers_of(shapes: Mapping[str, list[int]], gain: float) -> Layers:
    """Recipe values for `layer/weight` → shape, by layer, in the order given."""
    layers: dict[str, dict[str, NDArray[np.float32]]] = {}
    for key, shape in shapes.items():
        layer, _, weight = key.partition("/")
        layers.setdefault(layer, {})[weight] = keras_value(key, tuple(shape), gain)
    return layers


def own_layers(network: str, width: int, gain: float = 1.0) -> Layers:
    """Recipe values for one of our networks at any width, named as a fresh session would."""
    return layers_of(dict(_own_shapes(network, width)), gain)


def _own_shapes(network: str, width: int) -> Iterator[tuple[str, list[int]]]:
    with torch.device("meta"):
        built = build(network, width)
    counts: dict[str, int] = {}
    for layer in wanted_layers(built):
        name = layer.name
        if name is None:
            count = counts.get(layer.kind, 0)
            counts[layer.kind] = count + 1
            name = f"{layer.kind}_{count}" if count else layer.kind
        for weight, (_, _, shape) in layer.weights.items():
            yield f"{name}/{weight}", list(shape)


def write_keras(
    path: Path, layers: Layers, *, whole_model: bool = True, split: bool = False
) -> Path:
    """Save layers as Keras 2 does: a whole model, or weights alone; long lists in parts."""
    with h5py.File(path, "w") as file:
        weights: Any = file.create_group("model_weights") if whole_model else file
        names = [name.encode() for name in layers]
        if split:
            half = len(names) // 2
            weights.attrs["layer_names0"] = names[:half]
            weights.attrs["layer_names1"] = names[half:]
        else:
            weights.attrs["layer_names"] = names
        for name, values in layers.items():
            group = weights.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{weight}:0".encode() for weight in values]
            for weight, array in values.items():
                group.create_dataset(f"{name}/{weight}:0", data=array)
    return path
