"""Hears of every error that nobody caught, on any thread, and tells the window once of each."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from viewer.faults import log_fault, report, way_of

log = logging.getLogger(__name__)


class FaultWatch(QObject):
    """Takes the place of Python's own hooks from `start` to `stop`.

    An error ends what met it and nothing else: Qt goes on with the next event. The same error
    in a pane that is drawn again and again is told of once, and logged every time.
    """

    met = Signal(str)  # the report, from whatever thread: connect queued

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: set[str] = set()
        self._before = (sys.excepthook, threading.excepthook)

    def start(self) -> None:
        """Hear of errors from now on."""
        sys.excepthook = self._hear
        threading.excepthook = self._hear_of_thread

    def stop(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _hear(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception):  # Ctrl+C and exits are no faults
            self._before[0](kind, error, trace)
            return
        log_fault(log, "an error that nobody caught", error.with_traceback(trace))
        way = way_of(error)
        if way not in self._told:
            self._told.add(way)
            self.met.emit(report(way))

    def _hear_of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._hear(args.exc_type, args.exc_value, args.exc_traceback)
