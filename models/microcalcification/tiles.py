"""Tiles of 256 × 256 pixels: cut from an image, and put together to a map again.

As published they lie side by side, so that a network sees nothing across their borders. With
`SEAMLESS_STEP_PX` they overlap and each pixel is a mean that favours the tile in whose middle it
lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TILE_PX = 256
SEAMLESS_STEP_PX = 192


@dataclass(frozen=True, slots=True)
class Tiling:
    """Where the tiles of an image of `shape` = (rows, columns) lie, `step` pixels apart."""

    shape: tuple[int, int]
    step: int = TILE_PX

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of tiles."""
        rows, columns = (1 + max(0, -(-(extent - TILE_PX) // self.step)) for extent in self.shape)
        return rows, columns

    @property
    def padded_shape(self) -> tuple[int, int]:
        """Of the image with zeros below and on the right, which the tiles cover."""
        rows, columns = (TILE_PX + (count - 1) * self.step for count in self.grid)
        return rows, columns

    def padded(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The image in the upper left of one that the tiles cover."""
        whole = np.zeros(self.padded_shape, dtype=np.uint8)
        whole[: image.shape[0], : image.shape[1]] = image
        return whole

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Tiles row by row, shape (n, 256, 256), uint8."""
        whole = self.padded(image)
        return np.stack([whole[rows, columns] for rows, columns in self._places()])

    def joined(self, tiles: NDArray[np.float32]) -> NDArray[np.float32]:
        """Maps of the tiles, shape (n, 256, 256) → of the image, shape (rows, columns), float32.

        What lies on the padding is left out.
        """
        window = _window(TILE_PX - self.step)
        total = np.zeros(self.padded_shape, dtype=np.float32)
        weight = np.zeros(self.padded_shape, dtype=np.float32)
        for tile, (rows, columns) in zip(tiles, self._places(), strict=True):
            total[rows, columns] += tile * window
            weight[rows, columns] += window
        return (total / weight)[: self.shape[0], : self.shape[1]]

    def _places(self) -> Iterator[tuple[slice, slice]]:
        rows, columns = self.grid
        for row in range(0, rows * self.step, self.step):
            for column in range(0, columns * self.step, self.step):
                yield slice(row, row + TILE_PX), slice(column, column + TILE_PX)


def _window(overlap: int) -> NDArray[np.float32]:
    """Weights of a tile's pixels: 1, falling to nearly 0 over what it shares with its neighbour.

    The weights of two neighbours add up to 1.
    """
    from_edge = np.minimum(np.arange(TILE_PX), np.arange(TILE_PX)[::-1]) + 0.5
    ramp = np.minimum(1.0, from_edge / max(overlap, 0.5)).astype(np.float32)
    window: NDArray[np.float32] = np.outer(ramp, ramp)
    return window
