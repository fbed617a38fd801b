"""The band at an equal distance from the nipple, in which a lesion of one view is looked for in
another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import Mammogram
from viewer.display.nipple import Nipple, length_to

TOLERANCE_MM = 10.0  # ours: half the width of the band, for what compression moves
TOLERANCE_OF_SIDE = 0.04  # of the longer side where millimetres are not known: about as much


@dataclass(frozen=True, slots=True)
class DistanceBand:
    """A ring around the nipple of one image.

    Attributes
    ----------
    row, column : of the nipple, hung pixels.
    distance, tolerance : in `unit`, `mm` in the breast or `px`.
    pixel : (down, across) how many of the unit a hung pixel measures.
    """

    row: float
    column: float
    distance: float
    tolerance: float
    unit: str
    pixel: tuple[float, float]

    @property
    def words(self) -> str:
        """`43 mm ± 10`."""
        return f"{self.distance:.0f} {self.unit} ± {self.tolerance:.0f}"

    def at(self, turns: NDArray[np.float64], beyond: float = 0.0) -> NDArray[np.float64]:
        """Points on the circle at the distance, or so much `beyond` it.

        Parameters
        ----------
        turns : ndarray, any shape, radians.

        Returns
        -------
        ndarray, shape (*turns.shape, 2), float64, hung (row, column).
        """
        radius = self.distance + beyond
        down, across = self.pixel
        rows = self.row + radius / down * np.sin(turns)
        return np.stack([rows, self.column + radius / across * np.cos(turns)], axis=-1)


def band_between(
    one: Mammogram, nipple: Nipple, point: tuple[float, float], other: Mammogram, its: Nipple
) -> DistanceBand | str:
    """The band in one image for a point of another one, or why there is none, as a sentence.

    Parameters
    ----------
    point : (row, column) in hung pixels of `one`; nipple : that of `one`; its : of `other`.
    """
    stored = Nipple.at_hung(one, *point)
    distance, unit = length_to(one, nipple, stored.row, stored.column)
    down, across = _pixel(other)
    if (one.pixel_spacing_mm is None) != (other.pixel_spacing_mm is None):
        silent = one if one.pixel_spacing_mm is None else other
        return f"{silent.title} does not state its pixel spacing."
    tolerance = TOLERANCE_MM
    if unit == "px":
        shapes = one.orientation.shape(one.shape), other.orientation.shape(other.shape)
        if shapes[0] != shapes[1]:
            return (
                f"{one.title} and {other.title} differ in size and do not state their pixel "
                "spacing."
            )
        tolerance = TOLERANCE_OF_SIDE * max(shapes[1])
    return DistanceBand(*its.hung(other), distance, tolerance, unit, (down, across))


def _pixel(mammogram: Mammogram) -> tuple[float, float]:
    """(down, across): millimetres in the breast that a hung pixel measures, or 1."""
    if mammogram.pixel_spacing_mm is None:
        return 1.0, 1.0
    row_mm, column_mm = (mm / mammogram.magnification for mm in mammogram.pixel_spacing_mm)
    return (column_mm, row_mm) if mammogram.orientation.transpose else (row_mm, column_mm)
