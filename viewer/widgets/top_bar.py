"""The 40-pixel bar over the images: where one is, and the nearest actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from viewer.session.state import SessionState
from viewer.widgets.actions import specs
from viewer.widgets.button_row import ButtonRow, button_for
from viewer.widgets.elided_label import ElidedLabel
from viewer.widgets.mode_button import ModeButton
from viewer.widgets.stage_button import StageButton

HEIGHT = 40
NARROWEST_PX = 640
MARGIN_PX = 8
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
GROUPS: tuple[Sequence[str], ...] = (
    LAYOUTS,
    ("tool_window", "tool_pan", "tool_length", "linked", "coupled"),
    ("fit", "same_size", "true_size", "actual", "invert", "reset"),
    ("tray", "marks", "analyse", "stop", "models", "export_page", "palette", "panels"),
)
LEAVING: tuple[Sequence[str], ...] = (
    ("export_page",),
    ("actual", "reset"),
    LAYOUTS,  # all of them are in the menu beside
    ("true_size", "tray"),
    ("tool_window", "tool_pan", "tool_length", "linked", "coupled"),
    ("fit", "same_size", "invert"),
    ("models",),
)


class TopBar(QFrame):
    """Menu, exam, patient, and buttons for the actions used most.

    Whose exam it is comes first: buttons leave for a menu before a letter of it is cut.
    """

    recent_chosen = Signal(Path)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        row.setSpacing(MARGIN_PX)
        self._identity = self._make_identity(actions)
        self.stages = StageButton(actions)
        self.mode = ModeButton(actions)
        self._layouts = self._layout_button(actions)
        self.buttons = ButtonRow(GROUPS, LEAVING, actions)
        row.addWidget(self._identity)
        row.addStretch(1)
        row.addWidget(self.stages)
        row.addWidget(self.mode)
        row.addWidget(self._layouts)
        row.addWidget(self.buttons)

    def _make_identity(self, actions: Mapping[str, QAction]) -> QWidget:
        """Menu, place in the list, exam and date."""
        identity = QWidget()
        row = QHBoxLayout(identity)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._menu_button(actions))
        row.addWidget(button_for(actions["previous_exam"]))
        self.place = QToolButton()
        self.place.setToolTip(actions["worklist"].toolTip())
        self.place.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.place.clicked.connect(actions["worklist"].trigger)
        row.addWidget(self.place)
        row.addWidget(button_for(actions["next_exam"]))
        row.addSpacing(8)
        self.exam = ElidedLabel()
        self.exam.setProperty("role", "title")
        row.addWidget(self.exam)
        row.addSpacing(8)
        self._date = QLabel()
        self._date.setProperty("role", "muted")
        row.addWidget(self._date)
        self.density = QLabel()
        self.density.setProperty("role", "muted")
        row.addSpacing(8)
        row.addWidget(self.density)
        return identity

    def _layout_button(self, actions: Mapping[str, QAction]) -> QToolButton:
        """Every layout by its name, also those without a button and the user's own."""
        menu = QMenu(self)
        names = [spec.name for spec in specs() if spec.group == "Layout" and spec.checkable]
        menu.addActions([actions[name] for name in names])
        button = _word_button("Layout", menu)
        button.setToolTip("Every layout, by its name")
        return button

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Narrow: what does not fit is in the menus."""
        return QSize(NARROWEST_PX, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Buttons come and go with the room."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        parts = (self._identity, self.stages, self.mode, self._layouts)
        taken = sum(part.sizeHint().width() for part in parts)
        self.buttons.fit(self.width() - taken - 7 * MARGIN_PX)  # two margins, five spacings

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
        button = _word_button("Fourview", menu)
        button.setProperty("role", "menu")
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
        """Where one is in the list and in its stages, and whose exam it is."""
        told = (self.stages, self.mode)
        before = [part.sizeHint() for part in told]
        for part in told:
            part.show_state(old, new)
        has_spoken = old is None or old.result is not new.result
        if has_spoken:
            self._show_density(new)
        if has_spoken or [part.sizeHint() for part in told] != before:
            self._make_room()
        if old is not None and old.record is new.record and old.records is new.records:
            return
        record = new.record
        self.place.setVisible(record is not None)
        if record is None or new.index is None:
            self.exam.setText("")
            self._date.setText("")
        else:
            self.place.setText(f"{new.index + 1} / {len(new.records)}")
            self.exam.setText(record.title)
            self._date.setText(record.date)
        self._make_room()
        for whole in (self.layout(), self._identity.layout()):
            if whole is not None:
                whole.activate()  # not one turn of events later

    def _show_density(self, state: SessionState) -> None:
        """The class that a model gave the exam, or nothing."""
        found = None if state.result is None else state.result.density
        density = None if found is None else found.density
        self.density.setVisible(density is not None)
        if found is not None and density is not None:
            self.density.setText(f"density {density.value}")
            self.density.setToolTip(
                f"Density {density.value}: {density.words}, by {found.provenance.model_name}"
            )


def _word_button(words: str, menu: QMenu) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
