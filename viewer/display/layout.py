"""Layouts as values: which view stands where in a grid of panes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from models.exam import View
from viewer.display.pane_key import PriorView


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one view in a layout's grid, counted from 0."""

    view: View
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Layout:
    """An arrangement of panes.

    Attributes
    ----------
    name : on the command line and in files (`2x2`, `single:R-CC`).
    title : in menus; key : what selects it, or empty.
    rows, columns : of the grid that `slots` stand in.
    """

    name: str
    title: str
    key: str
    rows: int
    columns: int
    slots: tuple[Slot, ...]

    @property
    def views(self) -> tuple[View, ...]:
        """The views it shows, in reading order."""
        return tuple(slot.view for slot in self.slots)

    @property
    def has_priors(self) -> bool:
        """Whether it shows images of the exam before."""
        return any(isinstance(view, PriorView) for view in self.views)

    def part(self, wanted: Callable[[View], bool]) -> Layout:
        """The panes of some views alone, without the rows and columns that this leaves empty."""
        slots = [slot for slot in self.slots if wanted(slot.view)]
        rows = sorted({slot.row for slot in slots})
        columns = sorted({slot.column for slot in slots})
        return replace(
            self,
            rows=len(rows),
            columns=len(columns),
            slots=tuple(
                Slot(slot.view, rows.index(slot.row), columns.index(slot.column)) for slot in slots
            ),
        )


def single(view: View) -> Layout:
    """One view alone."""
    return Layout(f"single:{view.name}", view.label, "", 1, 1, (Slot(view, 0, 0),))
