"""How large images hang: as their panes allow, equal in millimetres, or as large as in life.

Sizes are compared at the detector: a geometrically magnified view stays as much larger than a
contact view as it was taken, and is named (IHE RAD TF, Mammography Image profile).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from models.exam import Mammogram
from viewer.display.colours import MUTED, TEXT, WARNING
from viewer.display.viewport import Viewport

_AS_LIFE = 0.005  # a size this close to life counts as life size
_CONTACT = 1.1  # contact views state factors up to about this


class Sizing(Enum):
    """What decides the scale of panes that the reader has not zoomed."""

    SAME = "same size"
    FIT = "fit"
    TRUE = "true size"


def detector_mm(mammogram: Mammogram) -> float | None:
    """Millimetres at the detector that one hung pixel is wide, or None."""
    if mammogram.pixel_spacing_mm is None:
        return None
    row_mm, column_mm = mammogram.pixel_spacing_mm
    return row_mm if mammogram.orientation.transpose else column_mm


def pixel_mm(mammogram: Mammogram) -> float | None:
    """Millimetres in the breast that one hung pixel is wide, or None.

    Imager Pixel Spacing (0018,1164) divided by the Estimated Radiographic Magnification Factor
    (0018,1114), PS3.3 C.8.11.4.
    """
    at_detector = detector_mm(mammogram)
    return None if at_detector is None else at_detector / mammogram.magnification


def is_magnified(mammogram: Mammogram) -> bool:
    """Whether the breast lay well away from the detector, as in magnification views."""
    return mammogram.magnification > _CONTACT


def size_words(
    mammogram: Mammogram, viewport: Viewport, screen_mm: float | None = None
) -> list[tuple[str, str]]:
    """What the reader must know of how large and how true an image is shown: (words, colour).

    Parameters
    ----------
    screen_mm : width of a device pixel of the calibrated screen that shows it, or None.
    """
    size = []
    if viewport.scale < 1.0:
        size.append(f"{int(100 * viewport.scale)} % of full resolution")
    at_detector = detector_mm(mammogram)
    if at_detector is not None and screen_mm is not None:
        times_life = viewport.scale * screen_mm / at_detector
        if abs(times_life - 1.0) < _AS_LIFE:
            size.append("life size")
    warnings = []
    if mammogram.lossy:
        warnings.append(lossy_words(mammogram.lossy_ratios))
    if is_magnified(mammogram):
        warnings.append(f"magnified × {mammogram.magnification:g}")
    if at_detector is None:
        warnings.append("size unknown")
    lines = ((size, TEXT if viewport.scale < 1.0 else MUTED), (warnings, WARNING))
    return [(" · ".join(words), colour) for words, colour in lines if words]


def lossy_words(ratios: Sequence[float]) -> str:
    """`lossy 10:1`; the ratios of one compression after another, none where the file is silent."""
    return f"lossy {', '.join(f'{ratio:.4g}:1' for ratio in ratios)}" if ratios else "lossy"
