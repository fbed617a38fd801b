"""Where a pane magnifies, so that tissue stays in it."""

from __future__ import annotations

from viewer.display.air import FreeAir
from viewer.display.viewport import Viewport, one_to_one

Point = tuple[float, float]  # (y, x) in the pane, device pixels


def magnified(
    viewport: Viewport, free: FreeAir, factor: float, at: Point | None = None
) -> Viewport:
    """Magnified about `at`, else about the pane's centre if tissue is there; about the middle of
    the tissue where another point would take all of it out of the pane."""
    y, x = at or (viewport.height / 2.0, viewport.width / 2.0)
    zoomed = viewport.zoomed(factor, y, x)
    middle = free.middle
    if middle is None:
        return zoomed
    is_meant = at is not None or free.holds(*viewport.to_image(y, x))
    if not (is_meant and free.shows(zoomed)):
        zoomed = viewport.zoomed(factor, *viewport.to_pane(*middle))
    return zoomed if free.shows(zoomed) else zoomed.centered_on(*middle)


def at_actual_pixels(viewport: Viewport, free: FreeAir, at: Point | None = None) -> Viewport:
    """At 1:1 with the point under `at` held, else the pane's centre, if tissue is there; else
    with the middle of the tissue in the middle of the pane."""
    for y, x in filter(None, (at, (viewport.height / 2.0, viewport.width / 2.0))):
        if free.holds(*viewport.to_image(y, x)):
            return one_to_one(viewport, y, x)
    middle = free.middle
    return one_to_one(viewport) if middle is None else one_to_one(viewport).centered_on(*middle)
