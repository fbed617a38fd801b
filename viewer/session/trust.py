"""When a reader sees what models say: reading modes, locked readings, and results held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from models.exam import View
from models.results import ExamResult
from viewer.display.shown import ShownMarks


class ReadingMode(Enum):
    """When models are seen; the value is how it is said and kept."""

    ON_REQUEST = "on request"
    AFTER_LOCK = "after the first read"
    AT_ONCE = "at once"

    @property
    def runs_by_itself(self) -> bool:
        """Whether every exam that comes to the screen is analysed without being asked to."""
        return self is not ReadingMode.ON_REQUEST


Held = tuple[ExamResult, Mapping[View, ShownMarks]]


@dataclass(frozen=True, slots=True, eq=False)
class Trust:
    """What may be seen of the models, exam by exam.

    Results that are held back are here and nowhere else in the state, so that nothing in the
    window can show them.

    Attributes
    ----------
    locked : by exam id, when its first read was locked.
    begun : ids of exams whose first read began while it was to be locked; another mode does not
        change that.
    held : by exam id, results that wait for that.
    """

    mode: ReadingMode = ReadingMode.ON_REQUEST
    locked: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    begun: frozenset[str] = frozenset()
    held: Mapping[str, Held] = field(default_factory=lambda: MappingProxyType({}))

    def withholds(self, exam_id: str) -> bool:
        """Whether nothing that models say of an exam, and no truth, may be seen yet."""
        if exam_id in self.locked:
            return False
        return self.mode is ReadingMode.AFTER_LOCK or exam_id in self.begun
