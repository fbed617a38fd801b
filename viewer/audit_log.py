"""The audit log: one line of JSON for each event, in the user's own folder, rotating.

docs/audit-log.md describes the lines.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QObject

from models import __version__
from models.errors import ExportError
from models.whole_file import write_whole
from viewer.log_file import rotating_file
from viewer.session.audit import Event, events
from viewer.session.session import Session
from viewer.session.state import SessionState

FILE, SALT = "audit.jsonl", "salt"

_LARGEST_BYTES = 1 << 21
_KEPT = 9


class AuditLog(QObject):
    """Writes what happens to a session.

    Parameters
    ----------
    folder : of the log; where nothing can be written, nothing is.
    names : whether exams and the reader are named; asked for every line.
    """

    def __init__(
        self,
        session: Session,
        folder: Path,
        names: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._names = session, names
        self._salt = _salt(folder)
        self._since = time.monotonic()
        self._handler = _handler(folder)
        self.note(Event("started", facts={"software": f"Fourview {__version__}"}))
        session.changed.connect(self._on_changed)

    def note(self, event: Event) -> None:
        """Write one line."""
        if self._handler is None:
            return
        line: dict[str, object] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "event": event.what,
        }
        if event.exam_id:
            line["exam"] = self._pseudonym(event.exam_id)
        if self._names():
            line["reader"] = getpass.getuser()
            if event.exam_id:
                line["exam_id"] = event.exam_id
        text = json.dumps({**line, **event.facts}, ensure_ascii=False)
        self._handler.emit(logging.LogRecord("audit", logging.INFO, "", 0, text, None, None))

    def close(self) -> None:
        """The window closes."""
        self._session.changed.disconnect(self._on_changed)
        self.note(Event("ended"))
        if self._handler is not None:
            self._handler.close()

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        for event in events(old, new):
            if event.what == "viewed":
                self._since = time.monotonic()
            elif event.what in ("left", "locked"):
                seconds = round(time.monotonic() - self._since, 1)
                event.facts["seconds"] = seconds
            self.note(event)

    def _pseudonym(self, exam_id: str) -> str:
        """The same for an exam on this computer, and telling nothing without its salt."""
        return hashlib.sha256(self._salt + exam_id.encode()).hexdigest()[:12]


def _salt(folder: Path) -> bytes:
    path = folder / SALT
    try:
        return path.read_bytes()
    except OSError:
        salt = secrets.token_bytes(16)
    with suppress(ExportError):  # then the log cannot be written either
        write_whole(path, lambda file: file.write(salt))
    return salt


def _handler(folder: Path) -> RotatingFileHandler | None:
    handler = rotating_file(folder / FILE, _LARGEST_BYTES, _KEPT)
    if handler is not None:
        handler.setFormatter(logging.Formatter("%(message)s"))
    return handler
