"""The words on a pane, on the air side of the breast: view, scores, guesses, zoom, scale bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.catalog import DEMO
from models.exam import FindingClass, Mammogram, Origin, View
from models.results import GlamResult
from viewer.display.colours import MUTED, TEXT, WARNING, bgr
from viewer.display.gray_words import voi_words
from viewer.display.hanging import align_of
from viewer.display.pane_key import PriorView
from viewer.display.scale import ScaleBar
from viewer.display.text import draw_text, line_height, shortened, text_width
from viewer.display.viewport import Align, Viewport
from viewer.display.voi import Voi

_DARK = 24


def caption_lines(
    view: View, mammogram: Mammogram, glam: GlamResult | None
) -> list[tuple[str, str]]:
    """What is said under the view's name, as (words, colour)."""
    lines = []
    if glam is not None and view in glam.views:
        found = glam.views[view]
        for finding in reversed(FindingClass):
            lines.append((f"{finding.value.capitalize()} {found.score(finding):.2f}", TEXT))
        if glam.provenance.model_id == DEMO.id:
            lines.append((glam.provenance.model_name, WARNING))
    elif glam is not None:
        reason = glam.withheld.get(view, "not run on this view")
        lines.append((f"{glam.provenance.model_name}: {reason}", WARNING))
    if mammogram.view_origin.is_guess:
        lines.append((f"View guessed: {mammogram.view_origin.value}", WARNING))
    if mammogram.view_origin is Origin.BY_HAND:
        lines.append((f"Shown as {view.label} by hand", WARNING))
    if mammogram.orientation_origin is Origin.BY_HAND:
        lines.append(("Mirrored or turned by hand", WARNING))
    if mammogram.orientation_origin.is_guess:
        lines.append((f"Orientation guessed: {mammogram.orientation_origin.value}", WARNING))
    return lines


@dataclass(frozen=True, slots=True)
class Caption:
    """Everything said on one pane.

    Attributes
    ----------
    lines : (words, colour) under the view's name.
    corner : the line in the other corner of the air side.
    size : (words, colour) of how large and how true the image is shown, above the scale bar.
    """

    view: View
    lines: Sequence[tuple[str, str]] = ()
    corner: str = ""
    bar: ScaleBar | None = None
    size: Sequence[tuple[str, str]] = ()


def draw_caption(pane: NDArray[np.uint8], caption: Caption, factor: float) -> None:
    """Write onto a pane, on the air side: the name above and the rest below, or the other way
    round where that frees tissue. What has no room is left out, the name last of all.

    Parameters
    ----------
    pane : ndarray, shape (height, width, 3), BGR, with its image.
    factor : how much larger than usual words are.
    """
    margin, title_px, text_px = round(12 * factor), round(18 * factor), round(13 * factor)
    on_left = align_of(caption.view) is Align.RIGHT
    pen = _Pen(pane, margin if on_left else pane.shape[1] - margin, on_left, margin, text_px)
    name = _Block([(caption.view.label, TEXT, title_px)])
    name.lines.extend((words, colour, text_px) for words, colour in caption.lines)
    size = [(words, colour, text_px) for words, colour in caption.size]
    corner = [(caption.corner, MUTED, text_px)] if caption.corner else []
    room = pane.shape[0] - 2 * margin - name.height - text_px
    feet = (_Block(corner, caption.bar, size), _Block(corner, above=size), _Block(size))
    foot = next((foot for foot in feet if foot.height <= room), _Block([]))
    bottom = pane.shape[0] - margin
    usual = ((name, margin), (foot, bottom - foot.height))
    turned = ((foot, margin), (name, bottom - name.height))
    lit_usual, lit_turned = (
        sum(pen.lit(top, block) for block, top in blocks) for blocks in (usual, turned)
    )
    for block, top in turned if lit_turned < lit_usual / 2 else usual:
        pen.write(top, block)


def draw_missing(pane: NDArray[np.uint8], view: View, factor: float) -> None:
    """Say which view is not there, so that an empty pane is never a shifted grid."""
    draw_caption(pane, Caption(view), factor)
    size_px = round(13 * factor)
    y, x = (pane.shape[0] - line_height(size_px)) / 2, pane.shape[1] / 2
    place = (
        "prior to compare with" if isinstance(view, PriorView) else f"{view.label} in this exam"
    )
    words = shortened(f"No {place}", size_px, pane.shape[1])
    draw_text(pane, words, y, x, size_px, MUTED, anchor="m")


def corner_words(viewport: Viewport, voi: Voi) -> str:
    """How the image is shown, as `1:1 · C 2653 W 900 sigmoid`; `size_words` tell a zoom below."""
    zoom = ""
    if viewport.scale >= 1.0:
        zoom = "1:1 · " if viewport.scale == 1.0 else f"{100 * viewport.scale:.0f} % · "
    return f"{zoom}{voi_words(voi)}"


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of (words, colour, size), a scale bar or none, then more lines."""

    lines: list[tuple[str, str, int]]
    bar: ScaleBar | None = None
    above: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Pixels from the first line to below the last."""
        sizes = [size_px for _, _, size_px in (*self.above, *self.lines)]
        bar_px = 2 * line_height(sizes[0]) if self.bar is not None and sizes else 0
        return sum(line_height(size_px) for size_px in sizes) + bar_px


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes onto a pane along its air side, whose margin is at column `x`."""

    pane: NDArray[np.uint8]
    x: int
    on_left: bool
    margin: int
    text_px: int

    def write(self, top: int, block: _Block) -> None:
        """Draw a block from row `top` on."""
        for line in block.above:
            self._write_line(top, *line)
            top += line_height(line[2])
        if block.bar is not None:
            self._draw_bar(top, block.bar)
            top += 2 * line_height(self.text_px)
        for line in block.lines:
            self._write_line(top, *line)
            top += line_height(line[2])

    def lit(self, top: int, block: _Block) -> int:
        """How many pixels shine where a block would be written."""
        widths = [text_width(words, size_px) for words, _, size_px in (*block.above, *block.lines)]
        width = min(max([block.bar.pixels if block.bar else 0, *widths]), self.pane.shape[1])
        left = self.x if self.on_left else max(self.x - round(width), 0)
        under = self.pane[max(top, 0) : top + block.height, left : left + round(width)]
        return int(np.count_nonzero((under > _DARK).any(axis=2)))

    def _write_line(self, top: int, words: str, colour: str, size_px: int) -> None:
        line = shortened(words, size_px, self.pane.shape[1] - 2 * self.margin)
        anchor = "l" if self.on_left else "r"
        draw_text(self.pane, line, top, self.x, size_px, colour, anchor=anchor, halo=True)

    def _draw_bar(self, top: int, bar: ScaleBar) -> None:
        """A scale bar with its length written above it, two lines high."""
        text_px = self.text_px
        self._write_line(top, bar.words, TEXT, text_px)
        length, thick, tick = round(bar.pixels), max(1, text_px // 10), text_px // 3
        left = self.x if self.on_left else self.x - length
        y = top + line_height(text_px) + tick + 2
        for rim, colour in ((1, "#000000"), (0, TEXT)):
            ink = bgr(colour)
            self.pane[y - rim : y + thick + rim, left - rim : left + length + rim] = ink
            for end in (left, left + length - thick):
                columns = slice(end - rim, end + thick + rim)
                self.pane[y - tick - rim : y + thick + tick + rim, columns] = ink
