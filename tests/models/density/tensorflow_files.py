"""TensorFlow V2 checkpoints written from their format's description, for tests."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from models.density.crc32c import crc32c
from models.density.table import MAGIC

Entries = Mapping[bytes, bytes]


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def masked(checksum: int) -> bytes:
    rotated = (checksum >> 15 | checksum << 17) & 0xFFFFFFFF
    return ((rotated + 0xA282EAD8) & 0xFFFFFFFF).to_bytes(4, "little")


def block(entries: Entries, *, shares: bool = True, packing: int = 0) -> bytes:
    """A block with its trailer; keys share prefixes unless told not to."""
    out, last = b"", b""
    for key, value in entries.items():
        shared = 0
        while shares and shared < min(len(last), len(key)) and last[shared] == key[shared]:
            shared += 1
        lengths = varint(shared) + varint(len(key) - shared) + varint(len(value))
        out += lengths + key[shared:] + value
        last = key
    content = out + bytes(4) + (1).to_bytes(4, "little") + bytes([packing])
    return content + masked(crc32c(content))


def table(blocks: Sequence[Entries], **how: object) -> bytes:
    """A whole table of these blocks."""
    content = b""
    handles = {}
    for entries in blocks:
        written = block(entries, **how)  # type: ignore[arg-type]
        handles[max(entries)] = varint(len(content)) + varint(len(written) - 5)
        content += written
    return with_index(content, block(handles))


def with_index(content: bytes, index: bytes) -> bytes:
    """Blocks, an index block with its trailer, and the footer."""
    statistics = block({})
    places = varint(len(content)) + varint(len(statistics) - 5)
    places += varint(len(content) + len(statistics)) + varint(len(index) - 5)
    return content + statistics + index + places.ljust(40, b"\0") + MAGIC


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def message(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def entry(shape: Sequence[int], offset: int, size: int, checksum: bytes, dtype: int = 1) -> bytes:
    dimensions = b"".join(message(2, number(1, extent)) for extent in shape)
    return (
        number(1, dtype)
        + message(2, dimensions)
        + number(4, offset)
        + number(5, size)
        + varint(6 << 3 | 5)
        + checksum
    )


HEADER = number(1, 1) + message(3, number(1, 1))


def write(path: Path, variables: Mapping[str, np.ndarray], **changed: bytes) -> Path:
    """`<path>.index` and its data file; `changed` replaces entries of the index by name."""
    data = b""
    entries = {b"": HEADER}
    for name in sorted(variables):
        values = np.ascontiguousarray(variables[name], "<f4")
        content = values.tobytes()
        entries[name.encode()] = entry(
            values.shape, len(data), len(content), masked(crc32c(content))
        )
        data += content
    entries |= {name.encode(): value for name, value in changed.items()}
    path.with_name(f"{path.name}.data-00000-of-00001").write_bytes(data)
    index = path.with_name(f"{path.name}.index")
    index.write_bytes(table([dict(sorted(entries.items()))]))
    return index


LAYERS = ("1", "2a", "2b", "2c", "3a", "3b", "3c", "4a", "4b", "4c", "5a", "5b", "5c")


def named_as_published(state: Mapping[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """A state dict under TensorFlow's names and in its layouts, with what training left beside."""
    variables = {}
    for key, tensor in state.items():
        values = tensor.numpy()
        part = "biases" if key.endswith("bias") else "weights"
        if key.startswith("fc"):
            name = f"fully_connected{'_2' if key[2] == '2' else ''}/{part}"
            variables[name] = values.T
        else:
            _, layer, projection, _ = key.split(".")
            name = f"conv{LAYERS[int(layer)]}_{projection.upper()}/{part}"
            variables[name] = values.transpose(2, 3, 1, 0) if values.ndim == 4 else values
        variables[f"{name}/Adam"] = variables[f"{name}/Adam_1"] = np.zeros(values.T.shape)
    hidden = variables["fully_connected/weights"].shape[1]
    variables["fully_connected_1/weights"] = np.zeros((hidden, 3))
    variables["fully_connected_1/biases"] = np.zeros(3)
    return variables | {f"beta{number}_power": np.float32(0.9) for number in (1, 2)}


def bytes_of(variables: Mapping[str, np.ndarray]) -> int:
    return sum(4 * math.prod(np.shape(values)) for values in variables.values())
