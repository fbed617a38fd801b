"""The invertible maps between stored, hung and model-frame pixels.

Continuous coordinates are (row, column) with pixel (i, j) covering [i, i + 1) × [j, j + 1), so
that a mirrored image of width w sends column c to w − c and no half pixel is ever lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle in pixels: upper-left (row, column), height and width."""

    row: int
    column: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Affine:
    """row' = rr·row + rc·column + r0, column' = cr·row + cc·column + c0, continuous pixels."""

    rr: float = 1.0
    rc: float = 0.0
    r0: float = 0.0
    cr: float = 0.0
    cc: float = 1.0
    c0: float = 0.0

    def then(self, after: Affine) -> Affine:
        """The map that applies `self` first and `after` second."""
        return Affine(
            rr=after.rr * self.rr + after.rc * self.cr,
            rc=after.rr * self.rc + after.rc * self.cc,
            r0=after.rr * self.r0 + after.rc * self.c0 + after.r0,
            cr=after.cr * self.rr + after.cc * self.cr,
            cc=after.cr * self.rc + after.cc * self.cc,
            c0=after.cr * self.r0 + after.cc * self.c0 + after.c0,
        )

    def inverse(self) -> Affine:
        """The map back; raises ValueError when the map collapses the plane."""
        det = self.rr * self.cc - self.rc * self.cr
        if det == 0.0:
            raise ValueError("a singular map has no inverse")
        rr, rc, cr, cc = self.cc / det, -self.rc / det, -self.cr / det, self.rr / det
        return Affine(
            rr=rr,
            rc=rc,
            r0=-(rr * self.r0 + rc * self.c0),
            cr=cr,
            cc=cc,
            c0=-(cr * self.r0 + cc * self.c0),
        )

    def point(self, row: float, column: float) -> tuple[float, float]:
        """Map one continuous point."""
        return (
            self.rr * row + self.rc * column + self.r0,
            self.cr * row + self.cc * column + self.c0,
        )

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map continuous points, shape (n, 2), float64."""
        linear = np.array([[self.rr, self.rc], [self.cr, self.cc]])
        mapped: NDArray[np.float64] = points @ linear.T + np.array([self.r0, self.c0])
        return mapped

    def box(self, box: Box) -> Box:
        """Map a rectangle by its corners, rounded to whole pixels (the map keeps axes)."""
        r0, c0 = self.point(box.row, box.column)
        r1, c1 = self.point(box.row + box.height, box.column + box.width)
        top, bottom = sorted((round(r0), round(r1)))
        left, right = sorted((round(c0), round(c1)))
        return Box(top, left, bottom - top, right - left)

    @classmethod
    def scaling(cls, rows: float, columns: float) -> Affine:
        """Magnification about the origin: cell coordinates to pixel coordinates."""
        return cls(rr=rows, cc=columns)

    @classmethod
    def shift(cls, rows: float, columns: float) -> Affine:
        """Translation."""
        return cls(r0=rows, c0=columns)


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight ways to lay an image: transpose first, then mirror rows and columns."""

    transpose: bool = False
    flip_rows: bool = False
    flip_columns: bool = False

    def apply(self, image: NDArray[T]) -> NDArray[T]:
        """Lay an image (or a stack; the last two axes count). A view, not a copy."""
        laid = np.swapaxes(image, -1, -2) if self.transpose else image
        if self.flip_rows:
            laid = laid[..., ::-1, :]
        return laid[..., ::-1] if self.flip_columns else laid

    def shape(self, shape: tuple[int, int]) -> tuple[int, int]:
        """(rows, columns) after laying an image of `shape`."""
        return (shape[1], shape[0]) if self.transpose else shape

    def affine(self, shape: tuple[int, int]) -> Affine:
        """The map from an image of `shape` = (rows, columns) to the laid image."""
        laid = Affine(rr=0.0, rc=1.0, cr=1.0, cc=0.0) if self.transpose else Affine()
        rows, columns = self.shape(shape)
        if self.flip_rows:
            laid = laid.then(Affine(rr=-1.0, r0=float(rows)))
        if self.flip_columns:
            laid = laid.then(Affine(cc=-1.0, c0=float(columns)))
        return laid

    def inverse(self) -> Orientation:
        """The orientation that lays the image back."""
        if self.transpose:
            return Orientation(True, self.flip_columns, self.flip_rows)
        return self

    def then(self, after: Orientation) -> Orientation:
        """The orientation that lays by `self` first and by `after` second."""
        rows, columns = self.flip_rows, self.flip_columns
        if after.transpose:
            rows, columns = columns, rows
        return Orientation(
            self.transpose != after.transpose,
            rows != after.flip_rows,
            columns != after.flip_columns,
        )


AS_STORED = Orientation()


def resample_nearest(
    grid: NDArray[T], grid_to_image: Affine, shape: tuple[int, int]
) -> NDArray[T]:
    """Paint a grid of cells onto an image of `shape`, each pixel taking the cell at its centre.

    Parameters
    ----------
    grid : ndarray, shape (..., h, w)
    grid_to_image : map from cell coordinates to image pixels; must keep axes.
    shape : (rows, columns) of the image.

    Returns
    -------
    ndarray, shape (..., rows, columns); zero outside the grid.
    """
    back = grid_to_image.inverse()
    if back.rr == 0.0:  # the axes are exchanged
        grid = np.swapaxes(grid, -1, -2)
        back = back.then(Affine(rr=0.0, rc=1.0, cr=1.0, cc=0.0))
    rows = np.floor(back.rr * (np.arange(shape[0]) + 0.5) + back.r0).astype(np.intp)
    columns = np.floor(back.cc * (np.arange(shape[1]) + 0.5) + back.c0).astype(np.intp)
    rows_in = np.flatnonzero((rows >= 0) & (rows < grid.shape[-2]))
    columns_in = np.flatnonzero((columns >= 0) & (columns < grid.shape[-1]))
    image = np.zeros((*grid.shape[:-2], *shape), dtype=grid.dtype)
    if rows_in.size and columns_in.size:
        r0, r1 = rows_in[0], rows_in[-1] + 1
        c0, c1 = columns_in[0], columns_in[-1] + 1
        image[..., r0:r1, c0:c1] = grid[..., rows[r0:r1, None], columns[None, c0:c1]]
    return image
