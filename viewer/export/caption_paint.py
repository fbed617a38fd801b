"""Draws the words of a pane into a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.display.colours import MUTED, TEXT, bgr
from viewer.display.text import draw_text, line_height, text_width, wrapped
from viewer.display.words import PlacedBar, Placement, Row
from viewer.export.caption import Caption

_MARGIN_PX, _LARGE_PX, _TEXT_PX = 12, 18, 13
_GROUND = 0.22  # what is left of the light under words that lie on tissue


@dataclass(frozen=True, slots=True)
class _Letters:
    """The built-in typeface at the sizes of one page."""

    large_px: int
    text_px: int

    @classmethod
    def at(cls, factor: float) -> _Letters:
        return cls(round(_LARGE_PX * factor), round(_TEXT_PX * factor))

    def size(self, large: bool) -> int:
        return self.large_px if large else self.text_px

    def width(self, text: str, *, large: bool) -> float:
        return float(text_width(text, self.size(large)))

    def height(self, *, large: bool) -> float:
        return float(line_height(self.size(large)))


def draw_caption(pane: NDArray[np.uint8], caption: Caption, factor: float) -> Placement:
    """Write onto a pane, beside the tissue; returns where the words stand.

    Parameters
    ----------
    pane : ndarray, shape (height, width, 3), BGR, with its image.
    factor : how much larger than usual words are.
    """
    letters = _Letters.at(factor)
    height, width = pane.shape[:2]
    placement = caption.placed((height, width), round(_MARGIN_PX * factor), letters)
    for row in placement.rows:
        _draw_row(pane, row, letters.size(row.large))
    if placement.bar is not None:
        _draw_bar(pane, placement.bar, letters.text_px)
    if caption.missing:
        said = wrapped(caption.missing, letters.text_px, width - 2 * round(_MARGIN_PX * factor))
        line = line_height(letters.text_px)
        top = (height - line * len(said)) / 2
        for number, words in enumerate(said):
            y = top + number * line
            draw_text(pane, words, y, width / 2, letters.text_px, MUTED, anchor="m")
    return placement


def _draw_row(pane: NDArray[np.uint8], row: Row, size_px: int) -> None:
    if row.on_tissue:
        pad = max(2, size_px // 4)
        top, left = max(round(row.y) - 1, 0), max(round(row.x) - pad, 0)
        ground = pane[top : round(row.y + row.height), left : round(row.x + row.width) + pad]
        ground[:] = np.rint(ground * _GROUND)
    draw_text(pane, row.text, row.y, row.x, size_px, row.colour, halo=True)


def _draw_bar(pane: NDArray[np.uint8], bar: PlacedBar, text_px: int) -> None:
    length, thick, tick = round(bar.length), max(1, text_px // 10), text_px // 4
    y, left = round(bar.y), max(round(bar.x), 1)
    for rim, colour in ((1, "#000000"), (0, TEXT)):
        ink = bgr(colour)
        pane[y - rim : y + thick + rim, left - rim : left + length + rim] = ink
        for end in (left, left + length - thick):
            columns = slice(end - rim, end + thick + rim)
            pane[y - tick - rim : y + thick + tick + rim, columns] = ink
