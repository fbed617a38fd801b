"""Where a pane looks whatever its size, and the viewport that follows for a pane of some size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.exam import View
from models.geometry import Box
from viewer.display.hanging import align_of
from viewer.display.viewport import Viewport, clamp, fit_common


@dataclass(frozen=True, slots=True)
class Camera:
    """Where a pane looks.

    Attributes
    ----------
    scale : device pixels per image pixel, or None for the whole image fitted.
    row, column : the image point at the pane's centre, hung pixels; unused when fitted.
    """

    scale: float | None = None
    row: float = 0.0
    column: float = 0.0

    @classmethod
    def of(cls, viewport: Viewport) -> Camera:
        """The camera that gives `viewport` in a pane of its size."""
        row, column = viewport.to_image(viewport.height / 2.0, viewport.width / 2.0)
        return cls(viewport.scale, row, column)


FITTED = Camera()


def viewports(
    cameras: Mapping[View, Camera],
    shapes: Mapping[View, tuple[int, int]],
    panes: Mapping[View, Box],
    pixels_mm: Mapping[View, float] = MappingProxyType({}),
) -> dict[View, Viewport]:
    """The viewport of every pane that has an image.

    Fitted panes share one scale, the largest at which each image fits, so that the breasts
    compare and every chest wall touches the inner edge of its pane.

    Parameters
    ----------
    shapes : (rows, columns) of each hung image; panes : rectangles in device pixels.
    pixels_mm : width of a hung pixel; where it is known of every view, millimetres are equal on
        the screen, else pixels are.
    """
    views = [view for view in panes if view in shapes]
    fitted = fit_common(
        [shapes[view] for view in views],
        [(panes[view].height, panes[view].width) for view in views],
        [align_of(view) for view in views],
        [pixels_mm[view] for view in views] if all(view in pixels_mm for view in views) else None,
    )
    resolved = dict(zip(views, fitted, strict=True))
    for view in views:
        camera = cameras.get(view, FITTED)
        if camera.scale is not None:
            scaled = Viewport(
                panes[view].height, panes[view].width, camera.scale, 0.0, 0.0
            ).centered_on(camera.row, camera.column)
            resolved[view] = clamp(scaled, shapes[view])
    return resolved
