"""The scale bar: the longest round length that has room, in millimetres where they are known."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import Mammogram
from viewer.display.size import is_magnified, pixel_mm
from viewer.display.viewport import Viewport

_BARS_MM = (100, 50, 20, 10, 5, 2, 1)
_BARS_PX = (2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the image, `pixels` long on the pane, and its words (`50 mm`)."""

    words: str
    pixels: float


def scale_bar(mammogram: Mammogram, viewport: Viewport, longest_px: float) -> ScaleBar | None:
    """The longest round length that fits, or None where not even the shortest does.

    Millimetres are in the breast (`size.pixel_mm`), which a magnification view says; an image
    that does not state its spacing gets a bar in stored pixels.
    """
    width_mm = pixel_mm(mammogram)
    if width_mm is None:
        unit, per_unit = "px", viewport.scale
    else:
        unit = "mm in the breast" if is_magnified(mammogram) else "mm"
        per_unit = viewport.scale / width_mm
    for length in _BARS_PX if width_mm is None else _BARS_MM:
        if length * per_unit <= longest_px:
            return ScaleBar(f"{length} {unit}", length * per_unit)
    return None
