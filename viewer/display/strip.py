"""The strip over an image that is no plain view of its exam, or whose side is in doubt.

It takes its height from the pane, so that no word of it lies on tissue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.exam import View
from models.geometry import Box
from viewer.display.colours import TRUTH, WARNING
from viewer.display.pane_key import PriorView
from viewer.display.shown import ShownImage

WRONG_SIDE = "CHECK THE SIDE: the pixels show the chest wall where the file does not"
HEIGHT_PX = 24

_INK = "#000000"
_QUIET = "#2A2E33"


@dataclass(frozen=True, slots=True)
class Strip:
    """Words over a pane, in the colour `ink` on `ground`."""

    words: str
    ink: str
    ground: str


def strip_of(view: View, image: ShownImage) -> Strip | None:
    """What is said over an image: amber for a doubt and for the tray, quiet for a prior."""
    if image.doubtful:
        words = " · ".join(filter(None, (WRONG_SIDE, image.notice)))
        return Strip(words, _INK, WARNING)
    if not image.notice:
        return None
    if isinstance(view, PriorView):
        return Strip(image.notice, TRUTH, _QUIET)
    return Strip(image.notice, _INK, WARNING)


def parted(
    rects: Mapping[View, Box], images: Mapping[View, ShownImage], height_px: int
) -> tuple[dict[View, Box], dict[View, tuple[Box, Strip]]]:
    """Panes below their strips, and the strips: rectangles in device pixels."""
    below, strips = dict(rects), {}
    for view, rect in rects.items():
        strip = strip_of(view, images[view]) if view in images else None
        if strip is not None:
            height = min(height_px, rect.height)
            strips[view] = (Box(rect.row, rect.column, height, rect.width), strip)
            below[view] = Box(rect.row + height, rect.column, rect.height - height, rect.width)
    return below, strips
