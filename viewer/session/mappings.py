"""Read-only mappings, changed by copying: how frozen states hold them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def with_item(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """A read-only copy of `mapping` in which `key` is `value`."""
    return MappingProxyType({**mapping, key: value})


def without_item(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """A read-only copy of `mapping` without `key`."""
    return MappingProxyType({each: value for each, value in mapping.items() if each != key})
