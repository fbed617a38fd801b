"""Grey-scale: every VOI function of PS3.3 C.11.2 compiled into one table over stored values.

The table is what the paint path looks up, so a sigmoid or a VOI LUT costs exactly what a linear
window costs. Output is P-values for a GSDF display (PS3.14): no gamma is added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.grayscale import Grayscale, LookupTable, VoiFunction, VoiWindow
from viewer.display.background import measured_air, otsu_split


@dataclass(frozen=True, slots=True)
class WindowedTable:
    """A table followed by a window over its output: what dragging makes of a table.

    The window counts in the table's output, 0 … 2**bits − 1, so that the vendor's curve stays.
    """

    table: LookupTable
    window: VoiWindow

    @classmethod
    def whole(cls, table: LookupTable) -> WindowedTable:
        """A table and the window that leaves its output as it is (PS3.3 C.11.2.1.3.2)."""
        highest = _highest_output(table)
        return cls(table, VoiWindow(highest / 2.0, highest, VoiFunction.LINEAR_EXACT))


Voi: TypeAlias = VoiWindow | LookupTable | WindowedTable

WHITE = 255
ENTRIES = 1 << 16

_AUTO_SAMPLES = 40_000
_AUTO_PERCENTILES = (1.0, 99.7)
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
    """What an image is first shown with: its first table, else first window, else measured.

    PS3.3 C.11.2.1 lets one or the other be applied; beside a table, windows are mostly an
    approximation of it for programs that know no tables.
    """
    for _, voi in sorted(choices(grayscale), key=lambda choice: isinstance(choice[1], VoiWindow)):
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
        stored = stored[(stored < air) if grayscale.dark_is_high else (stored > air)]
    values = modality_values(grayscale, stored)
    if values.size and air is None and grayscale.padding is None:
        values = _without_noisy_air(values, grayscale.dark_is_high)
    if values.size == 0:
        low_value, high_value = grayscale.modality_range
    else:
        low_value, high_value = (round(v) for v in np.percentile(values, _AUTO_PERCENTILES))
    return _linear_over(low_value, max(high_value, low_value + 1.0))


def compile_table(
    grayscale: Grayscale,
    voi: Voi,
    *,
    inverted: bool = False,
    air: int | None = None,
    gamma: float = 1.0,
) -> NDArray[np.uint8]:
    """Stored value → grey: modality LUT, VOI LUT, presentation and inversion, then gamma.

    Parameters
    ----------
    inverted : the reader asked for the negative.
    air : the brightest stored value of air (`measured_air`); it and whatever is darker is kept
        black like padding.
    gamma : more than 1 lifts the dark greys; anything but 1 departs from the vendor's look.

    Returns
    -------
    ndarray, shape (65536,), uint8, read-only, 0 black … 255 white, indexed by
        `pixels.view(uint16)`; values beyond the bits stored take the nearest one's grey.
        Padding and air are 0 under every window, gamma and under inversion.
    """
    return _compiled(grayscale, voi, inverted, air, gamma)


@lru_cache(maxsize=8)
def _compiled(
    grayscale: Grayscale, voi: Voi, inverted: bool, air: int | None, gamma: float
) -> NDArray[np.uint8]:
    """`compile_table`; linked panes of one exam usually share a single table."""
    stored = _every_stored(grayscale)
    shown = _voi(voi, modality_values(grayscale, stored))
    if grayscale.bright_is_low != inverted:
        shown = 1.0 - shown
    if gamma != 1.0:
        shown = shown ** (1.0 / gamma)
    grey = np.rint(shown * WHITE).astype(np.uint8)
    grey[_background(grayscale, stored, air)] = 0
    return _by_word(grayscale, grey)


@lru_cache(maxsize=8)
def background_table(grayscale: Grayscale, air: int | None) -> NDArray[np.uint8]:
    """Which stored values are padding or air: 255, or 0 for tissue.

    Returns
    -------
    ndarray, shape (65536,), uint8, read-only, indexed as `compile_table`'s.
    """
    background = _background(grayscale, _every_stored(grayscale), air)
    return _by_word(grayscale, background.astype(np.uint8) * WHITE)


def _every_stored(grayscale: Grayscale) -> NDArray[np.int64]:
    low, high = grayscale.stored_range
    return np.arange(low, high + 1)


def _background(
    grayscale: Grayscale, stored: NDArray[np.int64], air: int | None
) -> NDArray[np.bool_]:
    background = np.zeros(stored.shape, dtype=np.bool_)
    if grayscale.padding is not None:
        background |= (stored >= grayscale.padding[0]) & (stored <= grayscale.padding[1])
    if air is not None:
        background |= (stored >= air) if grayscale.dark_is_high else (stored <= air)
    return background


def _by_word(grayscale: Grayscale, of_stored: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """From one entry a stored value to one a 16-bit word, the outermost entries repeated."""
    low, high = grayscale.stored_range
    lowest = -ENTRIES // 2 if grayscale.signed else 0
    by_value = np.pad(of_stored, (low - lowest, lowest + ENTRIES - 1 - high), mode="edge")
    table = np.roll(by_value, lowest)
    table.flags.writeable = False
    return table


def adjusted(
    voi: Voi, grayscale: Grayscale, shift: float, factor: float, name: str = ""
) -> VoiWindow | WindowedTable:
    """What a reader dragged to, in relative terms so that linked images change alike.

    A window keeps its function (a sigmoid stays a sigmoid). A table stays too: from then on a
    window over what comes out of it changes, which starts as no change at all.

    Parameters
    ----------
    shift : how far the centre moves, in widths of the window.
    factor : what the width is multiplied by.
    name : of the result, its `explanation`.

    Returns
    -------
    VoiWindow or WindowedTable, kept within reach of what the image, or the table, can hold.
    """
    if isinstance(voi, LookupTable):
        voi = WindowedTable.whole(voi)
    if isinstance(voi, WindowedTable):
        reach = (0.0, _highest_output(voi.table))
        return replace(voi, window=_moved(voi.window, reach, shift, factor, name))
    return _moved(voi, grayscale.modality_range, shift, factor, name)


def brightened(
    voi: Voi,
    grayscale: Grayscale,
    brighter: float,
    wider: float,
    name: str = "",
    *,
    inverted: bool = False,
) -> VoiWindow | WindowedTable:
    """`adjusted` as the eye sees it, whichever end of the values is shown bright.

    Parameters
    ----------
    brighter : how far the window moves towards what is shown dark, in widths of the window.
    wider : how often the width doubles.
    inverted : the reader looks at the negative.
    """
    shift = brighter if grayscale.bright_is_low != inverted else -brighter
    return adjusted(voi, grayscale, shift, 2.0**wider, name)


def _moved(
    window: VoiWindow, reach: tuple[float, float], shift: float, factor: float, name: str
) -> VoiWindow:
    low, high = reach
    span = max(high - low, 1.0)
    center, width = window.center + shift * window.width, window.width * factor
    return replace(
        window,
        center=min(max(center, low - span / 2), high + span / 2),
        width=min(max(width, 1.0), 2.0 * span),
        explanation=name,
    )


def _highest_output(table: LookupTable) -> float:
    return float((1 << table.bits) - 1)


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


def modality_values(grayscale: Grayscale, stored: NDArray[Any]) -> NDArray[np.float64]:
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
    if isinstance(voi, WindowedTable):
        return _voi(voi.window, _looked_up(voi.table, values))
    if isinstance(voi, LookupTable):
        return np.clip(_looked_up(voi, values) / _highest_output(voi), 0.0, 1.0)
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
    split = otsu_split(values)
    if split is None:
        return values
    threshold = split[0]
    is_dark = values > threshold if dark_is_high else values < threshold
    low, high = (float(v) for v in np.percentile(values, (0.1, 99.9)))
    dark = values[is_dark]
    if dark.size == 0 or dark.std() > _AIR_SPREAD * (high - low):
        return values
    return np.asarray(values[~is_dark])
