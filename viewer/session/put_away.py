"""Results of exams that left the screen: the latest stay in memory, the rest on disk alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.exam import FindingClass
from models.results import ExamResult, MadeBy
from viewer.session.mappings import with_item, without_item

if TYPE_CHECKING:
    from viewer.session.state import SessionState

MOST = 8  # of some 70 MB each


@dataclass(frozen=True, slots=True, eq=False)
class PutAway:
    """What stays of an exam's results in memory.

    Attributes
    ----------
    made : the computations, by which they are found again.
    malignant : the score that the list of exams shows; None where it may not be seen.
    """

    made: Mapping[str, MadeBy]
    malignant: float | None


def lightened(state: SessionState) -> SessionState:
    """The oldest results go, except those of the exam on the screen and those that could not be
    found again whole: of models from outside, and where something failed."""
    trust = state.trust
    found = {**state.results, **{exam_id: held[0] for exam_id, held in trust.held.items()}}
    removable = [
        exam_id
        for exam_id, result in found.items()
        if exam_id != state.exam_key and not result.problems and not result.others
    ]
    for exam_id in removable[: max(0, len(found) - MOST)]:
        seen = exam_id in state.results
        away = PutAway(found[exam_id].made_by, malignant_of(found[exam_id]) if seen else None)
        trust = replace(trust, held=without_item(trust.held, exam_id))
        state = replace(
            state,
            results=without_item(state.results, exam_id),
            marks=without_item(state.marks, exam_id),
            away=with_item(state.away, exam_id, away),
            trust=trust,
        )
    return state


def malignant_of(result: ExamResult) -> float | None:
    """The exam's malignant score, where GLAM gave one."""
    return None if result.glam is None else result.glam.exam_score(FindingClass.MALIGNANT)
