"""What a run leaves behind that did not end in an orderly way, and what this one would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from viewer.log_file import CrashLog


@dataclass(frozen=True, slots=True)
class Remains:
    """What is known of a run that crashed, was killed, or lost its power.

    Attributes
    ----------
    words : the interpreter's last ones, or "".
    page : a picture that leads back to what was on the screen, or None.
    """

    words: str
    page: Path | None


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
        self.page = state_folder / "page-on-screen.png"
        self._left_page = state_folder / "page-before-crash.png"

    def remains(self) -> Remains | None:
        """What the run before left, once; None when it ended well."""
        if not self.is_first:
            return None
        words = self._crashes.take()
        try:
            self.page.replace(self._left_page)
            page = self._left_page
        except OSError:
            page = None
        return Remains(words, page) if words or page else None

    def start(self) -> None:
        """From now on, a crash leaves its last words."""
        if self.is_first:
            self._crashes.start()

    def close(self) -> None:
        """This run ends well."""
        if self.is_first:
            self._crashes.close()
            self._left_page.unlink(missing_ok=True)
            self._lock.unlock()
