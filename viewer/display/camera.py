"""Where a pane looks whatever its size, and the viewport that follows for a pane of some size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from models.exam import View
from models.geometry import Box
from viewer.display.hanging import align_of
from viewer.display.size import Sizing
from viewer.display.viewport import Align, Viewport, clamp, fit, fit_common


@dataclass(frozen=True, slots=True)
class Camera:
    """Where a pane looks.

    Attributes
    ----------
    scale : device pixels per image pixel, or None for as large as the others hang.
    row, column : the image point at the pane's centre, hung pixels; unused without a scale. No
        column holds the chest wall at the inner edge of the pane, however wide that is.
    """

    scale: float | None = None
    row: float = 0.0
    column: float | None = 0.0

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
    widths_mm: Mapping[View, float] = MappingProxyType({}),
    sizing: Sizing = Sizing.SAME,
    screen_mm: float | None = None,
    parts: Mapping[View, Box] = MappingProxyType({}),
) -> dict[View, Viewport]:
    """The viewport of every pane that has an image; every chest wall touches the inner edge.

    Parameters
    ----------
    shapes : (rows, columns) of each hung image; panes : rectangles in device pixels.
    widths_mm : width of a hung pixel at the detector, of the images that state it. Same-sized,
        these share the largest size in millimetres at which each fits its pane; those that do
        not state it share the largest scale.
    screen_mm : width of a device pixel; without it nothing can hang at its true size.
    parts : the part of a hung image that its pane has to show, from the chest wall on; all of it
        where none is named.
    """
    views = [view for view in panes if view in shapes]
    whole = {view: Box(0, 0, *shapes[view]) for view in views}
    wanted = {**whole, **{view: part for view, part in parts.items() if view in whole}}
    resolved: dict[View, Viewport] = {}
    for group in _groups(views, widths_mm, sizing):
        fitted = fit_common(
            [(wanted[view].height, wanted[view].width) for view in group],
            [(panes[view].height, panes[view].width) for view in group],
            [align_of(view) for view in group],
            [widths_mm[view] for view in group] if group[0] in widths_mm else None,
        )
        for view, viewport in zip(group, fitted, strict=True):
            resolved[view] = _beside(viewport, wanted[view])
    for view in views:
        camera, pane = cameras.get(view, FITTED), panes[view]
        if camera.scale is not None:
            resolved[view] = _placed(camera, camera.scale, shapes[view], pane, align_of(view))
        elif sizing is Sizing.TRUE and screen_mm is not None and view in widths_mm:
            scale, part = widths_mm[view] / screen_mm, wanted[view]
            shape = part.height, part.width
            life = fit(shape, pane.height, pane.width, align_of(view), scale)
            resolved[view] = _beside(life, part)
    return {view: resolved[view] for view in views}


def _beside(viewport: Viewport, part: Box) -> Viewport:
    """A viewport of a part of an image as one of the image."""
    return viewport.placed(viewport.scale, viewport.row + part.row, viewport.column + part.column)


def _groups(
    views: Sequence[View], widths_mm: Mapping[View, float], sizing: Sizing
) -> list[list[View]]:
    """The views that share a size."""
    if sizing is Sizing.FIT:
        return [[view] for view in views]
    known = [view for view in views if view in widths_mm]
    unknown = [view for view in views if view not in widths_mm]
    return [group for group in (known, unknown) if group]


def _placed(
    camera: Camera, scale: float, shape: tuple[int, int], pane: Box, align: Align
) -> Viewport:
    viewport = fit(shape, pane.height, pane.width, align, scale)
    column = viewport.to_image(0.0, pane.width / 2.0)[1]
    if camera.column is not None:
        column = camera.column
    placed = clamp(viewport.centered_on(camera.row, column), shape)
    if camera.column is None:
        return replace(placed, column=viewport.column)
    return placed
