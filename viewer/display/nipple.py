"""The nipple as a landmark: where the reader or the outline puts it, and distances from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.exam import Mammogram
from viewer.display.air import tissue_of
from viewer.display.hanging import hung_from_source
from viewer.display.shown import ShownImage
from viewer.display.viewport import Align

_LONGEST_PX = 600
_LEAST_TISSUE = 0.02  # less of an image than this is no breast


@dataclass(frozen=True, slots=True)
class Nipple:
    """A nipple on one image.

    Attributes
    ----------
    row, column : in stored pixels, continuous, so that it stays when the image is turned.
    guessed : found on the outline, and not yet accepted by the reader.
    """

    row: float
    column: float
    guessed: bool = False

    def hung(self, mammogram: Mammogram) -> tuple[float, float]:
        """(row, column) in hung pixels."""
        return hung_from_source(mammogram).point(self.row, self.column)

    @classmethod
    def at_hung(
        cls, mammogram: Mammogram, row: float, column: float, *, guessed: bool = False
    ) -> Nipple:
        """At a point in hung pixels."""
        back = hung_from_source(mammogram).inverse()
        return cls(*back.point(row, column), guessed)


def guessed_nipple(image: ShownImage, align: Align) -> Nipple | None:
    """The outermost point of the breast's outline, a few millimetres exact at best.

    None where there is hardly any tissue or the outline leaves the image, so that nothing is
    ever measured from air.

    Parameters
    ----------
    align : the side of the chest wall in the hung image.
    """
    levels = image.pyramid.levels
    depth = next((k for k, level in enumerate(levels) if max(level.shape) <= _LONGEST_PX), 0)
    tissue = tissue_of(levels[depth], image.mammogram.grayscale, image.air)
    if tissue.mean() < _LEAST_TISSUE:
        return None
    if align is Align.RIGHT:
        tissue = tissue[:, ::-1]
    some = tissue.any(axis=1)
    reach = np.where(some, tissue.shape[1] - tissue[:, ::-1].argmax(axis=1), 0)
    outermost = int(reach.max())
    if outermost >= tissue.shape[1]:
        return None
    rows = np.flatnonzero(reach >= outermost - 1)
    step = 1 << depth
    row = (float(np.median(rows)) + 0.5) * step
    column = float((outermost - 1) * step)  # `tissue_of` grows what it finds by a pixel
    if align is Align.RIGHT:
        column = image.shape[1] - column
    return Nipple.at_hung(image.mammogram, row, column, guessed=True)


def length_to(
    mammogram: Mammogram, nipple: Nipple, row: float, column: float
) -> tuple[float, str]:
    """From a stored point to the nipple, and the unit: millimetres at the detector, divided by
    the magnification factor; pixels where the spacing is not known."""
    down, across = row - nipple.row, column - nipple.column
    if mammogram.pixel_spacing_mm is None:
        return math.hypot(down, across), "px"
    row_mm, column_mm = mammogram.pixel_spacing_mm
    return math.hypot(down * row_mm, across * column_mm) / mammogram.magnification, "mm"


def distance_to(mammogram: Mammogram, nipple: Nipple, row: float, column: float) -> str:
    """`length_to`, as `43 mm`."""
    length, unit = length_to(mammogram, nipple, row, column)
    return f"{length:.0f} {unit}"
