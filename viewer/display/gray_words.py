"""How grey scales are called wherever they are named: on panes, in panels, on exports."""

from __future__ import annotations

from models.grayscale import LookupTable, VoiWindow
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.voi import Voi, WindowedTable


def voi_words(voi: Voi) -> str:
    """The grey scale in force: `C 2653 W 900 sigmoid`, `CURVE table`, `CURVE, windowed C … W …`.

    The name of a preset or the file's explanation comes first where there is one.
    """
    if isinstance(voi, LookupTable):
        return f"{voi.explanation or 'lookup'} table"
    if isinstance(voi, WindowedTable):
        return f"{voi.table.explanation or 'lookup table'}, windowed {_extent(voi.window)}"
    return f"{_extent(voi)} {voi.function.value.lower().replace('_', ' ')}"


def _extent(window: VoiWindow) -> str:
    """Name, centre and width."""
    extent = f"C {window.center:.0f} W {window.width:.0f}"
    return f"{window.explanation} · {extent}" if window.explanation else extent


def departure_words(departures: Departures, *, awaited: bool = False) -> str:
    """`Not the vendor's look: CLAHE, gamma 1.25`, or nothing while it is the vendor's.

    Parameters
    ----------
    awaited : CLAHE is wanted but not computed yet, so what is seen is without it.
    """
    if departures == VENDOR_LOOK:
        return ""
    clahe = "CLAHE (being computed)" if awaited else "CLAHE"
    named = (
        (departures.clahe, clahe),
        (departures.sharpened, "sharpened"),
        (departures.gamma != 1.0, f"gamma {departures.gamma:.2f}"),
    )
    return f"Not the vendor's look: {', '.join(words for on, words in named if on)}"
