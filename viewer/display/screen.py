"""How wide the pixels of a screen are, from what the reader measured on it."""

from __future__ import annotations

import math

LINE_MM = 100.0
MM_PER_INCH = 25.4
NARROWEST_MM, WIDEST_MM = 0.03, 1.0


def pixel_mm_of_line(length_px: float) -> float:
    """Width of a device pixel where so many are `LINE_MM` long, as far as screens go."""
    return _possible(LINE_MM / max(length_px, 1.0))


def pixel_mm_of_diagonal(inches: float, size_px: tuple[int, int]) -> float:
    """Width of a device pixel of a screen of `size_px` with a diagonal, as far as screens go."""
    return _possible(inches * MM_PER_INCH / math.hypot(*size_px))


def diagonal_inches(pixel_mm: float, size_px: tuple[int, int]) -> float:
    """Diagonal of a screen of `size_px` whose pixels are so wide."""
    return pixel_mm * math.hypot(*size_px) / MM_PER_INCH


def is_possible(pixel_mm: float) -> bool:
    """Whether any screen has pixels so wide; NaN is not."""
    return NARROWEST_MM <= pixel_mm <= WIDEST_MM


def _possible(pixel_mm: float) -> float:
    return min(max(pixel_mm, NARROWEST_MM), WIDEST_MM)
