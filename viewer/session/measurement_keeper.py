"""Keeps measurements in files as they are made, and brings them back with their images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from models.errors import ExportError, Problem
from models.exam import View
from viewer.display.measurement import Measurement
from viewer.display.pane_key import PriorView
from viewer.measurement_file import file_of, key_of, read_measurements, write_measurements
from viewer.session.measurements import measurements_on, restored
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.transitions import said


class MeasurementKeeper(QObject):
    """Writes after every change, so that nothing that ends the program loses a measurement.

    Those of a prior's images are kept with the prior, and are there when it is opened itself.

    Parameters
    ----------
    folder : of the files; made when the first one is written.
    """

    def __init__(self, session: Session, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._folder = session, folder
        self._restoring = False
        session.changed.connect(self._on_changed)

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if self._restoring:
            return
        if new.images is not old.images:
            self._restore(old, new)
        if new.exam_key == old.exam_key and (
            new.work.now.measurements is not old.work.now.measurements
        ):
            self._keep(old, new)

    def _restore(self, old: SessionState, new: SessionState) -> None:
        """Bring back what is kept of the images that have just come."""
        before = {image.mammogram.image_id for image in old.images.values()}
        found = {}
        for view, image in new.images.items():
            image_id = image.mammogram.image_id
            if image_id in before or measurements_on(new, image_id):
                continue
            kept, problem = read_measurements(file_of(self._folder, _exam_of(new, view)))
            if problem is not None:
                self._tell(problem)
            found[image_id] = kept.get(key_of(image_id), ())
        self._restoring = True
        try:
            self._session.apply(lambda state: restored(state, found))
        finally:
            self._restoring = False

    def _keep(self, old: SessionState, new: SessionState) -> None:
        changed: dict[str, dict[str, tuple[Measurement, ...]]] = {}
        for view, image in new.images.items():
            image_id = image.mammogram.image_id
            if measurements_on(new, image_id) is not measurements_on(old, image_id):
                of_exam = changed.setdefault(_exam_of(new, view), {})
                of_exam[key_of(image_id)] = measurements_on(new, image_id)
        try:
            for exam_id, of_exam in changed.items():
                write_measurements(file_of(self._folder, exam_id), of_exam)
        except ExportError as error:
            words = str(error)
            self._session.apply(lambda state: said(state, words))

    def _tell(self, problem: Problem) -> None:
        self._session.apply(
            lambda state: replace(state, own_problems=(*state.own_problems, problem))
        )


def _exam_of(state: SessionState, view: View) -> str:
    """The id of the exam that an image in a pane belongs to."""
    if isinstance(view, PriorView) and state.prior is not None:
        return state.prior.exam_id
    return state.exam_key
