"""Grey-scale: every VOI function of PS3.3 C.11.2 compiled into one table over stored values.

The table is what the paint path looks up, so a sigmoid or a VOI LUT costs exactly what a linear
window costs. Output is P-values for a GSDF display (PS3.14): no gamma is added.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.grayscale import Grayscale, LookupTable, VoiFunction, VoiWindow

Voi: TypeAlias = VoiWindow | LookupTable

WHITE = 255
ENTRIES = 1 << 16

_AUTO_SAMPLES = 40_000
_AUTO_PERCENTILES = (1.0, 99.7)
_AIR_SHARE = 0.02
_AIR_SPREAD = 0.06


def choices(grayscale: Grayscale) -> tuple[tuple[str, Voi], ...]:
    """The file's usable windows and tables in file order, each under a name of its own.

    Names are the explanations (0028,1055) and (0028,3003); a silent file gets numbers.
    """
    named: dict[str, Voi] = {}
    windows = [window for window in grayscale.windows if _is_usable(window)]
    for number, window in enumerate(windows, 1):
        extent = f"{window.center:g}/{window.width:g}"
        name = window.explanation or f"Window {number} ({extent})"
        named[_distinct(name, extent, named)] = window
    for number, table in enumerate(grayscale.luts, 1):
        named[_distinct(table.explanation or f"Table {number}", "table", named)] = table
    return tuple(named.items())


def start_voi(grayscale: Grayscale, pixels: NDArray[Any]) -> Voi:
    """What an image is first shown with: its first window, else first table, else measured."""
    for _, voi in choices(grayscale):
        return voi
    return auto_window(grayscale, pixels)


def auto_window(grayscale: Grayscale, pixels: NDArray[Any]) -> VoiWindow:
    """A linear window from robust percentiles of the tissue, padding and air left out.

    Parameters
    ----------
    pixels : ndarray, shape (rows, columns), uint16 or int16, stored values.

    Returns
    -------
    VoiWindow in modality values; about 40 000 pixels are looked at whatever the image size.
    """
    stored = _sampled(pixels)
    if grayscale.padding is not None:
        low, high = grayscale.padding
        stored = stored[(stored < low) | (stored > high)]
    air = measured_air(grayscale, pixels)
    if air is not None:
        stored = stored[stored != air]
    values = _modality(grayscale, stored)
    if values.size and air is None and grayscale.padding is None:
        values = _without_noisy_air(values, grayscale.dark_is_high)
    if values.size == 0:
        low_value, high_value = modality_range(grayscale)
    else:
        low_value, high_value = (round(v) for v in np.percentile(values, _AUTO_PERCENTILES))
    return _linear_over(low_value, max(high_value, low_value + 1.0))


def measured_air(grayscale: Grayscale, pixels: NDArray[Any]) -> int | None:
    """The one stored value that fills the background, or None when air is not flat.

    Many files carry no Pixel Padding Value although their air was set to the darkest value.
    """
    stored = _sampled(pixels)
    if stored.size == 0:
        return None
    darkest = int(stored.max() if grayscale.dark_is_high else stored.min())
    return darkest if np.count_nonzero(stored == darkest) > _AIR_SHARE * stored.size else None


def compile_table(
    grayscale: Grayscale, voi: Voi, *, inverted: bool = False, air: int | None = None
) -> NDArray[np.uint8]:
    """Stored value → grey: modality LUT, then VOI LUT, then presentation and inversion.

    Parameters
    ----------
    inverted : the reader asked for the negative.
    air : stored value of flat background (`measured_air`), kept black like padding.

    Returns
    -------
    ndarray, shape (65536,), uint8, read-only, 0 black … 255 white, indexed by
        `pixels.view(uint16)`; values beyond the bits stored take the nearest one's grey.
        Padding and air are 0 under every window and under inversion.
    """
    return _compiled(grayscale, voi, inverted, air)


@lru_cache(maxsize=8)
def _compiled(
    grayscale: Grayscale, voi: Voi, inverted: bool, air: int | None
) -> NDArray[np.uint8]:
    """`compile_table`; linked panes of one exam usually share a single table."""
    low, high = grayscale.stored_range
    stored = np.arange(low, high + 1)
    shown = _voi(voi, _modality(grayscale, stored))
    if grayscale.bright_is_low != inverted:
        shown = 1.0 - shown
    grey = np.rint(shown * WHITE).astype(np.uint8)
    if grayscale.padding is not None:
        grey[(stored >= grayscale.padding[0]) & (stored <= grayscale.padding[1])] = 0
    if air is not None:
        grey[stored == air] = 0
    lowest = -ENTRIES // 2 if grayscale.signed else 0
    by_value = np.pad(grey, (low - lowest, lowest + ENTRIES - 1 - high), mode="edge")
    table = np.roll(by_value, lowest)
    table.flags.writeable = False
    return table


def as_window(voi: Voi) -> VoiWindow:
    """Where adjusting starts: a window itself, or the linear window closest to a table.

    A table is matched where it rises from a quarter to three quarters of its output, so that
    the mid-greys keep their contrast when the reader starts to drag; a linear table gives its
    whole input range.
    """
    if isinstance(voi, VoiWindow):
        return voi
    entries = voi.data.astype(np.float64)
    low, high = float(entries.min()), float(entries.max())
    quarter = int(np.argmax(entries >= low + 0.25 * (high - low)))
    three_quarters = int(np.argmax(entries >= low + 0.75 * (high - low)))
    half_width = three_quarters - quarter
    if half_width <= 0:
        return _linear_over(voi.first_value, voi.first_value + entries.size - 1)
    middle = voi.first_value + (quarter + three_quarters) / 2.0
    return _linear_over(middle - half_width, middle + half_width)


def adjusted(voi: Voi, grayscale: Grayscale, shift: float, factor: float) -> VoiWindow:
    """The window a reader dragged to, in relative terms so that linked images change alike.

    A window keeps its function (a sigmoid stays a sigmoid); a table becomes a linear window
    over the values that go into the table, see `as_window` for where it starts.

    Parameters
    ----------
    shift : how far the centre moves, in widths of the window.
    factor : what the width is multiplied by.

    Returns
    -------
    VoiWindow, kept within reach of what the image can hold.
    """
    start = as_window(voi)
    low, high = modality_range(grayscale)
    span = max(high - low, 1.0)
    center, width = start.center + shift * start.width, start.width * factor
    return replace(
        start,
        center=min(max(center, low - span / 2), high + span / 2),
        width=min(max(width, 1.0), 2.0 * span),
        explanation="",
    )


def modality_range(grayscale: Grayscale) -> tuple[float, float]:
    """(lowest, highest) value that can leave the modality LUT."""
    if grayscale.modality_lut is not None:
        data = grayscale.modality_lut.data
        return float(data.min()), float(data.max())
    low, high = sorted(
        value * grayscale.rescale_slope + grayscale.rescale_intercept
        for value in grayscale.stored_range
    )
    return low, high


def _is_usable(window: VoiWindow) -> bool:
    """Whether a file's window is one that PS3.3 C.11.2.1.2 allows."""
    narrowest = 1.0 if window.function is VoiFunction.LINEAR else np.finfo(np.float32).tiny
    return bool(np.isfinite(window.center) and narrowest <= window.width < np.inf)


def _distinct(name: str, detail: str, taken: dict[str, Voi]) -> str:
    if name in taken:
        name = f"{name} ({detail})"
    number, candidate = 2, name
    while candidate in taken:
        candidate = f"{name} {number}"
        number += 1
    return candidate


def _modality(grayscale: Grayscale, stored: NDArray[Any]) -> NDArray[np.float64]:
    """Modality values of stored values, PS3.3 C.11.1."""
    if grayscale.modality_lut is not None:
        return _looked_up(grayscale.modality_lut, stored.astype(np.float64))
    return stored * grayscale.rescale_slope + grayscale.rescale_intercept


def _looked_up(table: LookupTable, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entries of a table; values before the first or after the last take those (C.11.1.1.1)."""
    index = np.rint(values).astype(np.int64) - table.first_value
    entries: NDArray[np.float64] = table.data[np.clip(index, 0, table.data.size - 1)].astype(
        np.float64
    )
    return entries


def _voi(voi: Voi, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Modality values → 0 … 1, PS3.3 C.11.2."""
    if isinstance(voi, LookupTable):
        return np.clip(_looked_up(voi, values) / ((1 << voi.bits) - 1), 0.0, 1.0)
    center, width = voi.center, voi.width
    if voi.function is VoiFunction.SIGMOID:
        # C.11.2.1.3: 1 / (1 + exp(−4 (x − c) / w)), as the tanh that cannot overflow.
        return np.asarray(0.5 + 0.5 * np.tanh(2.0 * (values - center) / width))
    if voi.function is VoiFunction.LINEAR:
        # C.11.2.1.2.1: centred on c − 0.5 and one less wide.
        center, width = center - 0.5, width - 1.0
    if width <= 0.0:
        return (values > center).astype(np.float64)
    return np.clip((values - center) / width + 0.5, 0.0, 1.0)


def _linear_over(low: float, high: float) -> VoiWindow:
    """The LINEAR window that is black at `low` and white at `high`."""
    return VoiWindow((low + high + 1.0) / 2.0, high - low + 1.0)


def _sampled(pixels: NDArray[Any]) -> NDArray[Any]:
    step = max(1, int(np.sqrt(pixels.size / _AUTO_SAMPLES)))
    return pixels[::step, ::step].ravel()


def _without_noisy_air(values: NDArray[np.float64], dark_is_high: bool) -> NDArray[np.float64]:
    """Drop the darker class of Otsu's split where it is as narrow as only air is."""
    low, high = (float(v) for v in np.percentile(values, (0.1, 99.9)))
    if high <= low:
        return values
    counts, edges = np.histogram(values, bins=256, range=(low, high))
    centers = (edges[:-1] + edges[1:]) / 2.0
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    first = np.cumsum(counts * centers)
    split = below * above > 0
    gap = np.zeros(below.shape)
    gap[split] = (first[:-1] / np.maximum(below, 1))[split] - (
        (first[-1] - first[:-1]) / np.maximum(above, 1)
    )[split]
    threshold = edges[1 + int(np.argmax(below * above * gap**2))]
    is_dark = values > threshold if dark_is_high else values < threshold
    dark = values[is_dark]
    if dark.size == 0 or dark.std() > _AIR_SPREAD * (high - low):
        return values
    return np.asarray(values[~is_dark])
