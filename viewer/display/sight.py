"""What a network saw as pictures: its input, and the input beside the image it was cut from.

The checkerboard alternates squares of the image with squares of the input, brought back by the
inverse of its map. The input takes on the image's tones, slightly lifted to mark its squares, so
that nothing but geometry breaks a line of tissue at a square's edge: there the input is shifted,
mirrored or scaled against the image.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.seen import LIGHT, NetworkInput
from viewer.display.hanging import laid
from viewer.display.pyramid import ImagePyramid
from viewer.display.sampling import to_gray
from viewer.display.shown import ShownImage
from viewer.display.voi import compile_table

# How bright the image is where the network saw nothing.
_UNSEEN = 0.4
# What squares of the input are brightened by: it marks them on air, and breaks no line of tissue.
_LIFT = 22
# As many pixels tell the tones of an image.
_SAMPLES = 200_000
_TONES = np.linspace(0.0, 1.0, 513)


class SightKind(Enum):
    """What lies over the image."""

    CHECKER = "Checkerboard"
    SOURCE = "Image"
    INPUT = "Input"


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One input, ready to be looked at.

    Attributes
    ----------
    given : the input in its own frame, its lowest value black, its highest white.
    pictures : as the image hangs, by what is seen: squares of both, the image alone, or the
        input brought back over it; darker where the network saw nothing.
    """

    given: ImagePyramid
    pictures: dict[SightKind, ImagePyramid]


def draw_sight(
    seen: NetworkInput, image: ShownImage, pause: Callable[[], None] = lambda: None
) -> Sight:
    """Draw one input and its image; a second or two for 13 megapixels, so not on the GUI thread.

    Parameters
    ----------
    pause : called several times; may raise to stop.

    Raises
    ------
    ValueError : the input is of an image of another size.
    """
    mammogram = image.mammogram
    if seen.source_shape != mammogram.shape:
        raise ValueError("the input is of another image")
    table = compile_table(mammogram.grayscale, image.voi, inverted=False, air=image.air)
    gray = to_gray(np.ascontiguousarray(mammogram.pixels), table)
    pause()
    squares = seen.checkerboard()
    pause()
    was_seen = squares > 0
    back = matched(seen.in_source(), gray, was_seen)
    pause()
    dim = (gray * np.float32(_UNSEEN)).astype(np.uint8)
    lifted = _LIFT + (back * np.float32(1 - _LIFT / 255)).astype(np.uint8)
    stored = {
        SightKind.CHECKER: np.where(squares == LIGHT, lifted, np.where(was_seen, gray, dim)),
        SightKind.SOURCE: gray,
        SightKind.INPUT: np.where(was_seen, back, dim),
    }
    pause()
    return Sight(
        ImagePyramid.build(in_full_range(seen.values)),
        {kind: ImagePyramid.build(laid(each, mammogram)) for kind, each in stored.items()},
    )


def in_full_range(values: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Any finite values as grey: the lowest 0, the highest 255; an even image is black."""
    low, high = float(values.min()), float(values.max())
    scale = 255.0 / (high - low) if high > low else 0.0
    return np.asarray(np.rint((values - low) * scale), dtype=np.uint8)


def matched(
    values: NDArray[np.float32], gray: NDArray[np.uint8], where: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Values with the tones of a grey image: as many of each tone, in the same order.

    A monotone table does it, so an input that is negative against its image stays one.

    Parameters
    ----------
    values, gray, where : of one shape; tones are counted where `where` is true.
    """
    places = np.flatnonzero(where)
    if not places.size:
        return np.zeros_like(gray)
    places = places[:: max(1, places.size // _SAMPLES)]
    tones = np.quantile(gray.ravel()[places], _TONES)
    levels, first, count = np.unique(
        np.quantile(values.ravel()[places], _TONES), return_index=True, return_counts=True
    )
    # Many pixels hold one value in air: it takes the mean of the tones that are there.
    sums = np.add.reduceat(tones, first)
    return np.asarray(np.interp(values, levels, sums / count), dtype=np.uint8)
