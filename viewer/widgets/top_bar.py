"""The 40-pixel bar over the images: where one is, and the nearest actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from viewer.session.state import SessionState
from viewer.widgets.actions import specs

HEIGHT = 40
LEFT = ("previous_exam", "next_exam")
LAYOUTS = (
    "layout_2x2",
    "layout_1x4",
    "layout_cc",
    "layout_mlo",
    "layout_right",
    "layout_left",
    "enlarge",
    "layout_2x4",
)
RIGHT: tuple[Sequence[str], ...] = (
    LAYOUTS,
    ("tool_window", "tool_pan", "linked"),
    ("fit", "same_size", "true_size", "actual", "invert", "reset"),
    ("tray", "marks", "analyse", "stop", "models", "export_page", "panels"),
)


class TopBar(QFrame):
    """Menu, exam, patient, and buttons for the actions used most."""

    recent_chosen = Signal(Path)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(2)
        row.addWidget(self._menu_button(actions))
        for name in LEFT[:1]:
            row.addWidget(_button(actions[name]))
        self._place = QLabel()
        self._place.setProperty("role", "number")
        row.addWidget(self._place)
        for name in LEFT[1:]:
            row.addWidget(_button(actions[name]))
        row.addSpacing(8)
        self._exam = QLabel()
        self._exam.setProperty("role", "title")
        self._exam.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self._exam)
        row.addSpacing(8)
        self._date = QLabel()
        self._date.setProperty("role", "muted")
        row.addWidget(self._date)
        row.addStretch(1)
        for place, names in enumerate(RIGHT):
            if place:
                row.addSpacing(12)
            for name in names:
                row.addWidget(_button(actions[name]))

    def _menu_button(self, actions: Mapping[str, QAction]) -> QToolButton:
        menu = QMenu(self)
        self._recents = QMenu("Recent", menu)
        self._recents.setToolTipsVisible(True)
        groups: dict[str, QMenu] = {}
        for spec in specs():
            if spec.group not in groups:
                groups[spec.group] = menu.addMenu(spec.group)
            groups[spec.group].addAction(actions[spec.name])
        groups["File"].insertMenu(actions["export_page"], self._recents)
        button = QToolButton()
        button.setText("Fourview")
        button.setProperty("role", "menu")
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip("Everything Fourview can do")
        return button

    def show_recents(self, recents: Sequence[Path]) -> None:
        """Offer the paths that were opened before."""
        self._recents.clear()
        for path in recents:
            action = self._recents.addAction(f"{path.name}    {path.parent}")
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self.recent_chosen.emit(path))
        self._recents.setEnabled(bool(recents))

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """Where one is in the list, and whose exam it is."""
        if old is not None and old.record is new.record and old.records is new.records:
            return
        record = new.record
        self._place.setVisible(record is not None)
        if record is None or new.index is None:
            self._exam.setText("")
            self._date.setText("")
            return
        self._place.setText(f"{new.index + 1} / {len(new.records)}")
        self._exam.setText(record.title)
        self._date.setText(record.date)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(20, 20))
    button.setAutoRaise(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFixedSize(32, 32)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
