"""Tells the reader of errors that nobody foresaw, and of a run that did not end well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from viewer.faults import report
from viewer.last_run import Remains
from viewer.widgets.crash_dialog import CRASH, ERROR, NOTHING_KEPT, CrashDialog


class CrashDesk(QObject):
    """Shows one report at a time; what comes meanwhile is in the log.

    Parameters
    ----------
    window : over which reports are shown.
    open_paths : opens what was on the screen before a crash.
    """

    def __init__(self, window: QWidget, open_paths: Callable[[Sequence[Path]], None]) -> None:
        super().__init__(window)
        self._window, self._open_paths = window, open_paths
        self._shown: CrashDialog | None = None

    @Slot(str)
    def tell_error(self, words: str) -> None:
        """Show the report of an error; the window goes on."""
        self._show(CrashDialog(ERROR, words, self._window))

    def tell_remains(self, remains: Remains) -> None:
        """Show what is known of the run before, and offer what was on its screen."""
        words = CRASH if remains.page else NOTHING_KEPT
        way = remains.words or "The run before this one left no last words."
        dialog = CrashDialog(words, report(way), self._window, offers_again=bool(remains.page))
        if remains.page is not None:
            page = remains.page
            dialog.again_wanted.connect(lambda: self._open_paths([page]))
        self._show(dialog)

    def _show(self, dialog: CrashDialog) -> None:
        if self._shown is not None:
            dialog.deleteLater()
            return
        self._shown = dialog
        dialog.destroyed.connect(self._gone)
        dialog.show()

    @Slot()
    def _gone(self) -> None:
        self._shown = None
