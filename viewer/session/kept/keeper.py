"""Keeps the session in a file while it goes on, and brings back one that ended unasked."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from models.errors import ExportError
from models.exam import Exam
from models.whole_file import write_whole
from viewer.exam_io.records import ExamRecord
from viewer.faults import log_fault
from viewer.session.kept.document import (
    KeptSession,
    parse_session,
    session_back,
    session_document,
)
from viewer.session.kept.exam import KeptExam, exam_document, files_digest, tables_back
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.transitions import said

log = logging.getLogger(__name__)

WRITTEN_AFTER_MS = 1000
MOST_FILES = 6  # of sessions that ended; older ones go
ENDED_UNASKED = "Fourview ended unexpectedly; everything is as it was."
UNFINISHED = "Fourview ended unexpectedly; all is as it was, but {} not go on."
MOST_ATTEMPTS = 2  # a session that ends Fourview again is offered, no longer brought back
_LARGEST_BYTES = 1 << 26


class Keeper(QObject):
    """Writes the session a second after it changed, whole or not at all.

    Each running Fourview has a file of its own and holds its lock, so that a file without an
    owner is of a session that ended. Who brings it back goes on writing it.

    Parameters
    ----------
    folder : where the files are.
    recall : asked for kept results of an exam that came back: (exam, ids of the models that it had
        results of).

    Attributes
    ----------
    found : the session to bring back or to offer, or None.
    """

    def __init__(
        self,
        session: Session,
        folder: Path,
        recall: Callable[[Exam, Sequence[str]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._recall = recall
        self._exams: dict[str, object] = {}
        self._digests: dict[str, str] = {}
        self._awaited: dict[str, KeptExam] = {}
        self._recalled: dict[str, tuple[str, ...]] = {}  # models whose results are being read
        self._attempts = 0
        self._ended_words = ""
        self._written = ""
        self._lock: QLockFile | None = None
        self._path = folder / f"{uuid.uuid4().hex}.json"
        self.found: KeptSession | None = None
        self._found_path: Path | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITTEN_AFTER_MS)
        self._timer.timeout.connect(self.write)
        self._look()
        session.changed.connect(self._on_changed)

    @property
    def is_to_come_back(self) -> bool:
        """Whether the session found ended unasked, and did not end Fourview when it came back."""
        found = self.found
        return found is not None and not found.ended and found.attempts < MOST_ATTEMPTS

    def is_of(self, paths: Sequence[Path]) -> bool:
        """Whether the session found had just these files and folders open."""
        wanted = {path.resolve() for path in paths}
        return self.found is not None and set(self.found.opened) == wanted

    def try_again(self) -> None:
        """Note that the session found is about to be opened, in case that ends Fourview."""
        if self.found is not None and self._found_path is not None:
            self._attempts = self.found.attempts + 1
            document = {**self.found.whole, "attempts": self._attempts}
            self._write(self._found_path, json.dumps(document, separators=(",", ":")))

    def bring_back(self) -> None:
        """The exams of the session found were opened again: all is as it was left."""
        found, path = self.found, self._found_path
        if found is None or path is None:
            return
        self.found = self._found_path = None
        lock = _lock_of(path)
        if lock.tryLock(0):
            if self._lock is not None:
                self._lock.unlock()
            self._lock, self._path = lock, path
        self._exams = dict(found.documents)
        self._awaited = dict(found.exams)
        self._ended_words = "" if found.ended else _ended_words(found.unfinished)
        self._session.apply(lambda state: session_back(state, found))

    def write(self) -> None:
        """Write the session now, if there is one and it changed."""
        self._put(ended=False)

    def close(self) -> None:
        """The window closes: the session can be gone on with, and is not brought back unasked."""
        self._timer.stop()
        self._put(ended=True)
        self._session.changed.disconnect(self._on_changed)
        if self._lock is not None:
            self._lock.unlock()

    # Finding

    def _look(self) -> None:
        """The newest session without an owner whose files are there, one that ended unasked
        before others."""
        files = sorted(self._folder.glob("*.json"), key=_age)
        kept: list[tuple[Path, KeptSession]] = []
        for path in files:
            lock = _lock_of(path)
            if not lock.tryLock(0):
                continue  # another Fourview is at it
            session = _read(path)
            if session is None or len(kept) >= MOST_FILES:
                path.unlink(missing_ok=True)
            else:
                kept.append((path, session))
            lock.unlock()
        there = [each for each in kept if any(path.exists() for path in each[1].opened)]
        chosen = next((each for each in there if not each[1].ended), next(iter(there), None))
        if chosen is not None:
            self._found_path, self.found = chosen

    # Keeping

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if new.records is not old.records:  # ids name exams only among those opened together
            for kept in (self._exams, self._digests, self._awaited, self._recalled):
                kept.clear()
        if new.exam is not None and new.exam is not old.exam:
            self._complete(new)
        if new.record is not old.record and old.record is not None:
            self._note(old, old.record)
        if not self._timer.isActive():
            self._timer.start()

    def _complete(self, state: SessionState) -> None:
        """All images of an exam that came back are there: what needed them comes back, too."""
        self._attempts = 0
        if self._ended_words:
            words, self._ended_words = self._ended_words, ""
            self._session.apply(lambda now: said(now, words))
        kept = self._awaited.pop(state.exam_key, None)
        if kept is None or state.record is None or kept.files != self._digest(state.record):
            return
        if kept.tables:
            self._session.apply(lambda now: tables_back(now, kept.tables))
        if kept.models and state.exam is not None and state.result is None:
            self._recalled[state.exam_key] = kept.models
            self._recall(state.exam, kept.models)

    def _note(self, state: SessionState, record: ExamRecord) -> None:
        """What is known of the exam on the screen, once nothing of it is still to come back."""
        exam_id = record.exam_id
        if state.exam is None or exam_id in self._awaited:
            return
        document = exam_document(state, self._digest(record))
        if document["models"]:
            self._recalled.pop(exam_id, None)
        document["models"] = document["models"] or list(self._recalled.get(exam_id, ()))
        self._exams[exam_id] = document

    def _digest(self, record: ExamRecord) -> str:
        if record.exam_id not in self._digests:
            self._digests[record.exam_id] = files_digest(record)
        return self._digests[record.exam_id]

    def _put(self, *, ended: bool) -> None:
        state = self._session.state
        if state.record is None:
            return
        self._note(state, state.record)
        document = session_document(state, self._exams, ended=ended, attempts=self._attempts)
        text = json.dumps(document, separators=(",", ":"))
        if text == self._written:
            return
        self._written = text
        self._write(self._path, text)

    def _write(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if self._lock is None and path == self._path:
                self._lock = _lock_of(path)
                self._lock.tryLock(0)
            write_whole(path, lambda file: file.write(text.encode("utf-8")))
        except (ExportError, OSError) as error:
            log_fault(log, "the session could not be kept", error)


def _ended_words(unfinished: int) -> str:
    """What to say after the end that nobody asked for; what ran then may have been its cause, so
    that no analysis begins again unasked."""
    if not unfinished:
        return ENDED_UNASKED
    return UNFINISHED.format(
        "an analysis does" if unfinished == 1 else f"{unfinished} analyses do"
    )


def _age(path: Path) -> float:
    """For sorting, the newest first; a file that goes meanwhile is the oldest."""
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # only a process that is gone lets go
    return lock


def _read(path: Path) -> KeptSession | None:
    """None for a file that cannot be used: of another version, or damaged."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return None
        return parse_session(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        log_fault(log, "a kept session could not be read", error)
        return None
