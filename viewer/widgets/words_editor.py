"""The line in which the words of an arrow or a text are typed, where it stands on the image."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from models.exam import View
from viewer.display.measurement import LONGEST_WORDS, Point
from viewer.session.measurements import view_of, worded
from viewer.session.session import Session
from viewer.session.state import SessionState

WIDTH, NEAR = 240, 8
Place = Callable[[View, Point], QPoint | None]


class WordsEditor(QLineEdit):
    """Appears when the session waits for words; Enter or a click elsewhere keeps them, Esc
    leaves them as they were.

    Parameters
    ----------
    place : where a stored point of a view lies in the parent; None where it does not.
    """

    def __init__(self, session: Session, place: Place, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = parent
        self._session = session
        self._place = place
        self._before = ""
        self.setMaxLength(LONGEST_WORDS)
        self.setFixedWidth(WIDTH)
        self.setPlaceholderText("Words, then Enter")
        self.setAccessibleName("Words of a measurement")
        self.hide()
        self.returnPressed.connect(lambda: self._keep(self.text()))
        session.changed.connect(self._on_changed)

    def event(self, event: QEvent) -> bool:
        """Every key is its own while it is there."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc leaves the words as they were."""
        if event.key() == Qt.Key.Key_Escape:
            self._keep(self._before)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """What was typed is kept."""
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._keep(self.text())

    def _on_changed(self, _old: SessionState, new: SessionState) -> None:
        draft = new.measuring.draft
        if draft is None or not draft.writing:
            if self.isVisible():
                self.hide()
                self._owner.setFocus()
            return
        view = view_of(new, draft.image_id)
        at = None if view is None else self._place(view, draft.measurement.points[0])
        if at is None or self.isVisible():
            return
        self._before = draft.measurement.words
        self.setText(self._before)
        room = self._owner.size()
        self.move(
            max(0, min(at.x() + NEAR, room.width() - WIDTH)),
            max(0, min(at.y() - self.sizeHint().height() // 2, room.height() - NEAR)),
        )
        self.show()
        self.raise_()
        self.setFocus()
        self.selectAll()

    def _keep(self, words: str) -> None:
        self._session.apply(lambda state: worded(state, words))
