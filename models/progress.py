"""How long work reports where it is and learns that it should stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from models.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` steps are finished; `message` says what comes next."""

    done: int
    total: int
    message: str


Report = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """A `Report` for callers who do not want to know."""


class CancelToken:
    """A flag that another thread may raise and long work polls between steps."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` when stopping was asked for."""
        if self._event.is_set():
            raise Cancelled
