"""From the networks' maps to results in stored-image pixels (spec 6 and 8), numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import read_only
from models.geometry import Affine, Box
from models.glam.preprocess import WINDOW_COLUMNS, WINDOW_ROWS
from models.results import GlamView, RoiPatch, SaliencyMap

PATCH_PX = 512
# Steps of a prediction beside its K patches: finding the breast, reading the whole window.
FIXED_STEPS = 2
# A cell of the global map, and of a patch map, in pixels of the model frame.
GLOBAL_CELL_PX, LOCAL_CELL_PX = 16, 4
_CELLS_PER_CELL = GLOBAL_CELL_PX // LOCAL_CELL_PX


@dataclass(frozen=True, slots=True, eq=False)
class GlamEvidence:
    """All that the networks said of one window, and where the window lies.

    Attributes
    ----------
    scores : (benign, malignant), 0 … 1.
    saliency_global : ndarray, shape (2, 184, 120), float32, 0 … 1.
    saliency_patches : ndarray, shape (K, 2, 128, 128), float32, 0 … 1.
    corners : upper-left (row, column) of each patch in the model frame, multiples of 16.
    to_source : map from the model frame to stored pixels.
    source_shape : (rows, columns) of the stored image.
    """

    scores: tuple[float, float]
    saliency_global: NDArray[np.float32]
    saliency_patches: NDArray[np.float32]
    corners: tuple[tuple[int, int], ...]
    window_location: tuple[int, int, int, int]
    best_center: tuple[int, int]
    to_source: Affine
    source_shape: tuple[int, int]

    def to_view(self) -> GlamView:
        """Fuse the maps and bring everything to stored pixels."""
        fused = fuse(self.saliency_global, self.saliency_patches, self.corners)
        cells_to_source = Affine.scaling(LOCAL_CELL_PX, LOCAL_CELL_PX).then(self.to_source)
        benign, malignant = self.scores
        return GlamView(
            benign=benign,
            malignant=malignant,
            saliency=SaliencyMap(_frozen(fused), cells_to_source, self.source_shape),
            saliency_global=_frozen(self.saliency_global),
            saliency_patches=_frozen(self.saliency_patches),
            patches=tuple(
                RoiPatch(rank, self.to_source.box(Box(*corner, PATCH_PX, PATCH_PX)), corner)
                for rank, corner in enumerate(self.corners, start=1)
            ),
            window_location=self.window_location,
            best_center=self.best_center,
        )


def fuse(
    saliency_global: NDArray[np.float32],
    saliency_patches: NDArray[np.float32],
    corners: tuple[tuple[int, int], ...],
) -> NDArray[np.float32]:
    """The fused map (spec 8) on cells of 4 × 4 model pixels, which hold it without loss.

    Patch cells are 4 pixels wide, global cells 16, and corners are multiples of 16. Later
    patches overwrite earlier ones.

    Returns
    -------
    ndarray, shape (2, 736, 480), float32, 0 … 1.
    """
    classes = saliency_global.shape[0]
    shape = (classes, WINDOW_ROWS // LOCAL_CELL_PX, WINDOW_COLUMNS // LOCAL_CELL_PX)
    canvas = np.zeros(shape, dtype=np.float32)
    for patch, (row, column) in zip(saliency_patches, corners, strict=True):
        top, left = row // LOCAL_CELL_PX, column // LOCAL_CELL_PX
        canvas[:, top : top + patch.shape[1], left : left + patch.shape[2]] = patch
    canvas += saliency_global.repeat(_CELLS_PER_CELL, axis=1).repeat(_CELLS_PER_CELL, axis=2)
    canvas /= 2
    return canvas


def _frozen(array: NDArray[np.float32]) -> NDArray[np.float32]:
    return read_only(array)  # type: ignore[return-value] # read_only keeps the dtype
