"""Saliency as arrays, for those who go on computing."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np

from models.geometry import Affine
from models.glam.evidence import LOCAL_CELL_PX
from models.results import CellMap, GlamView, Provenance
from models.whole_file import write_whole


def model_to_source(found: GlamView) -> Affine:
    """The map from GLAM's model frame to pixels of the stored image."""
    to_cells = Affine.scaling(1 / LOCAL_CELL_PX, 1 / LOCAL_CELL_PX)
    return to_cells.then(found.saliency.grid_to_source)


def write_maps(path: Path, found: GlamView, image_id: str, made: Provenance) -> None:
    """Write one image's maps as NPZ, whole or not at all.

    `saliency_global`, shape (2, 184, 120), and `saliency_patches`, shape (K, 2, 128, 128), are
    float32 with channels benign, malignant; `patch_upper_left`, shape (K, 2), int64, holds the
    patches' corners (row, column) in the model frame. `image_id`, `weights_sha256` and
    `precision` say what the maps are of; `model_to_source`, shape (6,), float64, is the map
    from the model frame to stored pixels as in `results.json`.

    Raises
    ------
    ExportError : the file cannot be written.
    """
    corners = np.array([patch.upper_left for patch in found.patches], dtype=np.int64)
    write_whole(
        path,
        lambda file: np.savez_compressed(
            file,
            saliency_global=found.saliency_global,
            saliency_patches=found.saliency_patches,
            patch_upper_left=corners,
            model_to_source=np.array(astuple(model_to_source(found))),
            image_id=np.array(image_id),
            weights_sha256=np.array(made.weights_sha256),
            precision=np.array(made.precision),
        ),
    )


def write_cells(path: Path, cells: CellMap, image_id: str, made: Provenance) -> None:
    """Write one image's map of probabilities as NPZ, whole or not at all.

    `probability`, float32, shape (h, w); `grid_to_source`, float64, shape (6,): the map from its
    cells to stored pixels; `image_id`, `weights_sha256` and `precision` say what it is of.

    Raises
    ------
    ExportError : the file cannot be written.
    """
    write_whole(
        path,
        lambda file: np.savez_compressed(
            file,
            probability=cells.values,
            grid_to_source=np.array(astuple(cells.grid_to_source)),
            image_id=np.array(image_id),
            weights_sha256=np.array(made.weights_sha256),
            precision=np.array(made.precision),
        ),
    )
