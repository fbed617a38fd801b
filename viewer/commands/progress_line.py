"""One line on stderr that says how far long work is."""

from __future__ import annotations

import shutil
from typing import TextIO

from models.progress import Progress
from viewer.exam_io.plain_text import printable

_BAR = 24


class ProgressLine:
    """A bar that redraws itself on a terminal; a line per item anywhere else.

    Parameters
    ----------
    items : how many items there are in all; `noun` is what one of them is called.
    """

    def __init__(self, stream: TextIO, items: int, noun: str) -> None:
        self._stream = stream
        self._items = items
        self._noun = noun
        self._item = 0
        self._redraws = stream.isatty()

    def begin(self, item: int) -> None:
        """Item number `item`, from 1, begins."""
        self._item = item
        if self._redraws:
            self.report(Progress(0, 1, "opening"))
        else:
            self._write(f"{self._noun} {item} of {self._items}\n")

    def report(self, progress: Progress) -> None:
        """A `Report` for the work on the current item."""
        if not self._redraws:
            return
        share = (self._item - 1 + progress.done / max(progress.total, 1)) / max(self._items, 1)
        filled = round(share * _BAR)
        line = (
            f"[{'#' * filled}{'.' * (_BAR - filled)}] {share:4.0%}  "
            f"{self._noun} {self._item} of {self._items} · {progress.message}"
        )
        self._write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")

    def say(self, sentence: str) -> None:
        """A line of its own that stays."""
        self.clear()
        self._write(f"{sentence}\n")

    def clear(self) -> None:
        """Take the bar away."""
        if self._redraws:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(printable(text))
        self._stream.flush()
