"""How the reader finds the way through an exam: what panes share, and what follows the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from models.exam import View

if TYPE_CHECKING:
    from viewer.session.state import SessionState


@dataclass(frozen=True, slots=True)
class Habits:
    """The part of it that is remembered from day to day.

    Attributes
    ----------
    coupled : a zoom or pan of one pane is one of all, mirrored between the breasts.
    on_breast : fitted panes show the breast and leave out the air beside it.
    lens_scale : of the magnifier, device pixels per image pixel; lens_negative : it shows the
        other polarity than the pane.
    arc_both : the nipple-distance arc is shown in the other breast as well.
    tied : a cross follows the cursor at the same place of the other breast and of the prior.
    """

    coupled: bool = False
    on_breast: bool = False
    lens_scale: int = 1
    lens_negative: bool = False
    tied: bool = False
    arc_both: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the cursor points: a hung (row, column) of the image in a view's pane."""

    view: View
    row: float
    column: float


class Arc(Enum):
    """What the nipple-distance arc is drawn for."""

    OFF = "off"
    CURSOR = "cursor"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class Navigation:
    """Everything of it; `habits` outlive the session.

    Attributes
    ----------
    lens : the magnifier is on; mirror : a lens shows the other breast, mirrored.
    pointer : the cursor, as long as anything follows it.
    pinned : the place that the arc was pinned to, and the `image_key` it belongs to.
    """

    habits: Habits = field(default_factory=Habits)
    lens: bool = False
    mirror: bool = False
    pointer: Pointer | None = None
    arc: Arc = Arc.OFF
    pinned: tuple[object, Pointer] | None = None

    @property
    def follows(self) -> bool:
        """Whether anything follows the cursor."""
        return self.lens or self.mirror or self.habits.tied or self.arc is Arc.CURSOR


def pointed(state: SessionState, pointer: Pointer | None) -> SessionState:
    """The cursor is there; nothing changes while nothing follows it."""
    navigation = state.navigation
    if not navigation.follows:
        pointer = None
    if pointer == navigation.pointer:
        return state
    return replace(state, navigation=replace(navigation, pointer=pointer))


def magnifier(state: SessionState) -> SessionState:
    """The magnifier comes or goes."""
    navigation = state.navigation
    return replace(state, navigation=replace(navigation, lens=not navigation.lens))


def magnifier_scaled(state: SessionState) -> SessionState:
    """It magnifies 2:1 instead of 1:1, and the other way round; it comes if it was not there."""
    if not state.navigation.lens:
        return magnifier(state)
    scale = 1 if state.navigation.habits.lens_scale == 2 else 2
    return with_habits(state, lambda habits: replace(habits, lens_scale=scale))


def magnifier_inverted(state: SessionState) -> SessionState:
    """It shows the other polarity than its pane, or no longer; it comes if it was not there."""
    state = state if state.navigation.lens else magnifier(state)
    return with_habits(
        state, lambda habits: replace(habits, lens_negative=not habits.lens_negative)
    )


def with_habits(state: SessionState, change: Callable[[Habits], Habits]) -> SessionState:
    """Other habits from now on."""
    return replace(
        state, navigation=replace(state.navigation, habits=change(state.navigation.habits))
    )


def tied(state: SessionState) -> SessionState:
    """A cross follows the cursor in the other breast and the prior, or no longer."""
    return with_habits(state, lambda habits: replace(habits, tied=not habits.tied))


def arc_in_both(state: SessionState) -> SessionState:
    """The arc is shown in the other breast as well, or no longer."""
    return with_habits(state, lambda habits: replace(habits, arc_both=not habits.arc_both))
