"""Results on disk: an unchanged image, model and setting come back at once."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np

from models.errors import ExportError
from models.exam import Mammogram
from models.keeping import from_arrays, to_arrays
from models.results import Provenance
from models.whole_file import write_whole

T = TypeVar("T")

# Change whenever the same input would give another result.
ALGORITHM_VERSION = 2
_LIMIT_BYTES = 1 << 30
# What NumPy and its zip reader raise on files that are not what they should be.
_DAMAGE = (
    EOFError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def result_key(
    images: Sequence[Mammogram], made: Sequence[Provenance], settings: Mapping[str, Any]
) -> str:
    """A digest of everything a result depends on: pixels, polarity, geometry, model, settings.

    Windows, names and dates are no part of it.

    Parameters
    ----------
    made : which computation, one for each file of weights.
    settings : what the model was told beside; numbers and texts.
    """
    digest = hashlib.sha256()
    for weights in made:
        facts = {
            "algorithm": ALGORITHM_VERSION,
            "model": weights.model_id,
            "weights": weights.weights_sha256,
            "precision": weights.precision,
            "device": weights.device.partition(":")[0],
            **settings,
        }
        digest.update(json.dumps(facts, sort_keys=True).encode())
    for image in images:
        digest.update(json.dumps(_facts(image), sort_keys=True).encode())
        digest.update(np.ascontiguousarray(image.pixels).data)
    return digest.hexdigest()


def _facts(mammogram: Mammogram) -> Mapping[str, Any]:
    """Everything of an image but its pixels that a model may look at."""
    grayscale = mammogram.grayscale
    return {
        "shape": mammogram.pixels.shape,
        "dtype": mammogram.pixels.dtype.str,
        "stored_range": grayscale.stored_range,
        "dark_is_high": grayscale.dark_is_high,
        "padding": grayscale.padding,
        "view": mammogram.view.name if mammogram.view else None,
        "orientation": astuple(mammogram.orientation),
        "spacing_mm": mammogram.pixel_spacing_mm,
        "magnification": mammogram.magnification,
    }


class ResultCache:
    """What models found, by key, in a folder that stays below a limit.

    The longest unused goes first. The files hold arrays and numbers, never names or identifiers.
    A damaged file is a miss, and a folder that cannot be written keeps nothing.
    """

    def __init__(self, folder: Path, limit_bytes: int = _LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes

    def get(self, key: str, kind: type[T]) -> T | None:
        """What was kept under this key, or None, also where it is nothing of this kind."""
        path = self._path(key)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                found = from_arrays(kind, kept)
            os.utime(path)
        except (*_DAMAGE, OSError):
            return None
        return found

    def put(self, key: str, found: object) -> None:
        """Keep a result, whole or not at all, then let the longest unused ones go."""
        arrays: dict[str, Any] = to_arrays(found)
        try:
            write_whole(self._path(key), lambda file: _write(file, arrays))
            self._make_room()
        except (ExportError, OSError):
            # A full or read-only disk costs time at the next run, never the result.
            return

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"

    def _make_room(self) -> None:
        kept = sorted(
            ((path, path.stat()) for path in self._folder.glob("*.npz")),
            key=lambda entry: entry[1].st_mtime_ns,
        )
        held = sum(status.st_size for _, status in kept)
        for path, status in kept:
            if held <= self._limit_bytes:
                return
            path.unlink(missing_ok=True)
            held -= status.st_size


def _write(file: IO[bytes], arrays: Mapping[str, Any]) -> None:
    """As `np.savez_compressed` does, but quickly: a reader waits for it, and disks are large."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=False)
