"""How the reader finds the way through an exam: what panes share, and what follows the cursor."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Habits:
    """The part of it that is remembered from day to day.

    Attributes
    ----------
    coupled : a zoom or pan of one pane is one of all, mirrored between the breasts.
    on_breast : fitted panes show the breast and leave out the air beside it.
    """

    coupled: bool = False
    on_breast: bool = False


@dataclass(frozen=True, slots=True)
class Navigation:
    """Everything of it; `habits` outlive the session."""

    habits: Habits = field(default_factory=Habits)
