"""The healthy breast in one view: fat, gland, ligaments, vessels, muscle and skin.

Drawn at half the detector's resolution, facing right, in parts of full scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, spatial

from models.exam import View, ViewPosition
from models.phantom.noise import Image, blurred, cloud, enlarged, generator, middles, sampled
from models.phantom.outline import FIELD_MM, Outline, outline_of
from models.phantom.plan import GLAND_FRACTION, ExamPlan

TISSUE_MM = 0.14
ROWS = round(FIELD_MM[0] / TISSUE_MM)
_COARSE = 2
_FAT, _GLAND = 0.22, 0.36


@dataclass(frozen=True, slots=True, eq=False)
class Tissue:
    """What the X-rays meet.

    Attributes
    ----------
    density : ndarray, shape (1664, columns), float64, about 0 … 1, brighter is denser.
    inside : the same shape, bool: the breast.
    depth_mm : the same shape, float64: distance to the skin, 0 outside.
    """

    outline: Outline
    density: Image
    inside: NDArray[np.bool_]
    depth_mm: Image


def draw_tissue(plan: ExamPlan, view: View) -> Tissue:
    """Draw one breast without its lesions."""
    outline = outline_of(plan.seed, view, plan.acquisition)
    # An acquisition changes how the breast is held, never what it is made of.
    rng = generator(
        plan.seed, 4, "RL".index(view.laterality.value), view.position is ViewPosition.MLO
    )
    inside, depth_mm = _silhouette(outline)
    shape = inside.shape
    place = _Places(outline, shape)
    lobules, septa = _lobules(rng, place)
    gland = _gland(rng, plan.density, place, depth_mm, lobules, inside)
    fine = cloud(rng, shape, 3, 140, 2.7)
    strands = _strands(rng, place)
    visible = enlarged(
        np.clip(0.5 + 0.45 * cloud(rng, place.coarse_shape, 25, 250), 0, 1.3), 2, shape
    )
    density = _FAT * (1 + 0.10 * fine) + gland * _GLAND * (1 + 0.12 * fine)
    density += visible * (0.10 * septa * (1 - 0.4 * gland) + 0.055 * strands * (1 + 0.5 * gland))
    density += 0.06 * _vessels(rng, outline, shape)
    if outline.pectoral_mm is not None:
        density = _with_muscle(rng, density, outline, fine)
    # Vendors' processing lifts fine structure over coarse.
    density += 0.8 * (density - blurred(density, 4))
    thickness = 0.50 + 0.50 * np.sqrt(np.clip(1 - (1 - np.clip(depth_mm / 13, 0, 1)) ** 2, 0, 1))
    density = density * thickness + _skin(rng, depth_mm, outline)
    return Tissue(outline, np.where(inside, density, 0.0), inside, depth_mm)


class _Places:
    """Where the pixels of the coarse grid lie, seen from the nipple."""

    def __init__(self, outline: Outline, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.coarse_shape = (-(-shape[0] // _COARSE), -(-shape[1] // _COARSE))
        self.outline = outline
        step = TISSUE_MM * _COARSE
        rows = middles(self.coarse_shape[0], step)[:, None]
        columns = middles(self.coarse_shape[1], step)
        down, away = rows - outline.nipple_mm[0], outline.nipple_mm[1] - columns
        sine, cosine = np.sin(outline.axis), np.cos(outline.axis)
        self.rows_mm, self.columns_mm = np.broadcast_arrays(rows, columns)
        self.behind_mm = away * cosine - down * sine
        self.beside_mm = away * sine + down * cosine


def _silhouette(outline: Outline) -> tuple[NDArray[np.bool_], Image]:
    rows_mm = middles(ROWS, TISSUE_MM)
    edge = outline.edge_mm(rows_mm)
    columns = int(np.ceil((outline.span_mm + 4) / TISSUE_MM))
    columns_mm = middles(columns, TISSUE_MM)
    inside = columns_mm < edge[:, None]
    row, column = outline.nipple_mm
    bump = ((rows_mm[:, None] - row) / 4.2) ** 2 + ((columns_mm - column + 1.5) / 3.6) ** 2 < 1
    inside |= bump
    # The chest wall and the edge of the image are no skin.
    padded = np.pad(inside, ((60, 0), (60, 0)), mode="edge")
    depth = ndimage.distance_transform_edt(padded)[60:, 60:] * TISSUE_MM
    return inside, blurred(depth, 2.5)


def _lobules(rng: np.random.Generator, place: _Places) -> tuple[Image, Image]:
    """Fat lobules: 1 in the middle of each; and the septa between them, at full shape."""
    height, width = place.coarse_shape
    step = TISSUE_MM * _COARSE
    count = int(height * width * step**2 / 85)
    warp = [cloud(rng, place.coarse_shape, 12, 120, 3.4) * 2.6 for _ in range(2)]
    # Longer towards the nipple than across.
    behind, beside = place.behind_mm + warp[0], place.beside_mm + warp[1]
    spread = 1 + place.behind_mm.clip(0) / 70
    points = np.stack([(behind * 0.62).ravel(), (beside / spread).ravel()], axis=1)
    low, high = points.min(axis=0), points.max(axis=0)
    seeds = low + rng.random((count, 2)) * (high - low)
    distances, _ = spatial.cKDTree(seeds).query(points, k=2)
    first, second = (distances[:, index].reshape(place.coarse_shape) for index in (0, 1))
    septa = np.exp(-(((second - first) / 0.55) ** 2))
    size = float(np.median(first)) * 2
    return np.clip(1 - first / size, 0, 1), enlarged(septa, _COARSE, place.shape)


def _gland(
    rng: np.random.Generator,
    density: str,
    place: _Places,
    depth_mm: Image,
    lobules: Image,
    inside: NDArray[np.bool_],
) -> Image:
    """Part of gland in every pixel; its mean over the breast is what the density class says."""
    outline = place.outline
    along = (place.behind_mm - 0.46 * outline.depth_mm) / (0.52 * outline.depth_mm)
    reach = 0.5 * (outline.above_mm + outline.below_mm)
    across = (place.beside_mm + 0.06 * reach) / (0.62 * reach)
    lumps = cloud(rng, place.coarse_shape, 10, 190, 3.2)
    ragged = cloud(rng, place.coarse_shape, 4, 24, 2.4)
    below_skin = depth_mm[::_COARSE, ::_COARSE]
    disc = np.hypot(place.behind_mm, place.beside_mm)
    free = np.clip((below_skin - 9) / 6, -1.5, 0) * np.clip((disc - 8) / 14, 0, 1)
    rays = _rays(rng, place)
    field = -(along**2) - across**2 + 0.42 * lumps + 0.34 * rays + 0.07 * ragged
    field += 1.4 * free - 0.55 * lobules
    if outline.pectoral_mm is not None:
        wedge = place.columns_mm / outline.pectoral_mm[0] + place.rows_mm / outline.pectoral_mm[1]
        field += 3.0 * np.clip(wedge - 1.12, -0.6, 0)
    level = np.quantile(field[inside[::_COARSE, ::_COARSE]], 1 - GLAND_FRACTION[density])
    soft = 1 / (1 + np.exp(-(field - level) / 0.24))
    # Where gland lies over gland it is whiter; rays keep it from looking like cloud.
    soft *= 0.80 + 0.13 * np.tanh(0.8 * lumps + 0.9 * rays)
    return enlarged(soft, _COARSE, place.shape)


def _rays(rng: np.random.Generator, place: _Places) -> Image:
    """Noise drawn out towards the nipple, as lobes of gland lie."""
    texture = cloud(rng, (256, 256), 9, 64, 2.6)
    bend = cloud(rng, place.coarse_shape, 25, 250, 3.4)
    radius = np.hypot(place.behind_mm, place.beside_mm)
    calm = radius / (radius + 30)
    angle = np.arctan2(place.beside_mm + 7 * calm * bend, place.behind_mm + 40)
    return sampled(texture, 0.42 * radius, angle * 340 / np.pi)


def _strands(rng: np.random.Generator, place: _Places) -> Image:
    """Fibres and ducts that run towards the nipple and branch, thin and bright."""
    texture = cloud(rng, (512, 512), 6, 50, 1.8)
    bend = cloud(rng, place.coarse_shape, 30, 200, 3.4)
    radius = np.hypot(place.behind_mm, place.beside_mm)
    angle = np.arctan2(place.beside_mm + 2.2 * bend, place.behind_mm + 30)
    total = np.zeros(place.coarse_shape)
    for turns, length in ((700.0, 0.36), (1300.0, 0.55)):
        value = sampled(texture, radius * length, angle * turns / np.pi)
        total += np.clip(value - 0.9, 0, 1.6)
    return enlarged(total, _COARSE, place.shape)


def _vessels(rng: np.random.Generator, outline: Outline, shape: tuple[int, int]) -> Image:
    """A few smooth tubes from the chest wall towards the nipple, under the skin."""
    drawn = np.zeros((-(-shape[0] // _COARSE), -(-shape[1] // _COARSE)))
    step = TISSUE_MM * _COARSE
    for _ in range(int(rng.integers(2, 5))):
        heading = rng.uniform(-1, 1)
        start = np.array(
            outline.place_mm(outline.depth_mm * 0.98, heading * outline.above_mm * 0.7)
        )
        end = np.array(outline.place_mm(rng.uniform(6, 25), heading * rng.uniform(4, 26)))
        along = np.linspace(0, 1, 1400)[:, None]
        bow = np.sin(np.pi * along) * rng.uniform(-12, 12)
        phase = rng.uniform(0, 6, size=3)
        wiggle = sum(
            amplitude * np.sin(waves * np.pi * along + phase[index])
            for index, (amplitude, waves) in enumerate(((2.2, 3.0), (1.0, 7.0), (0.4, 15.0)))
        )
        path = start + (end - start) * along + (bow + wiggle) * np.array([[0.9, 0.3]])
        rows, columns = (path / step).astype(np.intp).T
        kept = (rows >= 0) & (rows < drawn.shape[0]) & (columns >= 0) & (columns < drawn.shape[1])
        tube = np.zeros_like(drawn)
        tube[rows[kept], columns[kept]] = 1
        width = rng.uniform(0.45, 0.8) / step
        drawn += np.clip(blurred(tube, width) * width * 2.5, 0, 1)
    return enlarged(drawn, _COARSE, shape)


def _with_muscle(rng: np.random.Generator, density: Image, outline: Outline, fine: Image) -> Image:
    width, height = outline.pectoral_mm or (1.0, 1.0)
    rows_mm = middles(density.shape[0], TISSUE_MM)[:, None]
    columns_mm = middles(density.shape[1], TISSUE_MM)
    down = np.clip(rows_mm / height, 0, 1)
    bulge = 0.10 * np.sin(np.pi * down) + 0.012 * np.sin(9 * down + rng.uniform(0, 6))
    border = width * (1 - down + bulge)
    border = np.where(rows_mm < height, border, -5)
    soft = 1 / (1 + np.exp(-np.clip((border - columns_mm) / 0.8, -30, 30)))
    # Fibres run along the muscle's edge.
    slant = (columns_mm + rows_mm * width / height) / TISSUE_MM
    fibres = sampled(
        cloud(rng, (256, 256), 6, 80, 2.0), slant * 0.55, rows_mm / TISSUE_MM * 0.09 + slant * 0.02
    )
    rising = 0.31 + 0.10 * (1 - down)
    muscle = rising * (1 + 0.045 * fibres + 0.05 * fine)
    density += soft * (muscle - 0.55 * density - 0.09)
    return density


def _skin(rng: np.random.Generator, depth_mm: Image, outline: Outline) -> Image:
    rows_mm = middles(depth_mm.shape[0], TISSUE_MM)[:, None]
    phases = rng.uniform(0, 6, size=2)
    width = (
        1.15 + 0.25 * np.sin(rows_mm / 17 + phases[0]) + 0.12 * np.sin(rows_mm / 5.3 + phases[1])
    )
    near = np.exp(-(((rows_mm - outline.nipple_mm[0]) / 13) ** 2))
    strength = 0.10 + 0.03 * np.sin(rows_mm / 29 + phases[1]) + 0.10 * near
    skin: Image = strength * np.exp(-(((depth_mm - 0.8) / (width * (1 + 0.9 * near))) ** 2))
    return skin
