"""Results on disk: an unchanged image, model and setting come back at once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from dataclasses import astuple
from pathlib import Path

import numpy as np

from models.exam import Mammogram
from models.geometry import Affine
from models.glam.evidence import GlamEvidence
from models.results import Provenance

# Change whenever the same input would give another result.
ALGORITHM_VERSION = 1
_LIMIT_BYTES = 1 << 30
# What NumPy and its zip reader raise on files that are not what they should be.
_DAMAGE = (EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)


def result_key(mammogram: Mammogram, provenance: Provenance, patches: int) -> str:
    """A digest of everything a result depends on: pixels, polarity, geometry, model, settings.

    Windows, names and dates are no part of it.
    """
    grayscale = mammogram.grayscale
    facts = {
        "algorithm": ALGORITHM_VERSION,
        "shape": mammogram.pixels.shape,
        "dtype": mammogram.pixels.dtype.str,
        "stored_range": grayscale.stored_range,
        "dark_is_high": grayscale.dark_is_high,
        "padding": grayscale.padding,
        "view": mammogram.view.name if mammogram.view else None,
        "orientation": astuple(mammogram.orientation),
        "model": provenance.model_id,
        "weights": provenance.weights_sha256,
        "precision": provenance.precision,
        "device": provenance.device.partition(":")[0],
        "patches": patches,
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    digest.update(np.ascontiguousarray(mammogram.pixels).data)
    return digest.hexdigest()


class ResultCache:
    """GLAM evidence by key, in a folder that stays below a limit; the longest unused goes first.

    The files hold arrays and numbers, never names or identifiers. A damaged file is a miss, and
    a folder that cannot be written keeps nothing.
    """

    def __init__(self, folder: Path, limit_bytes: int = _LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes

    def get(self, key: str) -> GlamEvidence | None:
        """What was kept under this key, or None."""
        path = self._path(key)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                benign, malignant = kept["scores"].tolist()
                y0, y1, x0, x1 = kept["window_location"].tolist()
                center_row, center_column = kept["best_center"].tolist()
                rows, columns = kept["source_shape"].tolist()
                evidence = GlamEvidence(
                    scores=(benign, malignant),
                    saliency_global=kept["saliency_global"],
                    saliency_patches=kept["saliency_patches"],
                    corners=tuple((row, column) for row, column in kept["corners"].tolist()),
                    window_location=(y0, y1, x0, x1),
                    best_center=(center_row, center_column),
                    to_source=Affine(*kept["to_source"].tolist()),
                    source_shape=(rows, columns),
                )
            os.utime(path)
        except (*_DAMAGE, OSError):
            return None
        return evidence

    def put(self, key: str, evidence: GlamEvidence) -> None:
        """Keep a result, whole or not at all, then let the longest unused ones go."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(suffix=".part", dir=self._folder)
            part = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    np.savez_compressed(
                        file,
                        scores=evidence.scores,
                        saliency_global=evidence.saliency_global,
                        saliency_patches=evidence.saliency_patches,
                        corners=evidence.corners,
                        window_location=evidence.window_location,
                        best_center=evidence.best_center,
                        to_source=astuple(evidence.to_source),
                        source_shape=evidence.source_shape,
                    )
                part.replace(self._path(key))
            finally:
                part.unlink(missing_ok=True)
            self._make_room()
        except OSError:
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
