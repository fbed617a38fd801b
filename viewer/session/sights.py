"""Finds out in the background what networks saw of the exam on the screen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from models.seen import NetworkInput
from viewer.jobs.runner import Job
from viewer.jobs.sight_tasks import InputsWanted, draw, find_inputs
from viewer.session.aside import Aside
from viewer.session.session import Session


class Sights(Aside):
    """Inputs of a model first, then the pictures of one of them.

    Parameters
    ----------
    demos : the weights that read phantoms, by the id of their model.
    """

    found = Signal(object)  # ModelInputs, after `find`
    drawn = Signal(object)  # Sight, after `draw`
    failed = Signal(str)  # why there is none

    def __init__(
        self, session: Session, demos: Mapping[str, Path], parent: QObject | None = None
    ) -> None:
        super().__init__("network inputs", parent)
        self._session = session
        self._demos = demos

    def find(self, model: str) -> None:
        """Ask for a model's inputs of the exam on the screen, all of whose images are there."""
        state = self._session.state
        if state.exam is None:
            return
        threads = max(1, (os.cpu_count() or 2) - 1)
        wanted = InputsWanted(state.exam, model, state.model, self._demos, threads)
        self.submit(Job(partial(find_inputs, wanted), self.found.emit, self.failed.emit))

    def draw(self, seen: NetworkInput) -> None:
        """Ask for the pictures of one of them."""
        image = self._session.state.images.get(seen.view)
        if image is None or image.mammogram.shape != seen.source_shape:
            self.failed.emit(f"{seen.view.label} is no longer the image that was read.")
        else:
            self.submit(Job(partial(draw, seen, image), self.drawn.emit, self.failed.emit))
