"""Tensors of a TensorFlow V2 checkpoint, read without TensorFlow (spec 4.2).

`<name>.index` is a table from variables to messages that say where each one lies in
`<name>.data-00000-of-00001` (tensorflow/core/protobuf/tensor_bundle.proto). Nothing is believed
that the files do not bear out: places lie within the data file, shapes match sizes, checksums
match bytes, and only what is asked for is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.density.crc32c import crc32c
from models.density.table import MAGIC, DamagedError, Reader, read_table, unmasked
from models.errors import WeightsNotFoundError, WeightsUnreadableError, name_of

_INDEX, _DATA = ".index", ".data-00000-of-00001"
_LARGEST_INDEX = 1 << 20
_MOST_DIMENSIONS = 8
_FLOAT32 = 1  # DT_FLOAT of tensorflow/core/framework/types.proto

# Fields of BundleHeaderProto, BundleEntryProto, and TensorShapeProto with its dimensions.
_SHARDS, _ENDIANNESS = 1, 2
_DTYPE, _SHAPE, _SHARD, _OFFSET, _SIZE, _CHECKSUM, _SLICES = 1, 2, 3, 4, 5, 6, 7
_DIMENSION, _EXTENT = 2, 1

Fields = dict[int, list[int | bytes]]


@dataclass(frozen=True, slots=True)
class Variable:
    """Where one variable lies in the data file."""

    dtype: int
    shape: tuple[int, ...]
    offset: int
    size: int
    checksum: int


def is_checkpoint(path: Path) -> bool:
    """Whether this is one of the two files of a TensorFlow checkpoint: by name, or by footer.

    Raises
    ------
    OSError : it cannot be read.
    """
    if path.name.endswith((_INDEX, _DATA)):
        return True
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - len(MAGIC)))
        return file.read() == MAGIC


class Checkpoint:
    """An index, and the data file beside it.

    Parameters
    ----------
    path : either of the two files.

    Raises
    ------
    WeightsNotFoundError : one of the two is not there.
    WeightsUnreadableError : the index is damaged, or not of one little-endian data file.
    """

    def __init__(self, path: Path) -> None:
        name = path.name.removesuffix(_DATA).removesuffix(_INDEX)
        self._data = path.with_name(name + _DATA)
        index = path.with_name(name + _INDEX) if path.name.endswith(_DATA) else path
        for file in (index, self._data):
            if not file.is_file():
                raise WeightsNotFoundError(
                    f"{name_of(path)} is one of two files of a TensorFlow checkpoint, and "
                    f"{name_of(file)} is not beside it."
                )
        try:
            self.variables = _variables(_content(index))
        except DamagedError as error:
            raise WeightsUnreadableError(f"{name_of(index)} is damaged: {error}.") from error
        except OSError as error:
            raise WeightsUnreadableError(
                f"{name_of(index)} cannot be read: {error.strerror or error}."
            ) from error

    def read(self, name: str) -> NDArray[np.float32]:
        """One variable, float32, C order.

        Raises
        ------
        WeightsUnreadableError : it is no float32, or the data file does not bear it out.
        """
        try:
            return self._read(self.variables[name])
        except DamagedError as error:
            raise WeightsUnreadableError(
                f"{name_of(self._data)} does not hold {name} as its index says: {error}."
            ) from error
        except OSError as error:
            raise WeightsUnreadableError(
                f"{name_of(self._data)} cannot be read: {error.strerror or error}."
            ) from error

    def _read(self, variable: Variable) -> NDArray[np.float32]:
        if variable.dtype != _FLOAT32:
            raise DamagedError("it is no float32")
        if variable.size != 4 * math.prod(variable.shape):
            raise DamagedError("its size does not match its shape")
        if variable.offset + variable.size > self._data.stat().st_size:
            raise DamagedError("the file ends before it")
        with self._data.open("rb") as file:
            file.seek(variable.offset)
            content = file.read(variable.size)
        if crc32c(content) != unmasked(variable.checksum):
            raise DamagedError("its checksum is wrong")
        return np.frombuffer(content, "<f4").astype(np.float32).reshape(variable.shape)


def _content(index: Path) -> bytes:
    with index.open("rb") as file:
        content = file.read(_LARGEST_INDEX + 1)
    if len(content) > _LARGEST_INDEX:
        raise DamagedError("it is larger than any index of weights")
    return content


def _variables(content: bytes) -> Mapping[str, Variable]:
    entries = read_table(content)
    header = _fields(entries.pop(b"", b""))
    if _number(header, _SHARDS) != 1 or _number(header, _ENDIANNESS) != 0:
        raise DamagedError("its variables do not lie in one little-endian file")
    try:
        return {key.decode(): _variable(_fields(value)) for key, value in entries.items()}
    except UnicodeDecodeError as error:
        raise DamagedError("the name of a variable is no text") from error


def _variable(fields: Fields) -> Variable:
    if _number(fields, _SHARD) != 0 or _SLICES in fields:
        raise DamagedError("a variable lies in several pieces")
    dimensions = _fields(_message(fields, _SHAPE)).get(_DIMENSION, [])
    if len(dimensions) > _MOST_DIMENSIONS:
        raise DamagedError("a variable has too many dimensions")
    shape = tuple(
        _number(_fields(each), _EXTENT) for each in dimensions if isinstance(each, bytes)
    )
    return Variable(
        dtype=_number(fields, _DTYPE),
        shape=shape,
        offset=_number(fields, _OFFSET),
        size=_number(fields, _SIZE),
        checksum=_number(fields, _CHECKSUM),
    )


def _fields(message: bytes) -> Fields:
    """The fields of a protocol buffer message, by number, in order (its wire format)."""
    reader = Reader(message)
    fields: Fields = {}
    while reader:
        tag = reader.varint()
        number, kind = tag >> 3, tag & 7
        value: int | bytes
        if kind == 0:
            value = reader.varint()
        elif kind == 1:
            value = reader.take(8)
        elif kind == 2:
            value = reader.take(reader.varint())
        elif kind == 5:
            value = reader.fixed32()
        else:
            raise DamagedError("a message in it is damaged")
        fields.setdefault(number, []).append(value)
    return fields


def _number(fields: Fields, number: int) -> int:
    """A field that is a number; 0 where it is absent, as the format has it."""
    value = fields.get(number, [0])[-1]
    if not isinstance(value, int):
        raise DamagedError("a message in it is damaged")
    return value


def _message(fields: Fields, number: int) -> bytes:
    value = fields.get(number, [b""])[-1]
    if not isinstance(value, bytes):
        raise DamagedError("a message in it is damaged")
    return value
