"""The log on disk: what went wrong and where, never with whose data.

Two files in the user's own folder: `fourview.log`, which rotates, and `crash.log`, which the
interpreter itself writes to when the process is dying. Only Fourview's own messages are logged:
those of libraries may quote what they were given.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

import platformdirs

LOG, CRASHES = "fourview.log", "crash.log"
OURS = ("viewer", "models")

_LARGEST_BYTES = 1 << 19
_KEPT = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_folder() -> Path:
    """Where the log lies."""
    return Path(platformdirs.user_log_path("fourview", appauthor=False))


def start_log(folder: Path) -> bool:
    """Log to stderr and, from now on, to a file; False where the folder takes no file."""
    if sys.stderr is not None:  # a frozen program without a console has none
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    handler = rotating_file(folder / LOG, _LARGEST_BYTES, _KEPT)
    if handler is None:
        return False
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.addFilter(lambda record: record.name.partition(".")[0] in OURS)
    logging.getLogger().addHandler(handler)
    return True


def rotating_file(path: Path, largest_bytes: int, kept: int) -> RotatingFileHandler | None:
    """Where lines go, in so many files of that size; None where the folder takes no file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(
            path, maxBytes=largest_bytes, backupCount=kept, encoding="utf-8"
        )
    except OSError:
        return None


class CrashLog:
    """Where the interpreter leaves its last words; they are there until they were taken.

    Parameters
    ----------
    folder : of the log; where it takes no file, the last words go to stderr, or nowhere.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / CRASHES
        self._file: TextIO | None = None

    def take(self) -> str:
        """The last words of a run before this one; call before `start`."""
        try:
            words = self._path.read_text(encoding="utf-8", errors="replace")
            self._path.unlink()
        except OSError:
            return ""
        return words

    def start(self) -> None:
        """Have crashes written from now on."""
        try:
            self._file = self._path.open("w", encoding="utf-8")
        except OSError:
            if sys.stderr is not None:
                faulthandler.enable()
            return
        faulthandler.enable(self._file)

    def close(self) -> None:
        """The program ends in an orderly way: nothing is left behind."""
        if self._file is None:
            return
        faulthandler.disable()
        self._file.close()
        self._path.unlink(missing_ok=True)
