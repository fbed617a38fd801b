"""Which saved Keras weight belongs to which parameter of a network (spec 5).

Layers with a name of their own are found by it. The others carry a counter of the session that
saved them, so that all of a kind are taken in the order of their numbers, whatever these are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from torch import nn

from models.mass.network.layers import Convolution, Dense, Norm, Separable, Transposed

# (rows, columns, in, out) → (out, in, rows, columns); Conv2DTranspose likewise swaps in and out.
_KERNEL = (3, 2, 0, 1)
# (rows, columns, channels, 1) → (channels, 1, rows, columns).
_DEPTHWISE = (2, 3, 0, 1)
_DENSE = (1, 0)
_VECTOR = (0,)


@dataclass(frozen=True, slots=True)
class SavedLayer:
    """One layer of a file: its name, and the shape of each of its weights by name."""

    name: str
    shapes: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a parameter's values are: layer and weight, and how to turn their axes."""

    layer: str
    weight: str
    axes: tuple[int, ...]

    @property
    def name(self) -> str:
        """`block1_conv1/kernel`."""
        return f"{self.layer}/{self.weight}"


@dataclass(frozen=True, slots=True)
class Match:
    """What a file holds of what a network wants.

    Attributes
    ----------
    sources : key of the state dict → where its values are.
    missing, unexpected, misshapen : `layer/weight` names; empty where all is well.
    """

    sources: Mapping[str, Source]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    misshapen: tuple[str, ...]

    @property
    def faults(self) -> int:
        """How much does not fit."""
        return len(self.missing) + len(self.unexpected) + len(self.misshapen)


@dataclass(frozen=True, slots=True)
class WantedLayer:
    """One layer of a network: weight name → (key of the state dict, axes, shape as saved)."""

    kind: str
    name: str | None
    weights: Mapping[str, tuple[str, tuple[int, ...], tuple[int, ...]]]


def match(network: nn.Module, saved: Sequence[SavedLayer]) -> Match:
    """Pair a network's layers with a file's; nothing is read, only names and shapes count."""
    by_name = {layer.name: layer for layer in saved}
    wanted = list(wanted_layers(network))
    explicit = {layer.name for layer in wanted if layer.name is not None}
    counted = _counted({name for name in by_name if name not in explicit})
    turn: defaultdict[str, int] = defaultdict(int)
    sources: dict[str, Source] = {}
    missing, misshapen, used = [], [], set()
    for layer in wanted:
        name = layer.name
        if name is None:
            names = counted.get(layer.kind, ())
            number = turn[layer.kind]
            turn[layer.kind] += 1
            name = names[number] if number < len(names) else f"{layer.kind}#{number + 1}"
        found = by_name.get(name)
        for weight, (key, axes, shape) in layer.weights.items():
            source = Source(name, weight, axes)
            if found is None or weight not in found.shapes:
                missing.append(source.name)
                continue
            used.add(source.name)
            if found.shapes[weight] != shape:
                misshapen.append(f"{source.name} {found.shapes[weight]} for {shape}")
            sources[key] = source
    unexpected = [
        f"{layer.name}/{weight}"
        for layer in saved
        for weight in layer.shapes
        if f"{layer.name}/{weight}" not in used
    ]
    return Match(sources, tuple(missing), tuple(unexpected), tuple(misshapen))


def _counted(names: set[str]) -> dict[str, tuple[str, ...]]:
    """Names with a counter by their kind, in counting order: `conv2d`, `conv2d_3`, `conv2d_10`."""
    numbered: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for name in names:
        kind, number = re.fullmatch(r"(.*?)(?:_(\d{1,9}))?", name, re.DOTALL).groups()  # type: ignore[union-attr] # matches anything
        numbered[kind].append((int(number or 0), name))
    return {kind: tuple(name for _, name in sorted(found)) for kind, found in numbered.items()}


def wanted_layers(network: nn.Module) -> Iterator[WantedLayer]:
    """The layers of a network in the order of their making."""
    for path, module in network.named_modules():
        if isinstance(module, Separable):
            yield WantedLayer(
                "separable_conv2d",
                module.keras_name,
                {
                    "depthwise_kernel": _weight(
                        f"{path}.depthwise.weight", module.depthwise.weight, _DEPTHWISE
                    ),
                    "pointwise_kernel": _weight(
                        f"{path}.pointwise.weight", module.pointwise.weight, _KERNEL
                    ),
                },
            )
        elif isinstance(module, (Convolution, Transposed, Dense)):
            if isinstance(network.get_submodule(path.rpartition(".")[0]), Separable):
                continue
            kernel = _DENSE if isinstance(module, Dense) else _KERNEL
            weights = {"kernel": _weight(f"{path}.weight", module.weight, kernel)}
            if module.bias is not None:
                weights["bias"] = _weight(f"{path}.bias", module.bias, _VECTOR)
            yield WantedLayer(_KINDS[type(module)], module.keras_name, weights)
        elif isinstance(module, Norm):
            weights = {"gamma": _weight(f"{path}.weight", module.weight, _VECTOR)}
            if not module.scaled:
                weights = {}
            weights["beta"] = _weight(f"{path}.bias", module.bias, _VECTOR)
            for name, buffer in (
                ("moving_mean", "running_mean"),
                ("moving_variance", "running_var"),
            ):
                weights[name] = _weight(f"{path}.{buffer}", module.get_buffer(buffer), _VECTOR)
            yield WantedLayer("batch_normalization", module.keras_name, weights)


_KINDS = {Convolution: "conv2d", Transposed: "conv2d_transpose", Dense: "dense"}


def _weight(
    key: str, parameter: object, axes: tuple[int, ...]
) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The entry of one weight, its shape turned back to how Keras saves it."""
    shape = tuple(parameter.shape)  # type: ignore[attr-defined] # tensor or parameter
    saved = [0] * len(axes)
    for axis, extent in zip(axes, shape, strict=True):
        saved[axis] = extent
    return key, axes, tuple(saved)
