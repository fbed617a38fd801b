"""What lies over the image: saliency as colour, and ground truth and patches as geometry.

Saliency is quantised once to 8 bits, laid as the image hangs and stretched to device pixels; a
table of 256 colours, rebuilt when opacity or threshold change, does the rest. The threshold
therefore applies to what is on the screen: to values between cell centres at 1:1 and above, to
local means of cells where several share a device pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass
from models.geometry import Affine, Orientation
from models.results import SaliencyMap
from viewer.display.colours import FINDING, bgr
from viewer.display.findings import FindingKind
from viewer.display.lab import lab_from_rgb, rgb_from_lab
from viewer.display.pyramid import ImagePyramid
from viewer.display.viewport import Viewport

COLOUR_MAPS = ("class", "cividis", "grey", "contour")

_CONTOUR_TOLERANCE_PX = 0.5
_FAINTEST = 0.35
_LIGHTNESS = (38.0, 78.0)


@dataclass(frozen=True, slots=True)
class Overlays:
    """Which overlays are on, and how they look.

    Attributes
    ----------
    malignant, benign : saliency of that class; patches : the selected patches;
        calcifications, masses : what models found of them; own : what models from outside found;
        truth : ground-truth contours.
    opacity : of the saliency's strongest colour, 0 … 1.
    threshold : saliency below it is not shown, 0 … 1.
    colour_map : one of `COLOUR_MAPS`; `class` is green and red, `contour` draws only the line
        where saliency crosses the threshold and leaves the tissue visible.
    """

    malignant: bool = False
    benign: bool = False
    patches: bool = False
    truth: bool = False
    calcifications: bool = False
    masses: bool = False
    own: bool = False
    opacity: float = 0.6
    threshold: float = 0.1
    colour_map: str = "class"

    def shows(self, finding: FindingClass) -> bool:
        """Whether the saliency of a class is on."""
        return self.benign if finding is FindingClass.BENIGN else self.malignant

    @property
    def findings(self) -> tuple[FindingClass, ...]:
        """The classes whose saliency is on, in the order they are painted: malignant on top."""
        return tuple(finding for finding in FindingClass if self.shows(finding))

    @property
    def of_models(self) -> tuple[str, ...]:
        """The names of the overlays that are on and show what models say."""
        names = (each.name for each in fields(self) if each.name != "truth")
        return tuple(name for name in names if getattr(self, name) is True)

    @property
    def kinds(self) -> tuple[FindingKind, ...]:
        """The kinds of findings that are on."""
        switches = {
            FindingKind.CALCIFICATIONS: self.calcifications,
            FindingKind.MASS: self.masses,
            FindingKind.OWN: self.own,
        }
        return tuple(kind for kind, on in switches.items() if on)


@dataclass(frozen=True, slots=True, eq=False)
class SaliencyLayer:
    """One class of a saliency map, ready to be stretched.

    Attributes
    ----------
    cells : pyramid of the quantised grid, uint8, its rows and columns running as the image's do.
    to_hung : map from cell coordinates to hung pixels; scales and shifts only.
    shape : (rows, columns) of the hung image; nothing is shown outside of it.
    peak : (row, column, value) of the strongest cell's centre, hung pixels, value 0 … 1.
    """

    cells: ImagePyramid
    to_hung: Affine
    shape: tuple[int, int]
    peak: tuple[float, float, float]

    @classmethod
    def prepare(
        cls, saliency: SaliencyMap, finding: FindingClass, hung_from_source: Affine
    ) -> SaliencyLayer:
        """Quantise one class; `hung_from_source` as `hanging.hung_from_source` gives it."""
        to_hung = saliency.grid_to_source.then(hung_from_source)
        lie = Orientation(to_hung.rr == 0.0)
        straight = lie.inverse().affine(_laid_shape(saliency, lie)).then(to_hung)
        lie = lie.then(Orientation(False, straight.rr < 0, straight.cc < 0))
        laid = _laid_shape(saliency, lie)
        rows, columns = saliency.source_shape
        grid = np.ascontiguousarray(lie.apply(quantised(saliency.channel(finding))))
        cell_to_hung = lie.inverse().affine(laid).then(to_hung)
        row, column = divmod(int(np.argmax(grid)), grid.shape[1])
        return cls(
            cells=ImagePyramid.build(grid),
            to_hung=cell_to_hung,
            shape=(columns, rows) if hung_from_source.rr == 0.0 else (rows, columns),
            peak=(*cell_to_hung.point(row + 0.5, column + 0.5), float(grid[row, column]) / 255.0),
        )

    def value_at(self, row: float, column: float) -> float:
        """Saliency 0 … 1 of the cell under a hung point; 0 outside the model's frame."""
        cell_row, cell_column = self.to_hung.inverse().point(row, column)
        grid = self.cells.levels[0]
        if 0 <= cell_row < grid.shape[0] and 0 <= cell_column < grid.shape[1]:
            return float(grid[int(cell_row), int(cell_column)]) / 255.0
        return 0.0


def quantised(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Saliency 0 … 1 → 0 … 255, rounded; shape as given."""
    return np.asarray(np.rint(np.clip(values, 0.0, 1.0) * 255.0), dtype=np.uint8)


def view_saliency(
    layer: SaliencyLayer, viewport: Viewport
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Saliency on the device pixels that show the image, linear between cell centres.

    Whole cells are stretched, six times faster than a warp; they lie within half a device pixel
    of their place.

    Returns
    -------
    buffer : ndarray, shape (h, w), uint8 0 … 255; 0 outside the model's frame.
    (y, x) : where its upper-left pixel belongs in the pane, as for `sampling.sample`.
    """
    area = viewport.area(layer.shape)
    to_pane = layer.to_hung.then(viewport.affine)
    depth = max(0, round(-math.log2(max(to_pane.rr, 2.0**-30))))
    level = min(depth, len(layer.cells.levels) - 1)
    cells = layer.cells.levels[level]
    buffer = np.zeros((area.height, area.width), dtype=np.uint8)
    rows = _stretch(to_pane.rr * 2**level, to_pane.r0, area.row, area.height, cells.shape[0])
    columns = _stretch(to_pane.cc * 2**level, to_pane.c0, area.column, area.width, cells.shape[1])
    if rows is not None and columns is not None:
        part = cells[rows.cells, columns.cells]
        stretched = cv2.resize(part, (columns.length, rows.length), interpolation=cv2.INTER_LINEAR)
        seen = np.asarray(stretched, dtype=np.uint8)[rows.source, columns.source]
        if seen.shape == buffer.shape:
            return seen, (area.row, area.column)
        buffer[rows.target, columns.target] = seen
    return buffer, (area.row, area.column)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Along one axis: the cells needed, their length in pixels, and which of those go where."""

    cells: slice
    length: int
    source: slice
    target: slice


def _stretch(scale: float, origin: float, start: int, extent: int, count: int) -> _Stretch | None:
    """Cells of `scale` pixels from pixel `origin` on, over pixels `start` … `start + extent`.

    One cell more than seen at each end keeps the interpolation true there; None when no cell
    is seen.
    """
    first = max(0, math.floor((start - origin) / scale) - 1)
    last = min(count, math.ceil((start + extent - origin) / scale) + 1)
    if first >= last or extent <= 0:
        return None
    begin, end = round(origin + first * scale), round(origin + last * scale)
    seen_from, seen_to = max(begin, start), min(end, start + extent)
    if seen_from >= seen_to:
        return None
    return _Stretch(
        slice(first, last),
        end - begin,
        slice(seen_from - begin, seen_to - begin),
        slice(seen_from - start, seen_to - start),
    )


@lru_cache(maxsize=16)
def colour_table(finding: FindingClass, overlays: Overlays) -> NDArray[np.uint8]:
    """Quantised saliency → colour under the overlays' opacity, threshold and colour map.

    Returns
    -------
    ndarray, shape (256, 4), uint8, read-only, premultiplied blue, green, red, alpha (Qt's
        ARGB32_PM on little-endian machines); transparent below the threshold and at 0.
    """
    values = np.arange(256) / 255.0
    strength = np.clip((values - overlays.threshold) / max(1.0 - overlays.threshold, 1e-6), 0, 1)
    alpha = overlays.opacity * (_FAINTEST + (1.0 - _FAINTEST) * strength)
    alpha[values < overlays.threshold] = 0.0
    alpha[0] = 0.0
    ramp = _ramp(finding, overlays.colour_map)[np.rint(strength * 255).astype(np.intp)]
    table = np.empty((256, 4), dtype=np.uint8)
    table[:, :3] = np.rint(ramp * alpha[:, None])
    table[:, 3] = np.rint(alpha * 255.0)
    table.flags.writeable = False
    return table


def contours(mask: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Closed outlines of a mask, holes included, simplified to half a pixel.

    Parameters
    ----------
    mask : ndarray, shape (rows, columns), bool, hung.

    Returns
    -------
    list of ndarrays, shape (n, 2), (row, column) in continuous hung pixels through the centres
        of the region's outermost pixels; the last point joins the first.
    """
    image = np.ascontiguousarray(mask).view(np.uint8)
    found, _ = cv2.findContours(image, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return [
        np.asarray(
            cv2.approxPolyDP(outline, _CONTOUR_TOLERANCE_PX, closed=True)[:, 0, ::-1] + 0.5,
            dtype=np.float64,
        )
        for outline in found
    ]


def _laid_shape(saliency: SaliencyMap, lie: Orientation) -> tuple[int, int]:
    rows, columns = saliency.values.shape[-2:]
    return lie.shape((rows, columns))


@lru_cache(maxsize=2 * len(COLOUR_MAPS))
def _ramp(finding: FindingClass, colour_map: str) -> NDArray[Any]:
    """256 colours, shape (256, 3), BGR 0 … 255, evenly spaced to the eye."""
    if colour_map == "contour":
        return np.tile(np.array(bgr(FINDING[finding]), dtype=np.float64), (256, 1))
    levels = np.arange(256, dtype=np.uint8)
    if colour_map == "cividis":
        return np.asarray(cv2.applyColorMap(levels[:, None], cv2.COLORMAP_CIVIDIS)[:, 0])
    if colour_map == "grey":
        return np.repeat(levels[:, None], 3, axis=1)
    if colour_map != "class":
        raise ValueError(f"no colour map is called {colour_map}")
    _, a, b = lab_from_rgb(np.array([bgr(FINDING[finding])[::-1]]) / 255.0)[0]
    lightness = np.linspace(*_LIGHTNESS, 256)
    lab = np.stack([lightness, np.full(256, a), np.full(256, b)], axis=1)
    return np.asarray(rgb_from_lab(lab)[:, ::-1] * 255.0)
