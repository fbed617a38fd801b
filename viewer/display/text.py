"""Words on images in one built-in typeface, so that a picture is the same on every machine."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from viewer.display.colours import bgr

_HALO_PX = 2
# The typeface lacks these: a raised, smaller 2 is drawn for a square, a letter for a cross.
_RAISED, _RAISED_SHARE = "²", 0.65
_SPELT = str.maketrans({"×": "x"})


@lru_cache(maxsize=16)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size_px)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font


@lru_cache(maxsize=1024)
def text_width(text: str, size_px: int) -> int:
    """Width of a line of text, pixels."""
    return int(np.ceil(sum(font.getlength(words) for words, font in _pieces(text, size_px))))


def _pieces(text: str, size_px: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """A line in what is written with one typeface each: every other piece is raised."""
    words = printable(text).translate(_SPELT).split(_RAISED)
    pieces = [(words[0], _font(size_px))]
    for after in words[1:]:
        pieces += [("2", _font(round(_RAISED_SHARE * size_px))), (after, _font(size_px))]
    return pieces


def printable(text: str) -> str:
    """`text` on one line: whatever cannot be written, such as a line break, becomes `?`."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def line_height(size_px: int) -> int:
    """Distance from one line to the next, pixels."""
    return round(size_px * 1.35)


def shortened(text: str, size_px: int, width: int) -> str:
    """`text`, its end replaced by `…` where it is wider than `width` pixels."""
    if text_width(text, size_px) <= width:
        return text
    while text and text_width(text + "…", size_px) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, size_px: int, width: int) -> list[str]:
    """The words of `text` in rows no wider than `width` pixels; a longer word is shortened."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(longer, size_px) <= width:
            rows[-1] = longer
        else:
            rows.append(shortened(word, size_px, width))
    return rows


def draw_text(
    canvas: NDArray[np.uint8],
    text: str,
    y: float,
    x: float,
    size_px: int,
    colour: str,
    *,
    anchor: str = "l",
    halo: bool = False,
) -> None:
    """Write a line of text onto `canvas`, clipped at its edges.

    Parameters
    ----------
    canvas : ndarray, shape (rows, columns, 3 or 4), uint8: BGR, or premultiplied BGRA.
    y, x : upper edge of the line, and its left (`anchor` l), middle (m) or right (r) edge.
    colour : `#RRGGBB`.
    halo : a thin black rim that keeps the words readable on tissue.
    """
    left = x - {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * text_width(text, size_px)
    top, start = round(y), round(left)
    if halo:
        _paint(canvas, _coverage(text, size_px, _HALO_PX), top, start, "#000000")
    _paint(canvas, _coverage(text, size_px, 0), top, start, colour)


@lru_cache(maxsize=256)
def _coverage(text: str, size_px: int, stroke_px: int) -> NDArray[np.uint8]:
    """Coverage 0 … 255 of a line, with a margin of `_HALO_PX` on every side."""
    width = text_width(text, size_px) + 2 * _HALO_PX
    image = Image.new("L", (width, line_height(size_px) + 2 * _HALO_PX))
    draw, x = ImageDraw.Draw(image), float(_HALO_PX)
    for words, font in _pieces(text, size_px):
        draw.text((x, _HALO_PX), words, fill=255, font=font, stroke_width=stroke_px)
        x += font.getlength(words)
    return np.asarray(image)


def _paint(
    canvas: NDArray[np.uint8], coverage: NDArray[np.uint8], top: int, left: int, colour: str
) -> None:
    top, left = top - _HALO_PX, left - _HALO_PX
    y0, x0 = max(top, 0), max(left, 0)
    y1 = min(top + coverage.shape[0], canvas.shape[0])
    x1 = min(left + coverage.shape[1], canvas.shape[1])
    if y1 <= y0 or x1 <= x0:
        return
    share = coverage[y0 - top : y1 - top, x0 - left : x1 - left, None].astype(np.float32) / 255.0
    ink = np.array([*bgr(colour), 255][: canvas.shape[2]], dtype=np.float32)
    under = canvas[y0:y1, x0:x1]
    canvas[y0:y1, x0:x1] = np.rint(under * (1.0 - share) + ink * share)
