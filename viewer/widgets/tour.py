"""A few cards for who opens Fourview for the first time; skipped once, they never come again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.session.key_words import keyed
from viewer.session.session import Session
from viewer.session.state import SessionState

WIDTH, MARGIN = 272, 12  # narrower than the panel, so that it covers no image
SIDE, STATUS_PX = 16, 28


@dataclass(frozen=True, slots=True)
class Card:
    """A heading, and a sentence or two in which `{name}` stands for the key of an action."""

    title: str
    words: str


CARDS = (
    Card(
        "Open",
        "Drop a folder, files or an exam list here, or press {open_folder}. Each exam hangs by "
        "its attributes; what cannot be read is listed with its reason.",
    ),
    Card(
        "Read with one key",
        "{next_stage} leads from the overview through pairs and every view at 1:1 to the next "
        "exam, {previous_stage} back. {missed} goes to tissue that was not at 1:1 yet.",
    ),
    Card(
        "Models when you want them",
        "{analyse} runs them on this computer, {marks} shows and hides their marks. When they are "
        "seen is decided in Settings ({settings}).",
    ),
    Card(
        "Everything else",
        "{palette} finds whatever can be done, {keys} shows all keys, a right click what can be "
        "done there. Nothing is lost when the computer stops.",
    ),
)


class Tour(QFrame):
    """Lies in the corner of the panel and takes no key from the window; `ended` fires once."""

    ended = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self.setFixedWidth(WIDTH)
        self._session, self._window = session, window
        self._number = 0
        self._title, self._words, self._place = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._words.setWordWrap(True)
        self._place.setProperty("role", "muted")
        self.skip = QPushButton("Skip")
        self.skip.clicked.connect(self._end)
        self.next = QPushButton("Next")
        self.next.clicked.connect(self._go_on)
        for button in (self.skip, self.next):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout()
        row.addWidget(self._place, 1)
        row.addWidget(self.skip)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, 12, SIDE, 12)
        column.setSpacing(8)
        for part in (self._title, self._words):
            column.addWidget(part)
        column.addLayout(row)
        window.installEventFilter(self)
        session.changed.connect(self._on_changed)
        self._show()

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if old.keys is not new.keys:
            self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._move()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        card = CARDS[self._number]
        self._title.setText(card.title)
        self._words.setText(keyed(card.words, self._session.state.keys))
        self._place.setText(f"{self._number + 1} of {len(CARDS)}")
        last = self._number + 1 == len(CARDS)
        self.next.setText("Done" if last else "Next")
        self.skip.setVisible(not last)
        self._move()

    def _move(self) -> None:
        self._words.ensurePolished()  # before its font is known, its height is not
        self._words.setFixedHeight(self._words.heightForWidth(WIDTH - 2 * SIDE))
        self.adjustSize()
        room = self._window.rect()
        across = room.width() - self.width() - MARGIN
        self.move(across, room.height() - self.height() - STATUS_PX - MARGIN)
        self.raise_()

    def _go_on(self) -> None:
        if self._number + 1 == len(CARDS):
            self._end()
        else:
            self._number += 1
            self._show()

    def _end(self) -> None:
        self._window.removeEventFilter(self)
        self._session.changed.disconnect(self._on_changed)
        self.hide()
        self.ended.emit()
        self.deleteLater()
