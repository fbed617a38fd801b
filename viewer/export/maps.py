"""Saliency as arrays, for those who go on computing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.results import GlamView
from viewer.export.whole_file import write_whole


def write_maps(path: Path, found: GlamView) -> None:
    """Write one image's maps as NPZ, whole or not at all.

    `saliency_global`, shape (2, 184, 120), and `saliency_patches`, shape (K, 2, 128, 128), are
    float32 with channels benign, malignant; `patch_upper_left`, shape (K, 2), int64, holds the
    patches' corners (row, column) in the model frame.

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
        ),
    )
