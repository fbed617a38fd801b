"""What the reader does to images by hand and with the tray: transitions, a log, and a reader."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from models.errors import Problem
from models.exam import View
from models.geometry import Orientation
from viewer.display.pane_key import AsideView
from viewer.display.shown import ShownImage
from viewer.exam_io.records import ExamRecord
from viewer.jobs.runner import Job, Runner
from viewer.jobs.tasks import load_aside
from viewer.session import placing, transitions
from viewer.session.by_hand import CLOCKWISE, MIRRORED, UPSIDE_DOWN
from viewer.session.key_words import keyed
from viewer.session.session import Session, Transition

log = logging.getLogger(__name__)

TURNS: dict[str, tuple[Orientation, str]] = {
    "mirror": (MIRRORED, "mirror"),
    "upside_down": (UPSIDE_DOWN, "turn upside down"),
    "turn": (CLOCKWISE, "turn by 90°"),
}


class Hands(QObject):
    """Relabels, mirrors and turns images, and brings those of the tray to a pane.

    Parameters
    ----------
    stop_analysis : called before images change, so that no result of the old ones arrives.
    """

    restored = Signal()  # after `restore`, the last of them hangs

    def __init__(
        self, session: Session, stop_analysis: Callable[[], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._stop_analysis = stop_analysis
        self._reading = Runner("tray", self)

    def show_as(self, view: View, wanted: View) -> None:
        """Show the image of a pane as another view."""
        self._change(lambda state: placing.shown_as(state, view, wanted))

    def turn(self, name: str) -> None:
        """Mirror or turn the focused image: a key of `TURNS`."""
        how, words = TURNS[name]
        self._change(lambda state: placing.turned(state, state.focus, how, words))

    def undo(self) -> None:
        """Take back the latest thing done to this exam."""
        self._change(placing.undone, "undo: ")

    def redo(self) -> None:
        """Do again what was taken back."""
        self._change(placing.redone, "redo: ")

    def show_aside(self, number: int) -> None:
        """Show an image of the tray alone in a pane, read first where it was not yet."""
        state = self._session.state
        record = state.record
        if record is None:
            return
        after = placing.aside_shown(state, number)
        if after is not state or AsideView.at(number) in state.read:
            self._session.apply(lambda _: after)
        elif number < len(record.set_aside):
            self._say(f"Reading {record.set_aside[number].title}…")
            self._reading.submit(
                Job(
                    partial(load_aside, record.set_aside[number]),
                    succeeded=partial(self._read, record, number, show=True),
                    failed=self._say,
                )
            )

    def restore(self) -> None:
        """Read the images of the tray that the reader gave a view before this exam was left."""
        state = self._session.state
        record, wanted = state.record, state.aside_to_read
        if record is not None and wanted:
            self._reading.submit(
                Job(
                    partial(load_aside, record.set_aside[wanted[0]]),
                    succeeded=partial(self._read, record, wanted[0], show=False),
                    failed=partial(self._lost, record, wanted[0]),
                )
            )

    def close(self) -> None:
        """Stop and wait for the thread."""
        self._reading.close()

    def _read(self, record: ExamRecord, number: int, image: object, *, show: bool) -> None:
        if self._session.state.record is not record:
            return
        if isinstance(image, Problem):
            self._say(image.reason)
            return
        if not isinstance(image, ShownImage):
            raise TypeError("the tray's reader gives an image")
        self._session.apply(lambda state: placing.aside_ready(state, number, image))
        if show:
            self._session.apply(lambda state: placing.aside_shown(state, number))
            self._say("")
        elif self._session.state.aside_to_read:
            self.restore()
        else:
            self.restored.emit()

    def _lost(self, record: ExamRecord, number: int, reason: str) -> None:
        if self._session.state.record is record:
            self._stop_analysis()
            self._session.apply(lambda state: placing.aside_lost(state, number))
            self._say(reason)
            self.restore()

    def _change(self, transition: Transition, again: str = "") -> None:
        """Apply what is done by hand; `again` tells whether it is undone or redone."""
        old, new = self._session.state, transition(self._session.state)
        if new.work is old.work:
            return
        if new.work.now.placed != old.work.now.placed:
            self._stop_analysis()
        self._session.apply(transition)
        after = self._session.state.work
        steps = after.undone if transition is placing.undone else after.done
        words = f"{again}{steps[-1][0]}"
        # Views and turns only; of whose images they are, what ties them to a file at hand.
        log.warning("by hand: %s, exam %s", words, _digest(old.exam_key))
        back = keyed("{undo} takes it back", old.keys)
        self._say(f"By hand: {words}. {back}.")

    def _say(self, message: str) -> None:
        self._session.apply(lambda state: transitions.said(state, message))


def _digest(exam_id: str) -> str:
    """The first eight digits of the SHA-256 of a Study Instance UID."""
    return hashlib.sha256(exam_id.encode()).hexdigest()[:8]
