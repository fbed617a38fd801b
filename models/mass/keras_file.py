"""Weights in Keras' HDF5 layout, read with h5py alone: numbers and names, never code (spec 5).

A file of a whole model keeps its weights under `model_weights`, a file of weights alone at its
root. Nothing else of it is looked at: not `model_config`, in which a Lambda layer holds Python
byte code, nor any link that leads elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from models.errors import WeightsUnreadableError, name_of
from models.mass.keras_names import SavedLayer
from models.weights_parsing import translated

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_WHOLE_MODEL = "model_weights"
# Twice the layers of the largest network, four times the weights of any layer.
_MOST_LAYERS, _MOST_WEIGHTS = 1000, 16
_LONGEST_NAME = 200
_LONGEST_LIST_BYTES = 1 << 20
_MOST_PARTS = 100


class _DamageError(Exception):
    """Why a file is refused, as the end of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class KerasFile:
    """An open file.

    Attributes
    ----------
    layers : those with weights, in the order of the file.
    """

    layers: tuple[SavedLayer, ...]
    _path: Path
    _weights: h5py.Group

    def read(self, layer: str, weight: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """The values of one weight, which has been seen to be of this shape.

        Raises
        ------
        WeightsUnreadableError : they are damaged.
        """
        values: NDArray[np.float32] = np.empty(shape, np.float32)
        with _translated(self._path):
            group = _group(self._weights, layer)
            path = next(path for path in _weight_paths(group) if _short(path) == weight)
            _dataset(group, path).read_direct(values)
        return values


def is_keras_file(path: Path) -> bool:
    """Whether a file begins as HDF5 does; raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return file.read(len(_SIGNATURE)) == _SIGNATURE


@contextmanager
def open_keras(path: Path) -> Iterator[KerasFile]:
    """Open a file and list its weights.

    Bounded, whatever the file says: a count or length beyond what any of the networks has, data
    compressed or in another file, and links to elsewhere are all refused unread.

    Raises
    ------
    WeightsNotFoundError : there is no such file.
    WeightsUnreadableError : it is damaged or not laid out as Keras does.
    """
    with _translated(path):
        if not is_keras_file(path):
            raise _DamageError("is no HDF5 file")
        file = h5py.File(path, "r")
    with file:
        with _translated(path):
            weights = _group(file, _WHOLE_MODEL) if _WHOLE_MODEL in file else file
            layers = _layers(weights)
        yield KerasFile(layers, path, weights)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Everything that can go wrong while hostile bytes are read, as one sentence."""
    with translated(path, "is damaged: it cannot be read as weights that Keras saved"):
        try:
            yield
        except _DamageError as error:
            raise WeightsUnreadableError(f"{name_of(path)} {error}.") from error


def _layers(weights: h5py.Group) -> tuple[SavedLayer, ...]:
    names = _names(weights, "layer_names", _MOST_LAYERS)
    if len(set(names)) != len(names):
        raise _DamageError("names a layer twice")
    found = []
    for name in names:
        layer = _group(weights, name)
        shapes = {_short(path): _shape(_dataset(layer, path)) for path in _weight_paths(layer)}
        if shapes:
            found.append(SavedLayer(name, shapes))
    return tuple(found)


def _weight_paths(layer: h5py.Group) -> list[str]:
    paths = _names(layer, "weight_names", _MOST_WEIGHTS)
    if len({_short(path) for path in paths}) != len(paths):
        raise _DamageError("names a weight twice")
    return paths


def _short(path: str) -> str:
    """`conv2d_7/kernel:0` → `kernel`."""
    return path.rpartition("/")[2].partition(":")[0]


def _names(holder: h5py.Group, attribute: str, most: int) -> list[str]:
    """A list of names, which Keras splits into `…0`, `…1` where it is long."""
    if attribute in holder.attrs:
        return _name_list(holder, attribute, most)
    names: list[str] = []
    for part in range(_MOST_PARTS):
        if f"{attribute}{part}" not in holder.attrs:
            break
        names += _name_list(holder, f"{attribute}{part}", most)
    else:
        raise _DamageError(f"splits its {attribute} too often")
    if not names and part == 0:
        raise _DamageError(f"holds no weights that Keras saved: {attribute} is not there")
    if len(names) > most:
        raise _DamageError(f"states too many {attribute}")
    return names


def _name_list(holder: h5py.Group, attribute: str, most: int) -> list[str]:
    stored = holder.attrs.get_id(attribute)
    count = int(np.prod(stored.shape, dtype=np.float64))
    if count == 0:  # Keras saves an empty list as numbers
        return []
    if count > most or count * stored.dtype.itemsize > _LONGEST_LIST_BYTES:
        raise _DamageError(f"states too many {attribute}")
    if stored.dtype.kind not in "SO":
        raise _DamageError(f"states {attribute} that are no names")
    return [_text(name) for name in np.ravel(holder.attrs[attribute])]


def _text(name: object) -> str:
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    if not 0 < len(text) <= _LONGEST_NAME or not text.isprintable():
        raise _DamageError("holds a name that is none")
    return text


def _group(holder: h5py.Group, path: str) -> h5py.Group:
    found = _follow(holder, path)
    if not isinstance(found, h5py.Group):
        raise _DamageError(f"is damaged: {path} is no group")
    return found


def _dataset(holder: h5py.Group, path: str) -> h5py.Dataset:
    found = _follow(holder, path)
    if not isinstance(found, h5py.Dataset) or found.dtype.kind != "f":
        raise _DamageError(f"is damaged: {path} holds no numbers")
    # Keras stores plain arrays. Anything else could grow on reading or lie in other files.
    filters = found.id.get_create_plist().get_nfilters()
    wide = any(piece > side for piece, side in zip(found.chunks or (), found.shape, strict=False))
    if filters or wide or found.is_virtual or found.external:
        raise _DamageError(f"stores {path} in a way that Keras never does")
    return found


def _follow(holder: h5py.Group, path: str) -> object:
    """What a path leads to by links within the file only."""
    found: object = holder
    for step in path.split("/"):
        if not isinstance(found, h5py.Group) or step in ("", "."):
            raise _DamageError(f"is damaged: it lacks {path}")
        if not isinstance(found.get(step, getlink=True), h5py.HardLink):
            raise _DamageError(f"lacks {path}, or would have it read from elsewhere")
        found = found[step]
    return found


def _shape(dataset: h5py.Dataset) -> tuple[int, ...]:
    return tuple(int(extent) for extent in dataset.shape)
