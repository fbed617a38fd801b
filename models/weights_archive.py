"""PyTorch's files, looked at before anything in them is believed.

PyTorch's restricted unpickler runs no code of a file, but it does build what the file asks for,
gigabytes of zeros too. So a file may name tensors, plain containers and nothing else but what the
caller stands in for. Of a zip archive the entries are stored, never compressed, so that nothing
unpacks to more than the file holds; and their checksums are right. A file from before zip
archives begins with five pickles, which are looked at alike.
"""

from __future__ import annotations

import io
import pickletools
import zipfile
from collections.abc import Collection
from pathlib import Path

from models.errors import WeightsUnreadableError, name_of
from models.weights_parsing import translated

_TYPES = ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
# What the state dict of a network is made of.
_PLAIN = frozenset(
    {
        "collections.OrderedDict",
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_tensor_v2",
        *(f"torch.{name}Storage" for name in _TYPES),
    }
)
_IMPORTS_OTHERWISE = frozenset({"INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4"})
# A network of a thousand tensors is described in some 300 kB.
_LONGEST_PICKLE = 1 << 20
# Magic number, version, system, the object, and the names of its tensors' storages.
_PICKLES_BEFORE_ZIP = 5
_MOST_ENTRIES = 10_000
_CHUNK = 1 << 20


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive, as `torch.save` writes them."""
    return zipfile.is_zipfile(path)


def require_plain(path: Path, also: Collection[str] = ()) -> None:
    """Refuse a file that holds more than named tensors.

    Parameters
    ----------
    also : what else it may name, as `module.Name`.

    Raises
    ------
    WeightsUnreadableError : it would unpack to more than it holds, is damaged, or asks for
        something else, which is named.
    OSError : it cannot be read.
    """
    names = _PLAIN.union(also)
    if not is_archive(path):
        with path.open("rb") as file:
            pickles = io.BytesIO(file.read(_PICKLES_BEFORE_ZIP * _LONGEST_PICKLE))
        for _ in range(_PICKLES_BEFORE_ZIP):
            _require_named(pickles, path, names)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            _require_stored(archive, path)
            for entry in archive.infolist():
                if entry.filename.endswith(".pkl"):
                    _require_named(io.BytesIO(archive.read(entry)), path, names)
                else:
                    _require_sound(archive, entry)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise WeightsUnreadableError(f"{name_of(path)} is damaged.") from error


def _require_stored(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise WeightsUnreadableError(
            f"{name_of(path)} is a compressed archive, which PyTorch never writes."
        )
    pickles = [entry.file_size for entry in entries if entry.filename.endswith(".pkl")]
    if (
        len(entries) > _MOST_ENTRIES
        or sum(entry.file_size for entry in entries) > path.stat().st_size
        or max(pickles, default=0) > _LONGEST_PICKLE
    ):
        raise WeightsUnreadableError(
            f"{name_of(path)} describes more than a network: reading it could exhaust memory."
        )


def _require_named(pickled: io.BytesIO, path: Path, names: Collection[str]) -> None:
    """Read one pickle to its end and refuse it if it names something else."""
    with translated(path, "is no weights file that can be read safely: it is damaged"):
        for opcode, argument, _ in pickletools.genops(pickled):
            demand = ""
            if opcode.name == "GLOBAL":
                demand = ".".join(str(argument).split())
            elif opcode.name in _IMPORTS_OTHERWISE:
                demand = f"the operation {opcode.name}"
            if demand and demand not in names:
                raise WeightsUnreadableError(
                    f"{name_of(path)} cannot be read safely: beside tensors it asks for {demand}."
                )


def _require_sound(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read an entry to its end, where its checksum is compared."""
    with archive.open(entry) as content:
        while content.read(_CHUNK):
            pass
