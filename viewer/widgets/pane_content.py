"""Everything that decides what the image in a pane, or in a lens over it, looks like."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import View
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.gray import contrast_key
from viewer.display.overlay import Overlays
from viewer.display.pyramid import ImagePyramid
from viewer.display.shown import ShownImage, ShownMarks
from viewer.display.viewport import Viewport
from viewer.display.voi import Voi
from viewer.session.pages import NO_OVERLAYS
from viewer.session.state import SessionState


@dataclass(frozen=True, slots=True)
class PaneContent:
    """An image as it is to be drawn.

    Attributes
    ----------
    viewport : in device pixels; left, top : its corner in the widget, device pixels.
    ratio : device pixels per logical pixel.
    departures : from the vendor's look; contrast : the image after CLAHE, once computed.
    mirrored : the left and the right of what the viewport shows are exchanged.
    """

    image: ShownImage
    viewport: Viewport
    left: int
    top: int
    ratio: float
    voi: Voi
    inverted: bool
    marks: ShownMarks | None
    overlays: Overlays
    departures: Departures = VENDOR_LOOK
    contrast: ImagePyramid | None = None
    mirrored: bool = False

    @property
    def sampled(self) -> tuple[object, ...]:
        """What the device pixels before the grey scale depend on, for one image."""
        wanted = self.departures
        contrast = self.contrast if wanted.clahe else None
        return self.viewport, self.inverted, wanted.sharpened, contrast

    @property
    def graded(self) -> tuple[object, ...]:
        """What their grey depends on."""
        return self.voi, self.inverted, self.departures.gamma, self.mirrored


def content_of(
    state: SessionState,
    view: View,
    viewport: Viewport,
    corner: tuple[int, int],
    ratio: float,
    *,
    negative: bool = False,
    mirrored: bool = False,
) -> PaneContent:
    """The image of a view, which is ready, as the session wants it drawn.

    Parameters
    ----------
    corner : (left, top) of the viewport in the widget, device pixels.
    negative : the other polarity than the panes have; mirrored : as in `PaneContent`.
    """
    image = state.images[view]
    return PaneContent(
        image=image,
        viewport=viewport,
        left=corner[0],
        top=corner[1],
        ratio=ratio,
        voi=state.voi_of(view),
        inverted=state.look.inverted != negative,
        marks=state.marks_here.get(view),
        overlays=state.overlays if state.marks_visible else NO_OVERLAYS,
        departures=state.look.departures,
        contrast=state.contrasts.get(contrast_key(image)),
        mirrored=mirrored,
    )
