"""Orientation letters and the nipple's mark: small signs with a place on the pane, and their
pixels, the same on the screen and in pictures out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Box
from viewer.display.air import FreeAir
from viewer.display.colours import ACCENT, MUTED, bgr
from viewer.display.letters import Directions, directions
from viewer.display.nipple import Nipple
from viewer.display.shown import ShownImage
from viewer.display.text import draw_text, line_height, text_width
from viewer.display.viewport import Viewport
from viewer.display.words import Placement

LETTER_PX = 13
_MARGIN = 6.0
_RADIUS = 7.0
_DASHES = 6


@dataclass(frozen=True, slots=True)
class Sign:
    """What is drawn where: the device pixel of the pane at its upper-left corner.

    Attributes
    ----------
    kind : the letters themselves, or `nipple`, or `guess` for one that is only guessed.
    """

    kind: str
    y: int
    x: int
    size_px: int


def signs_on(
    image: ShownImage,
    nipple: Nipple | None,
    viewport: Viewport,
    factor: float,
    *,
    words: Placement | None,
    ratio: float = 1.0,
) -> tuple[Sign, ...]:
    """Everything of this kind on a pane.

    Parameters
    ----------
    factor : how much larger than usual words are.
    words : what is written on the pane, which letters keep away from; None for no letters.
    ratio : device pixels for each pixel that `words` count.
    """
    sides = None if words is None else directions(image.mammogram)
    taken = () if words is None else boxes_of(words, ratio)
    signs = letter_signs(sides, image.free, viewport, factor, taken)
    if nipple is None:
        return signs
    y, x = viewport.to_pane(*nipple.hung(image.mammogram))
    if not (0 <= y < viewport.height and 0 <= x < viewport.width):
        return signs
    return (*signs, nipple_sign(y, x, guessed=nipple.guessed, factor=factor))


@lru_cache(maxsize=32)
def letter_signs(
    sides: Directions | None,
    free: FreeAir,
    viewport: Viewport,
    factor: float,
    taken: tuple[Box, ...] = (),
) -> tuple[Sign, ...]:
    """Letters at the middles of the four sides of a pane, moved along their side into the air; a
    side that is tissue from end to end has none.

    Parameters
    ----------
    taken : rectangles of the pane where other words stand, device pixels.
    """
    if sides is None:
        return ()
    size_px = round(LETTER_PX * factor)
    margin, high = round(_MARGIN * factor), line_height(size_px)
    bottom, right = viewport.height - margin - high, viewport.width - margin
    signs = []
    for letters, side in (
        (sides.left, "left"),
        (sides.right, "right"),
        (sides.top, "top"),
        (sides.bottom, "bottom"),
    ):
        wide = text_width(letters, size_px)
        upright = side in ("left", "right")
        fixed = {"left": margin, "right": right - wide, "top": margin, "bottom": bottom}[side]
        length, extent = (viewport.height, high) if upright else (viewport.width, wide)
        for along in _places(length, extent, margin, max(size_px // 2, 1)):
            y, x = (along, fixed) if upright else (fixed, along)
            if _is_air(free, viewport, y, x, high, wide) and not any(
                _overlap(box, y, x, high, wide) for box in taken
            ):
                signs.append(Sign(letters, y, x, size_px))
                break
    return tuple(signs)


def nipple_sign(y: float, x: float, *, guessed: bool, factor: float) -> Sign:
    """The mark of a nipple at a point of the pane."""
    radius = _radius(round(LETTER_PX * factor))
    kind = "guess" if guessed else "nipple"
    return Sign(kind, round(y) - radius, round(x) - radius, round(LETTER_PX * factor))


@lru_cache(maxsize=64)
def sign_pixels(kind: str, size_px: int) -> NDArray[np.uint8]:
    """The pixels of a sign, shape (rows, columns, 4), uint8, premultiplied BGRA, read-only."""
    if kind in ("nipple", "guess"):
        pixels = _ring(size_px, dashed=kind == "guess")
    else:
        shape = (line_height(size_px) + 2, text_width(kind, size_px) + 4, 4)
        pixels = np.zeros(shape, dtype=np.uint8)
        draw_text(pixels, kind, 0, 2, size_px, MUTED, halo=True)
    pixels.flags.writeable = False
    return pixels


def is_held(
    image: ShownImage,
    nipple: Nipple,
    viewport: Viewport,
    at: tuple[float, float],
    factor: float,
) -> bool:
    """Whether a point (y, x) of the pane is near enough to the nipple's mark to hold it."""
    y, x = viewport.to_pane(*nipple.hung(image.mammogram))
    return math.hypot(y - at[0], x - at[1]) <= 1.5 * _radius(round(LETTER_PX * factor))


def _places(length: int, extent: int, margin: int, step: int) -> list[int]:
    """Starts of something `extent` long on a side: from its middle on, then back from there.

    In this order letters of both breasts go the same way round the tissue: below it, as the
    axilla is above.
    """
    middle, last = (length - extent) // 2, length - extent - margin
    starts = [*range(middle, last + 1, step), *range(middle - step, margin - 1, -step)]
    return [start for start in starts if margin <= start <= last]


def _is_air(free: FreeAir, viewport: Viewport, y: int, x: int, high: int, wide: int) -> bool:
    left = free.room(viewport, y, y + high, on_left=True)
    right = free.room(viewport, y, y + high, on_left=False)
    return x + wide <= left or x >= viewport.width - right


def boxes_of(words: Placement, ratio: float = 1.0) -> tuple[Box, ...]:
    """Where words stand, in device pixels at `ratio` for each pixel that they count."""
    return tuple(
        Box(
            int(row.y * ratio),
            int(row.x * ratio),
            math.ceil(row.height * ratio),
            math.ceil(row.width * ratio),
        )
        for row in words.rows
    )


def _overlap(box: Box, y: int, x: int, high: int, wide: int) -> bool:
    """Whether a rectangle comes as near to `box` as half its own height."""
    near = high // 2
    return (
        box.row - near < y + high
        and y < box.row + box.height + near
        and box.column - near < x + wide
        and x < box.column + box.width + near
    )


def _radius(size_px: int) -> int:
    return max(4, round(_RADIUS / LETTER_PX * size_px))


def _ring(size_px: int, *, dashed: bool) -> NDArray[np.uint8]:
    """A ring with a point in its middle; the ring of a guess is dashed."""
    radius = _radius(size_px)
    side = 2 * radius + 1
    pixels = np.zeros((side, side, 4), dtype=np.uint8)
    ink = (*bgr(ACCENT), 255)
    turns = range(_DASHES) if dashed else range(1)
    sweep = 360.0 / _DASHES * 0.55 if dashed else 360.0
    thick = max(1, round(size_px / LETTER_PX))
    for colour, width in (((0, 0, 0, 255), thick + 2), (ink, thick)):
        for turn in turns:
            begin = turn * 360.0 / _DASHES
            cv2.ellipse(
                pixels,
                (radius, radius),
                (radius - 2, radius - 2),
                0.0,
                begin,
                begin + sweep,
                colour,
                width,
                cv2.LINE_AA,
            )
        cv2.circle(pixels, (radius, radius), width // 2, colour, -1)
    return pixels
