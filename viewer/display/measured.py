"""What a measurement measures, in millimetres where the file allows it, and the words for it.

Lengths are Imager Pixel Spacing (0018,1164), rows and columns each with their own, divided by the
Estimated Radiographic Magnification Factor (0018,1114): PS3.3 C.8.11.4 and rule 21 of the IHE
Mammography Image profile. Pixel Spacing (0028,0030) is never used: in projection radiography it
is a calibration of unknown plane (PS3.3 10.7.1.3). Every length says which plane it is in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from models.exam import Mammogram
from viewer.display.measurement import Kind, Measurement
from viewer.display.region import Statistics, statistics
from viewer.display.shown import ShownImage


@dataclass(frozen=True, slots=True)
class Ruler:
    """What a stored pixel is long, and where that holds.

    Attributes
    ----------
    unit : `mm`, or `px` where the file does not say how wide its pixels are.
    row, column : units from one row to the next, and from one column to the next.
    plane : `at the object, ERMF 1.5`, `at the detector`, or why there are no millimetres.
    """

    unit: str
    row: float
    column: float
    plane: str

    def scaled(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Stored (row, column) points, shape (n, 2), in units."""
        placed: NDArray[np.float64] = points * np.array([self.row, self.column])
        return placed


@dataclass(frozen=True, slots=True)
class Quantities:
    """What is measured; None where the kind has no such thing.

    Attributes
    ----------
    length : of a length or an arrow, in the ruler's unit.
    sides : of a box, or the axes of an ellipse: the longer one first, in the ruler's unit.
    area : in the ruler's unit, squared.
    angle : degrees, 0 … 180.
    values : modality values inside; None also while it is being drawn.
    """

    ruler: Ruler
    length: float | None = None
    sides: tuple[float, float] | None = None
    area: float | None = None
    angle: float | None = None
    values: Statistics | None = None


# Pixels are looked at once for each measurement, as long as its image is there.
_KNOWN: WeakKeyDictionary[ShownImage, dict[Measurement, Quantities]] = WeakKeyDictionary()


def ruler_of(mammogram: Mammogram) -> Ruler:
    """How lengths are measured on an image."""
    spacing = mammogram.pixel_spacing_mm
    if spacing is None:
        return Ruler("px", 1.0, 1.0, "pixel size unknown")
    if not mammogram.magnification_stated:
        return Ruler("mm", *spacing, "at the detector")
    factor = mammogram.magnification
    row, column = (mm / factor for mm in spacing)
    return Ruler("mm", row, column, f"at the object, ERMF {factor:g}")


def quantities(
    measurement: Measurement, image: ShownImage, *, with_values: bool = True
) -> Quantities:
    """Measure; what has not all its points yet measures nothing.

    Parameters
    ----------
    with_values : look at the pixels inside, too: up to tens of milliseconds for a whole image.
    """
    if not with_values:
        return _quantities(measurement, image, with_values=False)
    known = _KNOWN.setdefault(image, {})
    if measurement not in known:
        known[measurement] = _quantities(measurement, image, with_values=True)
    return known[measurement]


def _quantities(measurement: Measurement, image: ShownImage, *, with_values: bool) -> Quantities:
    ruler, kind = ruler_of(image.mammogram), measurement.kind
    if kind is Kind.TEXT or not measurement.is_whole:
        return Quantities(ruler)
    outline = measurement.outline()
    placed = ruler.scaled(outline)
    if kind in (Kind.LENGTH, Kind.ARROW):
        return Quantities(ruler, length=float(math.dist(*placed)))
    if kind is Kind.ANGLE:
        return Quantities(ruler, angle=_angle(placed))
    found = statistics(outline, image) if with_values else None
    sides = None
    if kind in (Kind.BOX, Kind.ELLIPSE):
        high, wide = np.abs(np.diff(ruler.scaled(np.asarray(measurement.points)), axis=0))[0]
        sides = max(float(high), float(wide)), min(float(high), float(wide))
    if sides is not None:
        area = sides[0] * sides[1] * (math.pi / 4.0 if kind is Kind.ELLIPSE else 1.0)
    else:
        area = _area(placed)
    return Quantities(ruler, sides=sides, area=area, values=found)


def value_words(measurement: Measurement, found: Quantities) -> str:
    """The one value that a list shows: `12.3 mm`, `37.4°`, `99.6 mm²`; empty for words alone."""
    unit = found.ruler.unit
    if measurement.kind is Kind.ARROW:
        return ""
    if found.length is not None:
        return f"{_length(found.length)} {unit}"
    if found.angle is not None:
        return f"{found.angle:.1f}°"
    return "" if found.area is None else f"{_number(found.area)} {unit}²"


def label_words(
    measurement: Measurement, found: Quantities, *, brief: bool = False
) -> tuple[str, ...]:
    """What stands beside a measurement on the image: words and value, what is inside unless it
    is to be `brief`, and always the plane that lengths are in."""
    lines = [words for words in (measurement.words, value_words(measurement, found)) if words]
    if not brief:
        lines += detail_words(found)
    if (found.length is not None and measurement.kind is not Kind.ARROW) or found.area is not None:
        lines.append(found.ruler.plane)
    return tuple(lines)


def detail_words(found: Quantities) -> list[str]:
    """Sides; mean and deviation, range, and what was left out."""
    lines, values = [], found.values
    if found.sides is not None:
        longer, shorter = (_length(side) for side in found.sides)
        lines.append(f"{longer} × {shorter} {found.ruler.unit}")
    if values is None:
        return lines
    if values.pixels == 0:
        return [*lines, "only air inside"]
    lines.append(f"mean {_value(values.mean)} · SD {_value(values.deviation)}")
    lines.append(f"min {_value(values.lowest)} · max {_value(values.highest)}")
    if values.air:
        share = 100.0 * values.air / (values.air + values.pixels)
        lines.append(f"{'<1' if share < 1.0 else round(share)} % air left out")
    return lines


def _angle(placed: NDArray[np.float64]) -> float:
    one, other = placed[0] - placed[1], placed[2] - placed[1]
    cross = one[0] * other[1] - one[1] * other[0]
    return math.degrees(abs(math.atan2(float(cross), float(one @ other))))


def _area(placed: NDArray[np.float64]) -> float:
    """Of a closed outline, by the trapezoid rule."""
    after = np.roll(placed, -1, axis=0)
    return abs(float((placed[:, 0] * after[:, 1] - placed[:, 1] * after[:, 0]).sum())) / 2.0


def _length(length: float) -> str:
    """No finer than a pixel is: tenths below a hundred, hundredths below one."""
    return f"{length:.2f}" if length < 1.0 else _number(length)


def _number(number: float) -> str:
    return f"{number:.1f}" if number < 99.95 else f"{number:.0f}"


def _value(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
