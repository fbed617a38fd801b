"""What is said of a network's input: shape, values, and the map to stored pixels."""

from __future__ import annotations

import numpy as np

from models.geometry import Affine
from models.seen import NetworkInput

Fact = tuple[str, str]


def facts(seen: NetworkInput, spacing_mm: tuple[float, float] | None) -> tuple[Fact, ...]:
    """Name and words of each fact.

    Parameters
    ----------
    spacing_mm : (row, column) of a stored pixel, or None.
    """
    values = seen.values
    low, high = float(values.min()), float(values.max())
    mean = values.mean(dtype=np.float64)
    shape = " × ".join(map(str, seen.tensor_shape))
    lowest, highest = (float((values == edge).mean()) for edge in (low, high))
    told = [
        ("Input", f"{seen.name}, {shape}, {values.dtype}"),
        ("Values", f"{_number(low)} to {_number(high)}, mean {_number(float(mean))}"),
        ("Extremes", f"{lowest:.2%} of it is the lowest value, {highest:.2%} the highest"),
        ("Map", map_words(seen.to_source)),
        ("That is", f"{lie_words(seen.to_source)}; {size_words(seen.to_source, spacing_mm)}"),
    ]
    if seen.note:
        told.insert(1, ("Given", seen.note))
    return tuple(told)


def map_words(to_source: Affine) -> str:
    """The map from (row, column) of the input to stored pixels, as two equations."""
    lines = (
        ("row", to_source.rr, to_source.rc, to_source.r0),
        ("column", to_source.cr, to_source.cc, to_source.c0),
    )
    return "\n".join(
        f"stored {name} = " + (_sum((by_row, "row"), (by_column, "column"), (shift, "")) or "0")
        for name, by_row, by_column, shift in lines
    )


def lie_words(to_source: Affine) -> str:
    """How the input lies against the stored image."""
    exchanged = to_source.rr == 0.0
    row, column = (to_source.rc, to_source.cr) if exchanged else (to_source.rr, to_source.cc)
    flips = {
        (False, False): "",
        (False, True): "mirrored left to right",
        (True, False): "mirrored top to bottom",
        (True, True): "turned by 180°",
    }[row < 0, column < 0]
    told = filter(None, ("rows and columns exchanged" if exchanged else "", flips))
    return ", then ".join(told) or "lies as stored"


def size_words(to_source: Affine, spacing_mm: tuple[float, float] | None) -> str:
    """What one pixel of the input covers of the stored image."""
    exchanged = to_source.rr == 0.0
    rows = abs(to_source.rc if exchanged else to_source.rr)
    columns = abs(to_source.cr if exchanged else to_source.cc)
    words = f"one pixel covers {rows:.4g} × {columns:.4g} stored pixels"
    if spacing_mm is None:
        return words
    return f"{words}, {rows * spacing_mm[0]:.3g} × {columns * spacing_mm[1]:.3g} mm"


def _number(value: float) -> str:
    """Four decimals at most, with a minus that can be seen."""
    return f"{round(value, 4) + 0.0:g}".replace("-", "−")


def _sum(*terms: tuple[float, str]) -> str:
    """`2 · row − 1.5`; terms that are 0 are left out."""
    words = ""
    for factor, name in terms:
        if factor == 0.0:
            continue
        size = f"{abs(factor):.6g}"
        term = name if name and size == "1" else " · ".join(filter(None, (size, name)))
        sign = "−" if factor < 0 else "+"
        words += f" {sign} {term}" if words else (f"−{term}" if factor < 0 else term)
    return words
