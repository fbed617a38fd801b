"""The last words of a run that crashed, and those of this one, should it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

from viewer.log_file import CrashLog


class LastRun:
    """Belongs to the first Fourview that a user runs; others at the same time keep nothing.

    Parameters
    ----------
    state_folder : the user's, for what is kept between runs. log_folder : of the log.
    """

    def __init__(self, state_folder: Path, log_folder: Path) -> None:
        self._lock = QLockFile(str(state_folder / "running.lock"))
        self._lock.setStaleLockTime(0)  # however long it runs; Qt looks whether it still does
        try:
            state_folder.mkdir(parents=True, exist_ok=True)
            self.is_first = self._lock.tryLock(0)
        except OSError:
            self.is_first = False
        self._crashes = CrashLog(log_folder)

    def words(self) -> str:
        """The last words of the run before, once; empty when it left none."""
        return self._crashes.take() if self.is_first else ""

    def start(self) -> None:
        """From now on, a crash leaves its last words."""
        if self.is_first:
            self._crashes.start()

    def close(self) -> None:
        """This run ends well."""
        if self.is_first:
            self._crashes.close()
            self._lock.unlock()
