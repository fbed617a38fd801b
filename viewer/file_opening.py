"""Files that the system asks a running program to open, as macOS does for every double click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent


class FileOpening(QObject):
    """An event filter for the application; gives each file to `open_paths`."""

    def __init__(self, open_paths: Callable[[Sequence[Path]], None], parent: QObject) -> None:
        super().__init__(parent)
        self._open_paths = open_paths
        parent.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the requests, leave everything else."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self._open_paths([Path(event.file())])
            return True
        return super().eventFilter(watched, event)
