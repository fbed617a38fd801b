"""A test pattern in the manner of TG18-QC (AAPM On-line Report 03), and words on the monitor.

Drawn for the very device pixels of a screen: no part of it is ever scaled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.display.text import draw_text, line_height, shortened

MIDDLE = 128
PATCHES = tuple(8 + 16 * step for step in range(16))
INSET = 4  # how far the four corners of a patch differ from it
LOW, HIGH = (0, 13), (255, 242)  # the squares of 0 with 5 %, and of 100 with 95 %
LETTERS = "QUALITY CONTROL"
LETTER_CONTRASTS = tuple(range(14, 0, -1))

_GRID = 160
_UNITS = 20  # the pattern's square is so many units wide


def pattern_pixels(height: int, width: int, words: Sequence[str] = ()) -> NDArray[np.uint8]:
    """Draw the pattern.

    Parameters
    ----------
    height, width : of the screen, device pixels.
    words : lines to be written below the pattern.

    Returns
    -------
    ndarray, shape (height, width), uint8, the driving level of each device pixel.
    """
    canvas = np.full((height, width, 3), MIDDLE, dtype=np.uint8)
    size_px = max(12, round(min(height, width) / 80))
    foot = line_height(size_px) * len(words) + (size_px if words else 0)
    side = min(height - foot, width)
    unit = max(side // _UNITS, 1)
    side = unit * _UNITS
    top, left = (height - foot - side) // 2, (width - side) // 2
    _draw_frame(canvas, unit)
    square = canvas[top : top + side, left : left + side]
    _draw_square(square, unit)
    for number, line in enumerate(words):
        y = height - foot + number * line_height(size_px)
        fitted = shortened(line, size_px, width - 2 * unit)
        draw_text(canvas, fitted, y, width / 2, size_px, _ink(235), anchor="m")
    return np.ascontiguousarray(canvas[..., 0])


def monitor_words(
    name: str, size_px: tuple[int, int], depth_bits: int, ratio: float, pitch_mm: float | None
) -> tuple[str, ...]:
    """What Fourview knows of a monitor and does with it, as lines (IHE MAMMO, rule of GSDF).

    Parameters
    ----------
    size_px : (height, width) in device pixels.
    depth_bits : bits a pixel, as the system reports them.
    ratio : device pixels per logical pixel.
    pitch_mm : width of a device pixel where the screen was measured, or None.
    """
    height, width = size_px
    pitch = "not measured" if pitch_mm is None else f"{pitch_mm:.4f} mm, as measured"
    return (
        f"{name or 'Screen'}: {width} by {height} device pixels, {ratio:g} to a logical pixel, "
        f"pixel pitch {pitch}, {depth_bits} bits a pixel as the system reports them.",
        "Fourview drives it with 8 bits of grey, one value to one device pixel, and adds no "
        "gamma: greys are P-values (DICOM PS3.14).",
        "As far as Fourview knows this monitor is not calibrated to the GSDF; a photometer "
        "would tell. Esc closes the pattern.",
    )


def _draw_frame(canvas: NDArray[np.uint8], unit: int) -> None:
    """A grid of 1-pixel lines to see geometry by, with the outermost pixels white."""
    height, width = canvas.shape[:2]
    canvas[height // 2 % unit :: unit] = _GRID
    canvas[:, width // 2 % unit :: unit] = _GRID
    canvas[[0, -1]] = canvas[:, [0, -1]] = 255


def _draw_square(square: NDArray[np.uint8], unit: int) -> None:
    _draw_patches(square, unit)
    _draw_extremes(square, unit)
    _draw_ramps(square, unit)
    _draw_bars(square, unit)
    _draw_letters(square, unit)


def _box(square: NDArray[np.uint8], unit: int, *place: float) -> NDArray[np.uint8]:
    """The part at (row, column, height, width) in units."""
    row, column, height, width = (round(value * unit) for value in place)
    return square[row : row + height, column : column + width]


def _draw_patches(square: NDArray[np.uint8], unit: int) -> None:
    """Sixteen greys in a ring, dark to bright, each with corners 4 above and 4 below it."""
    ring = (
        *((6, column) for column in range(4, 16, 2)),
        *((row, 14) for row in (8, 10)),
        *((12, column) for column in range(14, 2, -2)),
        *((row, 4) for row in (10, 8)),
    )
    for level, (row, column) in zip(PATCHES, ring, strict=True):
        _box(square, unit, row, column, 2, 2)[:] = level
        for down, across, sign in ((0, 0, 1), (0, 1.6, -1), (1.6, 0, -1), (1.6, 1.6, 1)):
            corner = _box(square, unit, row + down, column + across, 0.4, 0.4)
            corner[:] = level + sign * INSET


def _draw_extremes(square: NDArray[np.uint8], unit: int) -> None:
    """Black with 5 % in it, white with 95 % in it: both inner squares must be seen."""
    for column, (outer, inner) in ((6.5, LOW), (10.5, HIGH)):
        _box(square, unit, 8.5, column, 3, 3)[:] = outer
        _box(square, unit, 9.25, column + 0.75, 1.5, 1.5)[:] = inner


def _draw_ramps(square: NDArray[np.uint8], unit: int) -> None:
    """Linear ramps of all 256 greys: up the left side, down the right side."""
    for column, falls in ((1, True), (17, False)):
        ramp = _box(square, unit, 4, column, 12, 2)
        levels = np.arange(ramp.shape[0]) * 256 // ramp.shape[0]
        ramp[:] = (levels[::-1] if falls else levels)[:, None, None]


def _draw_bars(square: NDArray[np.uint8], unit: int) -> None:
    """Bars of 1 and 2 device pixels, both ways, at full and low contrast."""
    places = [(row, column) for row in (0.5, 16.5) for column in (0.5, 16.5)]
    for row, column in (*places, (16.5, 8.5)):
        for down, (low, high) in ((0, (0, 255)), (1.5, (MIDDLE - 6, MIDDLE + 6))):
            for across, width in ((0, 1), (0.75, 2), (1.5, -1), (2.25, -2)):
                field = _box(square, unit, row + down, column + across, 1.4, 0.7)
                length = field.shape[1] if width > 0 else field.shape[0]
                bars = np.where(np.arange(length) // abs(width) % 2, high, low)
                field[:] = bars[None, :, None] if width > 0 else bars[:, None, None]


def _draw_letters(square: NDArray[np.uint8], unit: int) -> None:
    """Words that lose contrast letter by letter, on dark, middle and bright ground."""
    size_px = max(8, round(0.62 * unit))
    for column, ground in ((4, 16), (8, MIDDLE), (12, 239)):
        field = _box(square, unit, 3.2, column, 1.2, 4)
        field[:] = ground
        step = field.shape[1] / (len(LETTERS) + 1)
        fitting = min(size_px, round(step * 1.4))
        y = (field.shape[0] - line_height(fitting)) / 2
        contrasts = iter(LETTER_CONTRASTS)
        for place, letter in enumerate(LETTERS, start=1):
            if letter != " ":
                contrast = next(contrasts)
                ink = ground - contrast if ground > MIDDLE else ground + contrast
                draw_text(field, letter, y, step * place, fitting, _ink(ink), anchor="m")


def _ink(level: int) -> str:
    return "#" + f"{level:02X}" * 3
