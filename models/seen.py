"""What a network saw: its very input, and where each of its pixels lies in the stored image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import View
from models.geometry import Affine, resample_nearest

# Squares along the shorter side of an input, so that each is told from its neighbours at a glance.
_SQUARES = 16
LIGHT, DARK = 2, 1


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInput:
    """One input of one network, as the network is given it.

    Attributes
    ----------
    name : which of a model's inputs: `window`, `patch 1`, `tiles`.
    view : of the image that it was cut from.
    values : ndarray, shape (h, w), float32: one channel, others being equal to it; read-only.
    to_source : map from its pixels to those of the stored image; invertible.
    source_shape : (rows, columns) of the stored image.
    note : what becomes of it before or in the network: `in tiles of 512 × 512 px`; mostly empty.
    """

    name: str
    view: View
    values: NDArray[np.float32]
    to_source: Affine
    source_shape: tuple[int, int]
    note: str = ""

    @property
    def tensor_shape(self) -> tuple[int, int, int, int]:
        """(images, channels, h, w) as PyTorch counts."""
        height, width = self.values.shape
        return (1, 1, height, width)

    def checkerboard(self) -> NDArray[np.uint8]:
        """Squares of the input frame, brought back over the stored image.

        The first square, at the input's upper left corner, is light. Where the network's input
        is mirrored, turned or scaled against the stored image, so are the squares.

        Returns
        -------
        ndarray, shape (rows, columns) of the stored image, uint8: LIGHT, DARK, and 0 where the
        network saw nothing.
        """
        height, width = self.values.shape
        side = max(1, min(height, width) // _SQUARES)
        rows, columns = np.arange(height) // side, np.arange(width) // side
        squares = np.where((rows[:, None] + columns) % 2 == 0, LIGHT, DARK).astype(np.uint8)
        return resample_nearest(squares, self.to_source, self.source_shape)

    def in_source(self) -> NDArray[np.float32]:
        """The input itself on every stored pixel, float32; 0 where the network saw nothing."""
        return resample_nearest(self.values, self.to_source, self.source_shape)
