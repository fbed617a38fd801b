"""Saving a network as safetensors, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models.whole_file import write_whole

if TYPE_CHECKING:
    from torch import nn


def save_network(network: nn.Module, path: Path, metadata: Mapping[str, str]) -> None:
    """Write a network's state as safetensors; the same network and metadata give the same bytes.

    Parameters
    ----------
    metadata : what the file says of itself, read back by `models.weights.stated`.

    Raises
    ------
    ExportError : the file cannot be written; what was there before is untouched.
    """
    from safetensors.torch import save

    tensors = {
        key: tensor.detach().cpu().contiguous() for key, tensor in network.state_dict().items()
    }
    content = _in_order(save(tensors, dict(metadata)))
    write_whole(path, lambda file: file.write(content))


def _in_order(content: bytes) -> bytes:
    """A safetensors file with its metadata sorted, which the library writes in a chance order."""
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[start:]
