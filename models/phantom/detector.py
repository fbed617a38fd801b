"""From what the X-rays met to the 12-bit picture of a detector."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from models.phantom.lesions import Speck
from models.phantom.noise import Image, enlarged
from models.phantom.tissue import TISSUE_MM

PIXEL_SPACING_MM = 0.07
FACTOR = round(TISSUE_MM / PIXEL_SPACING_MM)
_BLACK, _SCALE, _WHITE = 90, 3900, 4095
_NOISE = 0.011
# The skin begins where the smoothed distance to it exceeds this.
_SKIN_MM = 0.1


def expose(
    rng: np.random.Generator,
    density: Image,
    depth_mm: Image,
    specks: Iterable[Speck],
) -> NDArray[np.uint16]:
    """Twice the tissue's grid, with calcifications, noise and 12 bits; air is exactly 0.

    Parameters
    ----------
    density, depth_mm : shape (rows, columns), of a `Tissue` or a part of one, in whose corner the
        millimetres of `specks` begin.

    Returns
    -------
    ndarray, shape (2 · rows, 2 · columns), uint16, 0 … 4095.
    """
    shape = (density.shape[0] * FACTOR, density.shape[1] * FACTOR)
    image = enlarged(density, FACTOR, shape).astype(np.float32)
    for speck in specks:
        _add(image, speck)
    white = rng.standard_normal(shape, dtype=np.float32)
    # Light spreads to neighbouring pixels, so their noise is not independent.
    soft = white + 0.6 * (np.roll(white, 1, 0) + np.roll(white, 1, 1))
    image += np.float32(_NOISE) * soft * np.sqrt(np.clip(image, 0.05, 1) + np.float32(0.25))
    pixels = np.clip(np.rint(_BLACK + _SCALE * image), 1, _WHITE).astype(np.uint16)
    pixels[enlarged(depth_mm, FACTOR, shape) <= _SKIN_MM] = 0
    return pixels


def covered(specks: Iterable[Speck], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Where calcifications lie on the detector, a mask of `shape` facing right, bool."""
    mask = np.zeros(shape, dtype=np.bool_)
    for speck in specks:
        rows, columns, distance = _distance(speck, shape)
        mask[rows, columns] |= distance <= 1
    return mask


def _add(image: NDArray[np.float32], speck: Speck) -> None:
    rows, columns, distance = _distance(speck, image.shape)
    body = np.clip((1.25 - distance) * 2, 0, 1)
    if speck.hollow:
        body *= 1 - 0.55 * np.clip(1.1 - 1.6 * distance, 0, 1)
    image[rows, columns] += (speck.brightness * body).astype(np.float32)


def _distance(speck: Speck, shape: tuple[int, ...]) -> tuple[slice, slice, NDArray[np.float64]]:
    """The rows and columns around a calcification, and how far from its middle they are.

    1 is its edge, whatever the direction.
    """
    row = speck.row_mm / PIXEL_SPACING_MM - 0.5
    column = speck.column_mm / PIXEL_SPACING_MM - 0.5
    reach = int(np.ceil(speck.radii_mm[0] / PIXEL_SPACING_MM)) + 3
    rows = slice(max(0, int(row) - reach), max(0, min(shape[0], int(row) + reach + 2)))
    columns = slice(max(0, int(column) - reach), max(0, min(shape[1], int(column) + reach + 2)))
    down = np.arange(rows.start, rows.stop)[:, None] - row
    right = np.arange(columns.start, columns.stop) - column
    sine, cosine = np.sin(speck.angle), np.cos(speck.angle)
    length, width = (radius / PIXEL_SPACING_MM for radius in speck.radii_mm)
    distance: NDArray[np.float64] = np.hypot(
        (down * sine + right * cosine) / length, (down * cosine - right * sine) / width
    )
    return rows, columns, distance
