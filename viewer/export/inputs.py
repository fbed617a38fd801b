"""What a network saw, as a file: its very input, and a checkerboard of it over the image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.seen import LIGHT, NetworkInput
from models.whole_file import write_whole
from viewer.display.sampling import to_gray
from viewer.display.shown import ShownImage
from viewer.display.voi import compile_table

_LONGEST_SIDE_PX = 1000
# How much of a square's tone is laid over the image; light and dark alike on tissue and air.
_OPACITY = 0.35


def write_input(path: Path, seen: Sequence[NetworkInput], image: ShownImage, model: str) -> None:
    """Write `path` (NPZ) and a PNG of the same name, each whole or not at all.

    For each input `name` there are `<name>`, float32, shape (h, w), and `<name>_to_source`,
    float64, shape (6,): the map from its pixels to stored ones, as in `results.json`.

    Raises
    ------
    ExportError : a file cannot be written.
    """
    arrays: dict[str, NDArray[np.generic]] = {
        "image_id": np.array(image.mammogram.image_id),
        "model": np.array(model),
    }
    for each in seen:
        arrays[each.name] = each.values
        arrays[f"{each.name}_to_source"] = np.array(astuple(each.to_source))
    # NumPy's stub takes keywords for its own options only.
    write_whole(path, lambda file: np.savez_compressed(file, **arrays))  # type: ignore[arg-type]
    picture = Image.fromarray(draw_input(seen[0], image))
    write_whole(path.with_suffix(".png"), lambda file: picture.save(file, format="PNG"))


def draw_input(seen: NetworkInput, image: ShownImage) -> NDArray[np.uint8]:
    """The image as it hangs with the checkerboard of an input over it.

    Returns
    -------
    ndarray, shape (rows, columns), uint8; at most 1000 pixels long.
    """
    mammogram = image.mammogram
    step = max(1, -(-max(mammogram.shape) // _LONGEST_SIDE_PX))
    table = compile_table(mammogram.grayscale, image.voi, inverted=False, air=image.air)
    pixels = np.ascontiguousarray(mammogram.pixels[::step, ::step])
    gray = to_gray(pixels, table).astype(np.float32)
    squares = seen.checkerboard()[::step, ::step]
    tone = np.where(squares == LIGHT, np.float32(255), np.float32(0))
    mixed = np.where(squares > 0, (1 - _OPACITY) * gray + _OPACITY * tone, gray)
    return np.ascontiguousarray(mammogram.orientation.apply(mixed.astype(np.uint8)))
