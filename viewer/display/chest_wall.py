"""How far a point of an image lies from the image's edge at the chest wall."""

from __future__ import annotations

from models.exam import Mammogram, Origin, View
from viewer.display.hanging import align_of, hung_from_source
from viewer.display.viewport import Align

_STATED = (Origin.ATTRIBUTES, Origin.LIST)


def distance_to_wall(mammogram: Mammogram, view: View, row: float, column: float) -> str | None:
    """From a stored point straight to the edge at the chest wall, as `43 mm`: at the detector,
    divided by the magnification factor; in pixels where the spacing is not known.

    Measured on the stored image, so that mirroring or turning it by hand changes nothing. None
    where nobody stated which edge that is.
    """
    to_wall = _towards_wall(mammogram, view)
    if to_wall is None:
        return None
    down, right = to_wall
    rows, columns = mammogram.shape
    if right:
        axis, pixels = 1, columns - column if right > 0 else column
    else:
        axis, pixels = 0, rows - row if down > 0 else row
    if mammogram.pixel_spacing_mm is None:
        return f"{pixels:.0f} px"
    return f"{pixels * mammogram.pixel_spacing_mm[axis] / mammogram.magnification:.0f} mm"


def _towards_wall(mammogram: Mammogram, view: View) -> tuple[int, int] | None:
    """(down, right) on the stored image: posterior by Patient Orientation (0020,0020), else
    inwards as its file lays it; None where the reader or nobody laid it."""
    if mammogram.patient_orientation is not None:
        along_row, along_column = (each[:1].upper() for each in mammogram.patient_orientation)
        sense = {"P": 1, "A": -1}
        if along_row in sense:
            return 0, sense[along_row]
        return (sense[along_column], 0) if along_column in sense else None
    inwards = {Align.RIGHT: 1.0, Align.LEFT: -1.0}.get(align_of(view))
    if inwards is None or mammogram.orientation_origin not in _STATED:
        return None
    back = hung_from_source(mammogram).inverse()
    return round(back.rc * inwards), round(back.cc * inwards)
