"""Where the breast ends: its shape in both projections, in millimetres.

Everything is drawn facing right: rows run down, columns away from the chest wall at column 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.exam import Laterality, View, ViewPosition
from models.phantom.noise import generator

FIELD_MM = (232.96, 179.2)
_MOST_HELD, _MOST_WAVE = 1.03, 0.012
_SIDES = {Laterality.RIGHT: 0, Laterality.LEFT: 1}
_POSITIONS = {ViewPosition.CC: 0, ViewPosition.MLO: 1}


@dataclass(frozen=True, slots=True)
class Outline:
    """The breast in one projection.

    Attributes
    ----------
    nipple_mm : (row, column), on the outline.
    span_mm : the widest this breast can be in any acquisition.
    depth_mm : from the chest wall to the nipple.
    above_mm, below_mm : from the nipple's row to where the outline meets the chest wall; above,
        an MLO view runs on to the edge of the image.
    roundness : (above, below) exponents.
    top : part of `depth_mm` that the outline has at the top edge of an MLO view, 0 in CC.
    pectoral_mm : (columns along the top edge, rows along the chest wall) of the muscle, or None.
    axis : of the breast behind the nipple, radians above the horizontal towards the chest wall.
    wave : amplitude, wavelength in mm and phase of what makes the outline uneven.
    """

    nipple_mm: tuple[float, float]
    span_mm: float
    depth_mm: float
    above_mm: float
    below_mm: float
    roundness: tuple[float, float]
    top: float
    pectoral_mm: tuple[float, float] | None
    axis: float
    wave: tuple[float, float, float]

    def edge_mm(self, rows_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Columns at which the breast ends in these rows, 0 where there is none."""
        rise = np.clip((self.nipple_mm[0] - rows_mm) / self.above_mm, 0.0, None)
        fall = np.clip((rows_mm - self.nipple_mm[0]) / self.below_mm, 0.0, 1.0)
        if self.top:
            # A soft step from the tip of the breast to the tissue before the axilla.
            upper = self.top + (1 - self.top) / (1 + (rise * 1.55) ** (self.roundness[0] + 1))
        else:
            upper = np.clip(1 - rise ** self.roundness[0], 0, None) ** 0.85
        lower = np.clip(1 - fall ** self.roundness[1], 0, None) ** 0.85
        amplitude, wavelength, phase = self.wave
        uneven = 1 + amplitude * np.sin(2 * np.pi * rows_mm / wavelength + phase)
        edge: NDArray[np.float64] = self.depth_mm * upper * lower * uneven
        return edge

    def place_mm(self, depth_mm: float, offset_mm: float) -> tuple[float, float]:
        """The point that deep behind the nipple and that far above the axis: (row, column)."""
        sine, cosine = np.sin(self.axis), np.cos(self.axis)
        return (
            float(self.nipple_mm[0] - depth_mm * sine - offset_mm * cosine),
            float(self.nipple_mm[1] - depth_mm * cosine + offset_mm * sine),
        )

    def holds(self, place_mm: tuple[float, float], margin_mm: float) -> bool:
        """Whether a disc around this point lies within breast and image, off the muscle."""
        row, column = place_mm
        angles = np.linspace(0, 2 * np.pi, 24)
        rows = row + margin_mm * np.sin(angles)
        columns = column + margin_mm * np.cos(angles)
        inside = (columns > 3) & (columns < self.edge_mm(rows)) & (rows > 3)
        if self.pectoral_mm is not None:
            inside &= columns / self.pectoral_mm[0] + rows / self.pectoral_mm[1] > 1
        return bool(inside.all()) and bool((rows < FIELD_MM[0] - 3).all())


@lru_cache(maxsize=64)
def outline_of(seed: int, view: View, acquisition: int = 0) -> Outline:
    """The outline of one view of the person drawn from `seed`; all views share her size."""
    person = generator(seed, 1)
    depth = person.uniform(68, 112)
    half_width = person.uniform(0.88, 1.05) * min(depth, 92) * 1.05
    side = generator(seed, 2, _SIDES[view.laterality])
    depth *= side.uniform(0.96, 1.04)
    half_width *= side.uniform(0.97, 1.03)
    held = generator(seed, 3, _SIDES[view.laterality], _POSITIONS[view.position], acquisition)
    depth_of_side = depth
    depth *= held.uniform(0.97, _MOST_HELD)
    wave = (held.uniform(0.004, _MOST_WAVE), held.uniform(60, 110), held.uniform(0, 2 * np.pi))
    if view.position is ViewPosition.CC:
        row = FIELD_MM[0] / 2 + held.uniform(-8, 8)
        above, below = half_width * held.uniform(0.94, 1.08, size=2)
        roundness = tuple(held.uniform(1.9, 2.3, size=2).tolist())
        top, pectoral, axis = 0.0, None, held.uniform(-0.06, 0.06)
    else:
        row = FIELD_MM[0] * held.uniform(0.56, 0.62)
        above, below = half_width * held.uniform(1.15, 1.35), half_width * held.uniform(0.8, 0.92)
        roundness = (held.uniform(2.0, 2.6), held.uniform(1.9, 2.2))
        top = held.uniform(0.52, 0.66)
        pectoral = (depth * top * held.uniform(0.62, 0.85), row * held.uniform(0.82, 1.02))
        axis = held.uniform(0.22, 0.34)
    plain = Outline(
        nipple_mm=(row, 0.0),
        span_mm=depth_of_side * _MOST_HELD * (1 + _MOST_WAVE),
        depth_mm=depth,
        above_mm=above,
        below_mm=below,
        roundness=(roundness[0], roundness[1]),
        top=top,
        pectoral_mm=pectoral,
        axis=axis,
        wave=wave,
    )
    return replace(plain, nipple_mm=(row, float(plain.edge_mm(np.array([row]))[0])))
