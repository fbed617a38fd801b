"""The words on a pane, on the air side of the breast: view, scores, guesses, zoom, scale bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass, Mammogram, View
from models.grayscale import VoiWindow
from models.results import GlamResult
from viewer.display.colours import MUTED, TEXT, WARNING, bgr
from viewer.display.hanging import align_of
from viewer.display.text import draw_text, line_height, shortened, text_width
from viewer.display.viewport import Align, Viewport
from viewer.display.voi import Voi

_DARK = 24
_TOLERATED = 0.02
SCALE_BARS_MM = (100, 50, 20, 10, 5, 2, 1)


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length of `mm` in the breast, `pixels` long on the pane."""

    mm: int
    pixels: float


def scale_bar(mammogram: Mammogram, viewport: Viewport, longest_px: float) -> ScaleBar | None:
    """The longest round length that fits, or None where millimetres are not known.

    Detector spacing divided by the Estimated Radiographic Magnification Factor, PS3.3 C.8.11.4.
    """
    spacing = pixel_mm(mammogram)
    if spacing is None:
        return None
    per_mm = viewport.scale / spacing
    for length in SCALE_BARS_MM:
        if length * per_mm <= longest_px:
            return ScaleBar(length, length * per_mm)
    return None


def pixel_mm(mammogram: Mammogram) -> float | None:
    """Millimetres in the breast that one hung pixel is wide, or None."""
    if mammogram.pixel_spacing_mm is None:
        return None
    row_mm, column_mm = mammogram.pixel_spacing_mm
    across = row_mm if mammogram.orientation.transpose else column_mm
    return across / mammogram.magnification


def caption_lines(
    view: View, mammogram: Mammogram, glam: GlamResult | None
) -> list[tuple[str, str]]:
    """What is said under the view's name, as (words, colour)."""
    lines = []
    if glam is not None and view in glam.views:
        found = glam.views[view]
        for finding in reversed(FindingClass):
            lines.append((f"{finding.value.capitalize()} {found.score(finding):.2f}", TEXT))
    elif glam is not None:
        reason = glam.withheld.get(view, "not run on this view")
        lines.append((f"{glam.provenance.model_name}: {reason}", WARNING))
    if mammogram.view_origin.is_guess:
        lines.append((f"View guessed: {mammogram.view_origin.value}", WARNING))
    if mammogram.orientation_origin.is_guess:
        lines.append((f"Orientation guessed: {mammogram.orientation_origin.value}", WARNING))
    if mammogram.lossy:
        lines.append(("Lossy compression", WARNING))
    return lines


@dataclass(frozen=True, slots=True)
class Caption:
    """Everything said on one pane.

    Attributes
    ----------
    lines : (words, colour) under the view's name.
    corner : the line in the other corner of the air side.
    """

    view: View
    lines: Sequence[tuple[str, str]] = ()
    corner: str = ""
    bar: ScaleBar | None = None


def draw_caption(pane: NDArray[np.uint8], caption: Caption, factor: float) -> None:
    """Write onto a pane, on the air side; the name is above unless only below it finds air.

    Parameters
    ----------
    pane : ndarray, shape (height, width, 3), BGR, with its image.
    factor : how much larger than usual words are.
    """
    margin, title_px, text_px = round(12 * factor), round(18 * factor), round(13 * factor)
    on_left = align_of(caption.view) is Align.RIGHT
    pen = _Pen(pane, margin if on_left else pane.shape[1] - margin, on_left, margin, text_px)
    name = [(caption.view.label, TEXT, title_px)]
    name += [(words, colour, text_px) for words, colour in caption.lines]
    name_height = sum(line_height(size_px) for _, _, size_px in name)
    foot_height = line_height(text_px) * (1 if caption.bar is None else 3)
    name_top, foot_top = margin, pane.shape[0] - margin - foot_height
    if pen.covers_tissue(name_top, name):
        below = pane.shape[0] - margin - name_height
        if not pen.covers_tissue(below, name):
            name_top, foot_top = below, margin
    pen.write(name_top, name)
    if caption.bar is not None:
        pen.draw_bar(foot_top, caption.bar)
        foot_top += 2 * line_height(text_px)
    pen.write(foot_top, [(caption.corner, MUTED, text_px)])


def draw_missing(pane: NDArray[np.uint8], view: View, factor: float) -> None:
    """Say which view is not there, so that an empty pane is never a shifted grid."""
    draw_caption(pane, Caption(view), factor)
    size_px = round(13 * factor)
    y, x = (pane.shape[0] - line_height(size_px)) / 2, pane.shape[1] / 2
    words = shortened(f"No {view.label} in this exam", size_px, pane.shape[1])
    draw_text(pane, words, y, x, size_px, MUTED, anchor="m")


def corner_words(viewport: Viewport, voi: Voi) -> str:
    """How the image is shown: zoom and window, as `26 % · C 2653 W 900 sigmoid`."""
    zoom = "1:1" if viewport.scale == 1.0 else f"{100 * viewport.scale:.0f} %"
    if isinstance(voi, VoiWindow):
        function = voi.function.value.lower().replace("_", " ")
        return f"{zoom} · C {voi.center:.0f} W {voi.width:.0f} {function}"
    return f"{zoom} · {voi.explanation or 'lookup'} table"


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes onto a pane along its air side, whose margin is at column `x`."""

    pane: NDArray[np.uint8]
    x: int
    on_left: bool
    margin: int
    text_px: int

    def write(self, top: int, lines: Sequence[tuple[str, str, int]]) -> None:
        """Set lines of (words, colour, size) below each other."""
        room = self.pane.shape[1] - 2 * self.margin
        anchor = "l" if self.on_left else "r"
        for words, colour, size_px in lines:
            line = shortened(words, size_px, room)
            draw_text(self.pane, line, top, self.x, size_px, colour, anchor=anchor, halo=True)
            top += line_height(size_px)

    def covers_tissue(self, top: int, lines: Sequence[tuple[str, str, int]]) -> bool:
        """Whether something shines where the lines would be written."""
        lit = covered = 0
        for words, _, size_px in lines:
            width = min(text_width(words, size_px), self.pane.shape[1])
            left = self.x if self.on_left else max(self.x - width, 0)
            under = self.pane[max(top, 0) : top + line_height(size_px), left : left + width]
            lit += int(np.count_nonzero(under.max(axis=2) > _DARK)) if under.size else 0
            covered += under.shape[0] * under.shape[1]
            top += line_height(size_px)
        return lit > _TOLERATED * covered

    def draw_bar(self, top: int, bar: ScaleBar) -> None:
        """Draw a scale bar with its length written above it, two lines high."""
        words, text_px = f"{bar.mm} mm", self.text_px
        self.write(top, [(words, TEXT, text_px)])
        length, thick, tick = round(bar.pixels), max(1, text_px // 10), text_px // 3
        left = self.x if self.on_left else self.x - length
        y = top + line_height(text_px) + tick + 2
        for rim, colour in ((1, "#000000"), (0, TEXT)):
            ink = bgr(colour)
            self.pane[y - rim : y + thick + rim, left - rim : left + length + rim] = ink
            for end in (left, left + length - thick):
                columns = slice(end - rim, end + thick + rim)
                self.pane[y - tick - rim : y + thick + tick + rim, columns] = ink
