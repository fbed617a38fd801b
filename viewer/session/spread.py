"""How the panes of a layout are spread over several screens."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from models.exam import Laterality, View, ViewPosition
from viewer.display.layout import Layout

if TYPE_CHECKING:
    from viewer.session.state import SessionState


class Spread(Enum):
    """What each window shows; the value is how it is said."""

    ONE = "all on one screen"
    BREAST = "one breast per screen"
    VIEW = "one view per screen"

    @property
    def next(self) -> Spread:
        """The one after this, the first again after the last."""
        kinds = list(Spread)
        return kinds[(kinds.index(self) + 1) % len(kinds)]


def parts(layout: Layout, spread: Spread) -> tuple[Layout, ...]:
    """What the windows show, the main window first: right before left, currents with priors.

    One view is one laterality and view position, so that its prior stays under it.
    """
    if spread is Spread.ONE or len(layout.slots) < 2:
        return (layout,)
    if spread is Spread.BREAST:
        wanted = [layout.part(partial(_is_of, side, None)) for side in Laterality]
    else:
        places = dict.fromkeys((slot.view.laterality, slot.view.position) for slot in layout.slots)
        wanted = [layout.part(partial(_is_of, *place)) for place in places]
    return tuple(part for part in wanted if part.slots)


def _is_of(side: Laterality, position: ViewPosition | None, view: View) -> bool:
    return view.laterality is side and position in (None, view.position)


def part_of(state: SessionState, number: int) -> Layout:
    """What window `number` shows, from 0 for the main one; no pane where it has none."""
    found = parts(state.panes, state.spread)
    return found[number] if number < len(found) else state.panes.part(lambda _: False)
