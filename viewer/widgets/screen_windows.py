"""Further windows for the panes that the main window leaves to other screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from viewer.session.session import Session
from viewer.session.spread import Spread, parts
from viewer.session.state import SessionState

SIZE = (900, 900)


class ScreenWindow(QWidget):
    """A black window of panes; closing it puts everything on one screen again."""

    closed = Signal()

    def __init__(self, panes: QWidget, actions: Sequence[QAction], title: str) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setStyleSheet("background: black")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panes)
        self.addActions(actions)
        self.resize(*SIZE)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that it goes."""
        super().closeEvent(event)
        self.closed.emit()


class ScreenWindows(QObject):
    """Shows as many windows as the layout is spread over, each on a screen of its own if it can.

    Parameters
    ----------
    make_panes : makes the panes of one part of the layout, counted from 0 for the main window's.
    actions : of the main window; their keys work in every window.

    Attributes
    ----------
    places : Qt's own description of each further window, as it was seen last.
    """

    def __init__(
        self,
        session: Session,
        make_panes: Callable[[int], QWidget],
        actions: Sequence[QAction],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._make_panes = make_panes
        self._actions = actions
        self._windows: list[ScreenWindow] = []
        self.places: list[bytes] = []
        session.changed.connect(self._on_changed)

    @property
    def windows(self) -> tuple[ScreenWindow, ...]:
        """Those on show."""
        return tuple(window for window in self._windows if window.isVisible())

    def close(self) -> None:
        """Remember where they are, and let them go."""
        self._remember()
        for window in self._windows:
            window.closed.disconnect(self._gather)
            window.close()
            window.deleteLater()
        self._windows.clear()

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if (old.panes, old.spread, old.record) != (new.panes, new.spread, new.record):
            count = 0 if new.record is None else len(parts(new.panes, new.spread)) - 1
            self._show(count)

    def _show(self, count: int) -> None:
        while len(self._windows) < count:
            number = len(self._windows) + 1
            window = ScreenWindow(
                self._make_panes(number), self._actions, f"Fourview – screen {number + 1}"
            )
            window.closed.connect(self._gather)
            self._windows.append(window)
            self._place(window, number)
        if count < len(self.windows):
            self._remember()
        for number, window in enumerate(self._windows):
            window.setVisible(number < count)

    def _place(self, window: ScreenWindow, number: int) -> None:
        """Where it was, else over the whole of another screen, else beside the main window."""
        screens = QGuiApplication.screens()
        if number <= len(self.places) and self.places[number - 1]:
            window.restoreGeometry(QByteArray(self.places[number - 1]))
        elif number < len(screens):
            window.setGeometry(screens[number].geometry())
            window.setWindowState(Qt.WindowState.WindowFullScreen)

    def _remember(self) -> None:
        if self.windows:
            self.places = [bytes(window.saveGeometry().data()) for window in self._windows]

    def _gather(self) -> None:
        """The reader closed one of them."""
        self._remember()
        self._session.apply(lambda state: replace(state, spread=Spread.ONE))
