"""The strip over a pane of a page, as the screen has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.display.colours import bgr
from viewer.display.strip import Strip
from viewer.display.text import draw_text, line_height, shortened, text_width

STRIP_PX = 24
_TEXT_PX = 13


def draw_strip(canvas: NDArray[np.uint8], strip: Strip) -> None:
    """Paint onto `canvas`, shape (height, pane width, 3), BGR, the words in its middle."""
    height, width = canvas.shape[:2]
    canvas[:] = bgr(strip.ground)
    size_px = max(1, round(height * _TEXT_PX / STRIP_PX))
    room = width - size_px
    words = strip.fitting(lambda form: text_width(form, size_px), room)
    words = shortened(words, size_px, room)
    top = (height - line_height(size_px)) / 2
    draw_text(canvas, words, top, width / 2, size_px, strip.ink, anchor="m")
