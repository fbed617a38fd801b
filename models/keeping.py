"""Frozen values as arrays and back, so that results can lie on disk without any code in them.

What is read back is built by the annotations of the type that is asked for, never by names in the
file.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.exam import read_only

T = TypeVar("T")
Kind: TypeAlias = Any
"""A type as annotations write it."""
Tree: TypeAlias = Any
"""What JSON holds, with names of arrays in the places of arrays."""

_TREE = "tree"
_PLAIN = (bool, int, float, str, type(None))


def to_arrays(value: object) -> dict[str, NDArray[Any]]:
    """A value as named arrays; one of them holds, as JSON, how the others belong together.

    Parameters
    ----------
    value : a dataclass of plain values, enums, arrays, dataclasses, and tuples or mappings of
        such; TypeError for anything else.
    """
    arrays: dict[str, NDArray[Any]] = {}
    tree = json.dumps(_taken_apart(value, arrays))
    return {_TREE: np.frombuffer(tree.encode(), dtype=np.uint8), **arrays}


def from_arrays(kind: type[T], arrays: Mapping[str, NDArray[Any]]) -> T:
    """What `to_arrays` took apart; raises KeyError, TypeError or ValueError for anything else."""
    tree = json.loads(np.asarray(arrays[_TREE], dtype=np.uint8).tobytes())
    value: T = _put_together(kind, tree, arrays)
    return value


def _taken_apart(value: object, arrays: dict[str, NDArray[Any]]) -> Tree:
    if isinstance(value, np.ndarray):
        name = f"array{len(arrays)}"
        arrays[name] = value
        return name
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _PLAIN):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _taken_apart(getattr(value, field.name), arrays) for field in fields(value)
        }
    if isinstance(value, tuple):
        return [_taken_apart(one, arrays) for one in value]
    if isinstance(value, Mapping):
        return [
            [_taken_apart(key, arrays), _taken_apart(one, arrays)] for key, one in value.items()
        ]
    raise TypeError(f"a {type(value).__name__} cannot be kept")


@cache
def _annotations(kind: type[Any]) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _put_together(kind: Kind, tree: Tree, arrays: Mapping[str, NDArray[Any]]) -> Tree:
    origin: Any = typing.get_origin(kind)
    parts = typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if tree is None else _put_together(_one_of(parts), tree, arrays)
    if origin is np.ndarray:
        return read_only(np.asarray(arrays[tree]))
    if origin is tuple:
        return _tuple(parts, tree, arrays)
    if origin is not None and issubclass(origin, Mapping):
        return {
            _put_together(parts[0], key, arrays): _put_together(parts[1], one, arrays)
            for key, one in tree
        }
    if kind in _PLAIN:
        return _plain(kind, tree)
    if issubclass(kind, Enum):
        return kind(tree)
    if is_dataclass(kind) and isinstance(tree, dict):
        return _dataclass(kind, tree, arrays)
    raise TypeError(f"{kind} cannot be read back")


def _dataclass(kind: Kind, tree: Tree, arrays: Mapping[str, NDArray[Any]]) -> Tree:
    known = _annotations(kind)
    return kind(
        **{
            field.name: _put_together(known[field.name], tree[field.name], arrays)
            for field in fields(kind)
        }
    )


def _one_of(parts: tuple[Kind, ...]) -> Kind:
    """The other side of `X | None`; other unions cannot be told apart."""
    (kind,) = (part for part in parts if part is not type(None))
    return kind


def _tuple(parts: tuple[Kind, ...], tree: Tree, arrays: Mapping[str, NDArray[Any]]) -> Tree:
    if not isinstance(tree, list):
        raise TypeError("a tuple is kept as a list")
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_put_together(parts[0], one, arrays) for one in tree)
    return tuple(_put_together(part, one, arrays) for part, one in zip(parts, tree, strict=True))


def _plain(kind: Kind, tree: Tree) -> Tree:
    if kind is float and isinstance(tree, int) and not isinstance(tree, bool):
        return float(tree)
    if type(tree) is not kind:
        raise TypeError(f"{tree!r} is no {kind.__name__}")
    return tree
