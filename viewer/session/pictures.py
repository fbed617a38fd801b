"""Writes pictures in the background, one after the other."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from viewer.export.page import PageSpec
from viewer.jobs.runner import Job, Runner
from viewer.jobs.tasks import Picture, write_picture
from viewer.session.session import Session
from viewer.session.transitions import said


class PictureWriter(QObject):
    """Writes the exam on the screen; `written` fires once a picture is, with the id of its exam,
    which may have left the screen by then, and with what it shows."""

    written = Signal(str, object)  # dict: layout, full_resolution, deidentified, marks

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = Runner("writing", self)

    def write(self, path: Path, spec: PageSpec, *, full_resolution: bool = False) -> None:
        """Write the exam on the screen as `spec` says; the status line tells when it is done."""
        state = self._session.state
        if state.exam is None:
            return
        if self._runner.busy:  # a newer job would end the older one, and its picture be lost
            self._say("Another picture is still being written; export again when it is done.")
            return
        picture = Picture(path, state.exam, state.result, spec, full_resolution, state.opened)
        facts = {
            "layout": spec.layout,
            "full_resolution": full_resolution,
            "deidentified": spec.wording.deidentified,
            "marks": state.result is not None and bool(spec.overlays.of_models),
        }
        self._say(f"Writing {path.name}…")
        self._runner.submit(
            Job(
                partial(write_picture, picture),
                succeeded=partial(self._done, path, state.exam_key, facts),
                failed=self._say,
            )
        )

    def close(self) -> None:
        """Wait for the thread."""
        self._runner.close()

    def _done(self, path: Path, exam_id: str, facts: dict[str, object], _: object) -> None:
        self._say(f"{path} is written.")
        self.written.emit(exam_id, facts)

    def _say(self, message: str) -> None:
        self._session.apply(lambda state: said(state, message))
