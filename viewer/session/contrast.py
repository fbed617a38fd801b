"""Computes CLAHE in the background while the reader wants it; panes show it as it comes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from models.progress import CancelToken, Report
from viewer.display.gray import contrast_key, contrast_pyramid
from viewer.display.pyramid import ImagePyramid
from viewer.display.shown import ShownImage
from viewer.jobs.runner import Deliver, Job, Runner
from viewer.session.gray import contrast_ready, contrasts_awaited, contrasts_let_go
from viewer.session.session import Session
from viewer.session.state import SessionState


def compute_contrast(
    image: ShownImage, report: Report, deliver: Deliver, cancel: CancelToken
) -> ImagePyramid:
    """`contrast_pyramid` as a task."""
    del report, deliver, cancel  # about a second
    return contrast_pyramid(image)


class ContrastWorker(QObject):
    """One image after the other, the focused one first."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner: Runner | None = None  # most readers never ask for CLAHE
        session.changed.connect(self._on_changed)

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if old.images is not new.images and new.contrasts:
            self._session.apply(contrasts_let_go)
        if new.look.departures.clahe:
            self._go_on()

    def _go_on(self) -> None:
        awaited = contrasts_awaited(self._session.state)
        if not awaited or (self._runner is not None and self._runner.busy):
            return
        if self._runner is None:
            self._runner = Runner("local contrast", self)
        task, take = partial(compute_contrast, awaited[0]), partial(self._take, awaited[0])
        self._runner.submit(Job(task, succeeded=take))

    def _take(self, image: ShownImage, pyramid: object) -> None:
        if not isinstance(pyramid, ImagePyramid):
            raise TypeError("computing local contrast gives an ImagePyramid")
        if any(each is image for each in self._session.state.images.values()):
            key = contrast_key(image)
            self._session.apply(lambda state: contrast_ready(state, key, pyramid))
        self._go_on()

    def close(self) -> None:
        """Wait for the thread, if there is one."""
        if self._runner is not None:
            self._runner.close()
