"""What is being measured just now: the drawing in hand, and what is selected; a part of the
session's state. `measurements` has the steps; `by_hand.ByHand` keeps what is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from viewer.display.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Held:
    """One of the measurements of an image: its place among them."""

    image_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A measurement that is being drawn or changed, and kept once it is finished.

    Attributes
    ----------
    measurement : as far as it goes; the last point of an angle or a polygon being drawn follows
        the cursor.
    index : of the kept measurement that it takes the place of, or None for a new one.
    writing : nothing but its words is missing.
    """

    image_id: str
    measurement: Measurement
    index: int | None = None
    writing: bool = False


@dataclass(frozen=True, slots=True)
class Measuring:
    """The state of measuring.

    Attributes
    ----------
    selected : what keys and handles speak of; hovered : what a press would take.
    visible : measurements are drawn.
    """

    draft: Draft | None = None
    selected: Held | None = None
    hovered: Held | None = None
    visible: bool = True

    def at_rest(self) -> Measuring:
        """Nothing in hand."""
        return replace(self, draft=None, selected=None, hovered=None)


AT_REST = Measuring()
