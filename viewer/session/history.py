"""Undo and redo for anything frozen: the value now, those before it, and those undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

LONGEST = 200


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """A value and the way it came about.

    Attributes
    ----------
    now : the value in force.
    done : what was done, oldest first: its words, and the value before it.
    undone : what was undone, the latest last: its words, and the value after it.
    """

    now: T
    done: tuple[tuple[str, T], ...] = ()
    undone: tuple[tuple[str, T], ...] = ()

    def then(self, words: str, value: T) -> History[T]:
        """Do something, named by `words`; what was undone cannot come back after that."""
        return History(value, (*self.done, (words, self.now))[-LONGEST:])

    def back(self) -> History[T]:
        """Undo the latest; itself when there is nothing to undo."""
        if not self.done:
            return self
        words, before = self.done[-1]
        return History(before, self.done[:-1], (*self.undone, (words, self.now)))

    def forth(self) -> History[T]:
        """Redo the latest undone; itself when there is none."""
        if not self.undone:
            return self
        words, after = self.undone[-1]
        return History(after, (*self.done, (words, self.now)), self.undone[:-1])

    def amended(self, change: Callable[[T], T]) -> History[T]:
        """With something in it that was always so, and that undoing cannot take away."""
        return History(
            change(self.now),
            tuple((words, change(before)) for words, before in self.done),
            tuple((words, change(after)) for words, after in self.undone),
        )
