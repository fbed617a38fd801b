"""What a small U-Net learns calcifications from: tiles of phantoms as the predictor sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.exam import FindingClass, Laterality, Mammogram, View
from models.geometry import resample_nearest
from models.microcalcification.laying import lie_left
from models.microcalcification.predictor import network_input
from models.phantom.choose import place_lesion
from models.phantom.noise import generator
from models.phantom.plan import ExamPlan, LesionKind
from models.whole_file import write_whole

# Of each breast: nothing, a mass, calcifications, or both; masses teach what is none.
_KINDS = (None, *LesionKind)
_HOW_OFTEN = (0.15, 0.15, 0.5, 0.2)
_ON_SPECKS, _ANYWHERE = 16, 8
# Of a tile to learn from; the predictor's are larger, which a convolutional network allows.
LEARNED_PX = 128


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """Tiles of one view.

    Attributes
    ----------
    images : ndarray, shape (n, 128, 128), uint8, as the network reads them.
    masks : ndarray of the same shape, bool: calcifications.
    """

    images: NDArray[np.uint8]
    masks: NDArray[np.bool_]


def plan_with_calcifications(plan: ExamPlan) -> ExamPlan:
    """The same person with more calcifications than people have, so that training sees enough."""
    rng = generator(plan.seed, 20)
    lesions = []
    for side in Laterality:
        kind = _KINDS[int(rng.choice(len(_KINDS), p=_HOW_OFTEN))]
        if kind is None:
            continue
        malignant = kind is LesionKind.MASS_WITH_CALCIFICATIONS or rng.random() < 0.5
        finding = FindingClass.MALIGNANT if malignant else FindingClass.BENIGN
        lesions.append(replace(place_lesion(rng, plan.seed, side, finding), kind=kind))
    return replace(plan, lesions=tuple(lesions))


def cut_tiles(
    mammogram: Mammogram, calcifications: NDArray[np.bool_], rng: np.random.Generator
) -> Tiles:
    """Tiles around calcifications and tiles anywhere in the breast, at chance places.

    Parameters
    ----------
    calcifications : ndarray, shape of the image, bool, stored pixels.
    """
    seen = network_input(lie_left(mammogram))
    truth = resample_nearest(calcifications, seen.to_source.inverse(), seen.image.shape)
    images, masks = [], []
    for where, count in ((truth, _ON_SPECKS), (seen.image > 0, _ANYWHERE)):
        rows, columns = np.nonzero(where)
        for _ in range(count if rows.size else 0):
            index = int(rng.integers(rows.size))
            place = tuple(
                _around(int(middle[index]), extent, rng)
                for middle, extent in zip((rows, columns), seen.image.shape, strict=True)
            )
            images.append(_padded(seen.image[place]))
            masks.append(_padded(truth[place]))
    return Tiles(np.stack(images), np.stack(masks))


def write_tiles(path: Path, tiles: Tiles) -> None:
    """Leave them at `path`; raises ExportError."""
    write_whole(
        path,
        lambda file: np.savez_compressed(file, images=tiles.images, masks=tiles.masks),
    )


def read_tiles(paths: list[Path]) -> Tiles:
    """What `write_tiles` left, of many views."""
    images, masks = [], []
    for path in paths:
        with np.load(path) as kept:
            images.append(kept["images"])
            masks.append(kept["masks"])
    return Tiles(np.concatenate(images), np.concatenate(masks))


def tile_batch(tiles: Tiles, seed: int, step: int, size: int) -> tuple[Tensor, Tensor]:
    """The tiles of a step, each laid in one of the eight ways; a function of seed and step.

    Returns
    -------
    Images, 0 … 1, and masks, shape (size, 1, 128, 128), float32, channels last.
    """
    rng = np.random.default_rng((seed, step))
    images = np.empty((size, LEARNED_PX, LEARNED_PX), dtype=np.float32)
    masks = np.empty_like(images)
    for place, index in enumerate(rng.integers(len(tiles.images), size=size).tolist()):
        turns, mirrored = int(rng.integers(4)), bool(rng.integers(2))
        for laid, stored in ((images, tiles.images), (masks, tiles.masks)):
            turned = np.rot90(stored[index], turns)
            laid[place] = turned[::-1] if mirrored else turned
    images /= 255
    given, wanted = (
        torch.from_numpy(each)[:, None].contiguous(memory_format=torch.channels_last)
        for each in (images, masks)
    )
    return given, wanted


def view_seed(view: View) -> int:
    """A number for each view, to draw by."""
    return 2 * "RL".index(view.laterality.value) + ("CC", "MLO").index(view.position.value)


def _around(middle: int, extent: int, rng: np.random.Generator) -> slice:
    """A tile's rows or columns that hold `middle`, within the image where it is large enough."""
    first = middle - int(rng.integers(LEARNED_PX))
    first = max(0, min(first, extent - LEARNED_PX))
    return slice(first, first + LEARNED_PX)


def _padded(tile: NDArray[np.generic]) -> NDArray[np.generic]:
    rows, columns = (LEARNED_PX - extent for extent in tile.shape)
    return np.pad(tile, ((0, rows), (0, columns)))
