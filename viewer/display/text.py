"""Words on images in one typeface of our own, so that a picture is the same on every machine.

It holds the letters of names in Latin, Greek and Cyrillic writing; `build_scripts/typeface` makes
it.
"""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from viewer.display.colours import bgr
from viewer.resource_files import resource_path

TYPEFACE, SIGNS = "typeface/NotoSans-Subset.ttf", "typeface/signs.txt"
UNWRITTEN = "\ufffd"  # a white question mark on a black diamond, which is in the typeface

_HALO_PX = 2


@lru_cache(maxsize=16)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    # Sign by sign: what else is there to lay words with is not on every machine.
    path = resource_path(TYPEFACE)
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _written() -> frozenset[int]:
    """Every sign of the typeface, as its place in Unicode."""
    signs: set[int] = set()
    for line in resource_path(SIGNS).read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        signs.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(signs)


@lru_cache(maxsize=1024)
def text_width(text: str, size_px: int) -> int:
    """Width of a line of text, pixels."""
    return sum(_sign(sign, size_px, 0)[1] for sign in writable(text))


def writable(text: str) -> str:
    """`text` on one line: every sign that cannot be written, such as a line break or one of a
    writing that the typeface lacks, becomes `UNWRITTEN`, never nothing."""
    return "".join(map(_as_written, unicodedata.normalize("NFC", text)))


def _as_written(sign: str) -> str:
    if unicodedata.category(sign) == "Zs":
        return " "
    return sign if ord(sign) in _written() and sign.isprintable() else UNWRITTEN


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
    # Halves always go up: rounded to even, they would jump between a picture and a part of it.
    top, start = math.floor(y + 0.5), math.floor(left + 0.5)
    if halo:
        _paint(canvas, _coverage(text, size_px, _HALO_PX), top, start, "#000000")
    _paint(canvas, _coverage(text, size_px, 0), top, start, colour)


@lru_cache(maxsize=256)
def _coverage(text: str, size_px: int, stroke_px: int) -> NDArray[np.uint8]:
    """Coverage 0 … 255 of a line, with a margin of `_HALO_PX` on every side."""
    height, width = line_height(size_px) + 2 * _HALO_PX, text_width(text, size_px)
    # Signs reach beyond their own width, marks that combine with one before by all of it.
    beyond = size_px + _HALO_PX
    line = np.zeros((height, width + 2 * beyond), dtype=np.uint8)
    x = 0
    for sign in writable(text):
        ink, advance = _sign(sign, size_px, stroke_px)
        part = line[:, x : x + ink.shape[1]]
        np.maximum(part, ink[:, : part.shape[1]], out=part)
        x += advance
    return line[:, size_px : line.shape[1] - size_px]


@lru_cache(maxsize=4096)
def _sign(sign: str, size_px: int, stroke_px: int) -> tuple[NDArray[np.uint8], int]:
    """Coverage of one sign, as high as a line and as wide as it may be, and how far the next is.

    Signs are kept, for words change with every step of a zoom and their signs do not.
    """
    font, beyond = _font(size_px), size_px + _HALO_PX
    advance = round(font.getlength(sign))
    image = Image.new("L", (advance + 2 * beyond, line_height(size_px) + 2 * _HALO_PX))
    ImageDraw.Draw(image).text(
        (beyond, _HALO_PX + size_px),
        sign,
        fill=255,
        font=font,
        stroke_width=stroke_px,
        anchor="ls",
    )
    return np.asarray(image), advance


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
