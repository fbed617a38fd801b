"""The geometry of a lens: a rectangle over a pane in which the point under the cursor stays."""

from __future__ import annotations

from models.geometry import Affine, Box
from viewer.display.viewport import Viewport

SIDE_PX = 340  # logical pixels
_OF_PANE = 0.8  # a lens takes no more of a small pane than this part of it


def lens_area(viewport: Viewport, y: float, x: float, side_px: int) -> Box:
    """A square around a point of the pane, moved to lie inside the pane, device pixels."""
    height = min(side_px, int(_OF_PANE * viewport.height))
    width = min(side_px, int(_OF_PANE * viewport.width))
    top = min(max(round(y) - height // 2, 0), viewport.height - height)
    left = min(max(round(x) - width // 2, 0), viewport.width - width)
    return Box(top, left, height, width)


def magnifying(
    area: Box, scale: float, at: tuple[float, float], point: tuple[float, float]
) -> Viewport:
    """What a lens shows of the image of its own pane.

    Parameters
    ----------
    area : of the pane, device pixels.
    scale : device pixels per image pixel.
    at : (y, x) of the cursor in the pane; point : the hung (row, column) under it, which stays
        there.
    """
    row, column = point
    return Viewport(area.height, area.width, scale, 0.0, 0.0).placed(
        scale, row - (at[0] - area.row) / scale, column - (at[1] - area.column) / scale
    )


def mirroring(
    area: Box,
    scale: float,
    at: tuple[float, float],
    point: tuple[float, float],
    to_other: Affine,
) -> Viewport:
    """What a lens shows of the other breast, to be drawn mirrored.

    Parameters
    ----------
    scale, at, point : as of `magnifying`, of the image in the pane.
    to_other : `counterpart`, which mirrors; the counterpart of `point` is drawn under the cursor.
    """
    row, column = to_other.point(*point)
    own = scale / to_other.rr
    from_right = area.width - (at[1] - area.column)
    return Viewport(area.height, area.width, own, 0.0, 0.0).placed(
        own, row - (at[0] - area.row) / own, column - from_right / own
    )
