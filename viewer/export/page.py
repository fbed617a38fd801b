"""What a picture out is asked to show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from models.exam import View
from viewer.display.overlay import Overlays
from viewer.display.viewport import Viewport
from viewer.display.voi import Voi


@dataclass(frozen=True, slots=True, eq=False)
class PageSpec:
    """One page.

    Attributes
    ----------
    layout : name of a layout (`2x2`, `single:R-CC`).
    height, width : of the whole page with its banner, pixels.
    vois : the window or table of each view; a view without one starts as its file says.
    viewports : where each pane looks, hung pixels, as it was on a pane of the viewport's size;
        on a pane of another size it is scaled along. A view without one is fitted whole.
    inverted : shown as the negative; air stays black.
    plain : image pixels and overlays only: no words, numbers, scale bar or banner.
    made_on : the date the page is made, ISO text, or empty to leave it out.
    """

    layout: str
    height: int
    width: int
    overlays: Overlays = field(default_factory=Overlays)
    vois: Mapping[View, Voi] = field(default_factory=lambda: MappingProxyType({}))
    viewports: Mapping[View, Viewport] = field(default_factory=lambda: MappingProxyType({}))
    inverted: bool = False
    plain: bool = False
    made_on: str = ""

    @property
    def text_factor(self) -> float:
        """How much larger than on a 1440 × 1080 page words and lines are drawn."""
        return max(0.8, math.sqrt(self.height * self.width / (1440 * 1080)))
