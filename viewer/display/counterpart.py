"""Where a place of one breast image lies in another: mirrored between the breasts, and at the
same distance from the chest wall and from the level of the nipple in every projection."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import View
from models.geometry import Affine
from viewer.display.hanging import align_of
from viewer.display.nipple import Nipple
from viewer.display.pane_key import AsideView
from viewer.display.shown import ShownImage
from viewer.display.size import detector_mm
from viewer.display.viewport import Align


@dataclass(frozen=True, slots=True)
class BreastFrame:
    """What places of a hung image are compared by.

    Attributes
    ----------
    wall : the hung column of the image's edge at the chest wall.
    outwards : +1 where the nipple lies to the right of the chest wall, else −1.
    level : the hung row of the nipple: of its mark, else of the outermost point of the breast.
    reach_px : from the chest wall to the outermost point of the breast, hung pixels.
    pixel_mm : width of a hung pixel at the detector, or None where the file does not say.
    """

    wall: float
    outwards: float
    level: float
    reach_px: float
    pixel_mm: float | None


def frame_of(image: ShownImage, view: View, nipple: Nipple | None = None) -> BreastFrame | None:
    """The frame of an image as it hangs under `view`; None for one of the tray, whose chest wall
    may be anywhere."""
    if isinstance(view, AsideView):
        return None
    rows, columns = image.shape
    is_left = align_of(view) is Align.LEFT
    outermost = image.free.outermost(from_left=is_left)
    row, column = outermost or (rows / 2.0, float(columns if is_left else 0))
    wall = 0.0 if is_left else float(columns)
    level = row if nipple is None else nipple.hung(image.mammogram)[0]
    reach = max(abs(column - wall), 1.0)
    return BreastFrame(wall, 1.0 if is_left else -1.0, level, reach, detector_mm(image.mammogram))


def counterpart(one: BreastFrame, other: BreastFrame) -> Affine:
    """The map from the hung pixels of one image to those of another.

    Lengths stay equal in millimetres at the detector; in pixels where neither image states its
    spacing; in parts of the breast's depth where one does not.
    """
    if one.pixel_mm is not None and other.pixel_mm is not None:
        unit = one.pixel_mm / other.pixel_mm
    elif one.pixel_mm is None and other.pixel_mm is None:
        unit = 1.0
    else:
        unit = other.reach_px / one.reach_px
    across = unit * one.outwards * other.outwards
    return Affine(
        rr=unit,
        r0=other.level - unit * one.level,
        cc=across,
        c0=other.wall - across * one.wall,
    )
