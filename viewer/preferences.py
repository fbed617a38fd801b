"""What a reader decides once, in the settings: reading mode, audit log, sizes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from viewer.session.trust import ReadingMode

SCALES = (80, 90, 100, 110, 125, 150, 175, 200, 250)
MEMORIES_MB = (400, 600, 800, 1000, 1500, 2000, 4000, 8000)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The reader's decisions.

    Attributes
    ----------
    mode : when models are seen.
    audit_names : whether the audit log names exams and the reader.
    scale_percent : size of words and controls, of that which the system wants.
    memory_mb : decoded images that are kept for exams to be shown again at once.
    tour_seen : the first-run tour was read or skipped.
    """

    mode: ReadingMode = ReadingMode.ON_REQUEST
    audit_names: bool = False
    scale_percent: int = 100
    memory_mb: int = 800
    tour_seen: bool = False

    def to_json(self) -> str:
        """For the settings' store."""
        return json.dumps({**asdict(self), "mode": self.mode.value})

    @classmethod
    def from_json(cls, text: str) -> Preferences:
        """Those of the text that are sound; the rest is as new."""
        new = cls()
        try:
            stored: Any = json.loads(text)
        except ValueError:
            return new
        if not isinstance(stored, dict):
            return new
        mode, scale, memory = (stored.get(k) for k in ("mode", "scale_percent", "memory_mb"))
        return cls(
            mode=next((each for each in ReadingMode if each.value == mode), new.mode),
            audit_names=stored.get("audit_names") is True,
            scale_percent=scale if scale in SCALES else new.scale_percent,
            memory_mb=memory if memory in MEMORIES_MB else new.memory_mb,
            tour_seen=stored.get("tour_seen") is True,
        )
