"""The strip over an image that is no plain view of its exam, or whose side is in doubt.

It takes its height from the pane, so that no word of it lies on tissue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.exam import WRONG_SIDE, View
from models.geometry import Box
from viewer.display.colours import TRUTH, WARNING
from viewer.display.pane_key import PriorView
from viewer.display.shown import ShownImage

HEIGHT_PX = 24

_INK = "#000000"
_QUIET = "#2A2E33"
_PRIOR = "PRIOR"


@dataclass(frozen=True, slots=True)
class Strip:
    """Words over a pane, in the colour `ink` on `ground`.

    Attributes
    ----------
    forms : ways to say it, the longest first; the last one says what must not be lost.
    """

    forms: tuple[str, ...]
    ink: str
    ground: str

    @property
    def words(self) -> str:
        """All there is to say."""
        return self.forms[0]

    def fitting(self, width_of: Callable[[str], float], width: float) -> str:
        """The longest form that is no wider than `width`, else the shortest."""
        return next((each for each in self.forms if width_of(each) <= width), self.forms[-1])


def strip_of(view: View, image: ShownImage) -> Strip | None:
    """What is said over an image: amber for a doubt and for the tray, quiet for a prior."""
    notices = _forms(image.notice)
    if image.doubtful:
        doubt = image.mammogram.doubt or WRONG_SIDE
        check = doubt.partition(":")[0]
        forms = [f"{each} · {notices[0]}" for each in (doubt, check) if notices]
        forms += [f"{check} · {notice}" for notice in notices[1:]]
        return Strip((*forms, check) if notices else (doubt, check), _INK, WARNING)
    if not notices:
        return None
    if isinstance(view, PriorView):
        return Strip(notices, TRUTH, _QUIET)
    return Strip(notices, _INK, WARNING)


def _forms(notice: str) -> tuple[str, ...]:
    """`PRIOR 2024-05-12, 2 y before` as `PRIOR 2024-05-12 · 2 y`, `PRIOR 2024-05-12`, `PRIOR`;
    `SET ASIDE: …` without its reason."""
    if not notice:
        return ()
    if notice.startswith(_PRIOR):
        dated = notice.partition(", ")[0]
        brief = notice.removesuffix(" before").replace(", ", " · ")
        return tuple(dict.fromkeys((notice, brief, dated, _PRIOR)))
    return tuple(dict.fromkeys((notice, notice.partition(":")[0])))


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
