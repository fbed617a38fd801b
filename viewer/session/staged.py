"""How far reading by stages has come, exam by exam, and what was seen at full size: values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from models.exam import Mammogram, View
from models.geometry import Orientation
from viewer.display.coverage import Coverage
from viewer.display.stages import StagedProtocol, in_force
from viewer.display.tiles import Center

ImageKey = tuple[str, Orientation]
"""An image as it hangs: one turned by hand is another one, and is looked at anew."""


def image_key(mammogram: Mammogram) -> ImageKey:
    """What coverage of an image is kept by."""
    return mammogram.image_id, mammogram.orientation


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the protocol an exam is.

    Attributes
    ----------
    stage : its number, from 0.
    view : the one that is tiled, in a stage of tiles.
    center : the middle of the tile on the screen; None before the view was there to be tiled.
    """

    stage: int
    view: View | None = None
    center: Center | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """The stages of every exam.

    Attributes
    ----------
    places : by exam id; an exam without one has not been read by stages.
    coverage : by exam id and image, what was on the screen at 1:1 or larger.
    map_visible : whether tissue that was not is tinted.
    """

    protocol: StagedProtocol = field(default_factory=in_force)
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    coverage: Mapping[str, Mapping[ImageKey, Coverage]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    map_visible: bool = False
