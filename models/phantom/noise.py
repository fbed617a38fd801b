"""Random fields with the power-law spectra of breast tissue (Burgess et al., 2001)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

Image = NDArray[np.float64]


def generator(*key: int) -> np.random.Generator:
    """A stream of its own for every key, the same on every machine."""
    return np.random.default_rng(key)


def middles(count: int, step: float, first: int = 0) -> Image:
    """Where the middles of `count` pixels of width `step` lie, the first being number `first`."""
    places: Image = (np.arange(first, first + count, dtype=np.float64) + 0.5) * step
    return places


def cloud(
    rng: np.random.Generator,
    shape: tuple[int, int],
    finest: float,
    coarsest: float,
    exponent: float = 3.0,
) -> Image:
    """Noise whose power falls with frequency to the minus `exponent`, mean 0, deviation 1.

    Parameters
    ----------
    finest, coarsest : the wavelengths, in pixels, between which there is any power.
    """
    rows, columns = (fft.next_fast_len(size, real=True) for size in shape)
    frequency = np.hypot(fft.fftfreq(rows)[:, None], fft.rfftfreq(columns))
    band = (frequency >= 1 / coarsest) & (frequency <= 1 / finest)
    spectrum = np.zeros(frequency.shape, np.complex128)
    parts = rng.standard_normal((2, int(band.sum())))
    spectrum[band] = (parts[0] + 1j * parts[1]) * frequency[band] ** (-exponent / 2)
    field = fft.irfft2(spectrum, s=(rows, columns))[: shape[0], : shape[1]]
    field -= field.mean()
    field /= field.std()
    return np.ascontiguousarray(field)


def enlarged(image: Image, factor: int, shape: tuple[int, int]) -> Image:
    """`image` drawn larger by linear interpolation between the middles of its pixels."""
    rows, columns = ((np.arange(size) + 0.5) / factor - 0.5 for size in shape)
    return _along(_along(image, rows, 0), columns, 1)


def _along(image: Image, places: Image, axis: int) -> Image:
    last = image.shape[axis] - 1
    places = np.clip(places, 0, last)
    below = np.minimum(places.astype(np.intp), last - 1)
    weight = places - below
    weight = weight[:, None] if axis == 0 else weight[None, :]
    low = np.take(image, below, axis)
    between: Image = low + weight * (np.take(image, below + 1, axis) - low)
    return between


def sampled(image: Image, rows: Image, columns: Image) -> Image:
    """`image` read at real-valued places, which wrap around its edges."""
    values: Image = ndimage.map_coordinates(
        image, np.stack([rows, columns]), order=1, mode="grid-wrap"
    )
    return values


def blurred(image: Image, sigma: float) -> Image:
    """Gaussian blur, edges repeated."""
    values: Image = ndimage.gaussian_filter(image, sigma, mode="nearest", truncate=3.0)
    return values
