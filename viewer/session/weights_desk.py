"""Does what the reader wants done to weights, one thing at a time, without holding up anything."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from models.catalog import ModelCard, PublishedWeights
from models.progress import Progress
from models.store.shelf import Holding
from viewer.jobs.runner import Job, Task
from viewer.jobs.weights_tasks import (
    Shelf,
    agree,
    check,
    fetch,
    look,
    take_over,
    throw_away,
    try_out,
)
from viewer.session.aside import Aside


class WeightsDesk(QObject):
    """The folder of weights as a window knows it; nothing is looked at before it is asked for.

    Parameters
    ----------
    folder : the user's folder of weights.
    """

    changed = Signal(object)  # Shelf, after everything that was done
    progressed = Signal(object)  # Progress
    ended = Signal(str)  # what went wrong, or "" when it was stopped

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.shelf = Shelf(())  # as it was last seen
        self._aside = Aside("weights", self)

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._aside.busy

    def look(self) -> None:
        """Find out what is there."""
        self._do(partial(look, self.folder))

    def agree(self, card: ModelCard) -> None:
        """The reader agrees to the terms of a model."""
        self._do(partial(agree, card, self.folder))

    def fetch(self, card: ModelCard, published: PublishedWeights) -> None:
        """Bring a released file."""
        self._do(partial(fetch, card, published, self.folder))

    def take_over(self, path: Path, card: ModelCard, role: str) -> None:
        """Take over a downloaded file."""
        self._do(partial(take_over, path, card, role, self.folder))

    def try_out(self, path: Path, card: ModelCard, role: str) -> None:
        """Find out whether a file works as it lies there."""
        self._do(partial(try_out, path, card, role, self.folder))

    def check(self, holding: Holding) -> None:
        """Check a file anew."""
        self._do(partial(check, holding, self.folder))

    def throw_away(self, holding: Holding) -> None:
        """Delete a file."""
        self._do(partial(throw_away, holding, self.folder))

    def stop(self) -> None:
        """Stop what is being done; what has arrived of a download is kept."""
        self._aside.stop()

    def close(self) -> None:
        """Stop and wait for the thread."""
        self._aside.close()

    def _do(self, task: Task) -> None:
        self._aside.submit(
            Job(
                task,
                succeeded=self._done,
                failed=self.ended.emit,
                cancelled=partial(self.ended.emit, ""),
                progressed=self._tell,
            )
        )

    def _done(self, found: object) -> None:
        if not isinstance(found, Shelf):
            raise TypeError("work on weights gives a Shelf")
        self.shelf = found
        self.changed.emit(found)

    def _tell(self, progress: Progress) -> None:
        self.progressed.emit(progress)
