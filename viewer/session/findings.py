"""The findings of the exam on the screen as a list, each with the place to go to."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import STANDARD_VIEWS, View
from viewer.display.findings import FindingKind
from viewer.session.state import SessionState


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """One line.

    Attributes
    ----------
    label : as it stands on the image: `C1`. words : size, count and score.
    target : the view and the middle of the finding, hung (row, column).
    """

    kind: FindingKind
    label: str
    words: str
    target: tuple[View, float, float]

    @property
    def where(self) -> str:
        """`R MLO`."""
        return self.target[0].label


def listed(state: SessionState) -> tuple[ListedFinding, ...]:
    """Every cluster and mass of the exam, view by view."""
    marks = state.marks_here
    return tuple(
        ListedFinding(found.kind, found.label, found.words, (view, *found.centre))
        for view in STANDARD_VIEWS
        if view in marks
        for found in marks[view].findings.findings
    )
