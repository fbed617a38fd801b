"""What a picture out is asked to show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from models.exam import Exam, Mammogram, View
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.measurement import Measurement
from viewer.display.nipple import Nipple
from viewer.display.overlay import Overlays
from viewer.display.pane_key import PriorView
from viewer.display.placed import Placed
from viewer.display.size import Sizing
from viewer.display.viewport import Viewport
from viewer.display.voi import Voi
from viewer.export.caption import Wording


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """An image on a page that is no plain view of its exam: a prior's, or one of the tray.

    Attributes
    ----------
    notice : what is said over it: a prior's date and age, or why it is set aside.
    alarm : what is wrong with the whole exam that it comes from, or empty.
    """

    mammogram: Mammogram
    notice: str
    alarm: str = ""


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
    departures : from the vendor's look; named on the page.
    plain : image pixels and overlays only: no words, numbers, scale bar or banner.
    held : models spoke, and what they said waits until a first read is locked.
    wording : what is said on the images; a page always says whose they are, unless it is
        de-identified.
    made_on : the date the page is made, ISO text, or empty to leave it out.
    sizing : equal millimetres in all panes that are fitted, or each as large as its pane takes;
        a page has no life size.
    nipples : where the nipples are, as far as anyone said.
    measurements : what was measured, by view; a plain page draws their lines alone, and one that
        is de-identified nothing that a reader typed.
    beside : the images of panes that show no plain view of the exam.
    placed : what the reader said of images against their files, which the exam follows already.
    """

    layout: str
    height: int
    width: int
    overlays: Overlays = field(default_factory=Overlays)
    vois: Mapping[View, Voi] = field(default_factory=lambda: MappingProxyType({}))
    viewports: Mapping[View, Viewport] = field(default_factory=lambda: MappingProxyType({}))
    inverted: bool = False
    departures: Departures = VENDOR_LOOK
    plain: bool = False
    held: bool = False
    wording: Wording = field(default_factory=Wording)
    made_on: str = ""
    sizing: Sizing = Sizing.SAME
    nipples: Mapping[View, Nipple] = field(default_factory=lambda: MappingProxyType({}))
    measurements: Mapping[View, tuple[Measurement, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    beside: Mapping[View, Beside] = field(default_factory=lambda: MappingProxyType({}))
    placed: Mapping[View, Placed] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def prior_alarm(self) -> str:
        """What is wrong with the prior's exam as a whole, or empty."""
        priors = (each for view, each in self.beside.items() if isinstance(view, PriorView))
        return next((each.alarm for each in priors if each.alarm), "")

    @property
    def text_factor(self) -> float:
        """How much larger than on a 1440 × 1080 page words and lines are drawn."""
        return max(0.8, math.sqrt(self.height * self.width / (1440 * 1080)))


def mammograms_on(exam: Exam, spec: PageSpec) -> dict[View, Mammogram]:
    """Everything that the panes of a page may show, by their keys."""
    return {**exam.mammograms, **{key: each.mammogram for key, each in spec.beside.items()}}
