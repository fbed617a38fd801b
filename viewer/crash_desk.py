"""Tells the reader of errors that nobody foresaw, and of a run that crashed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from viewer.faults import report
from viewer.widgets.crash_dialog import CRASH, ERROR, CrashDialog


class CrashDesk(QObject):
    """Shows one report at a time; what comes meanwhile is in the log.

    Parameters
    ----------
    window : over which reports are shown.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown: CrashDialog | None = None

    @Slot(str)
    def tell_error(self, words: str) -> None:
        """Show the report of an error; the window goes on."""
        self._show(CrashDialog(ERROR, words, self._window))

    def tell_crash(self, words: str) -> None:
        """Show the last words of the run before; what it had open comes back by itself."""
        self._show(CrashDialog(CRASH, report(words), self._window))

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
