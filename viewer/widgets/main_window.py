"""Assembles the window: makes the parts, connects them, decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.exam import View
from viewer.display.protocols import SINGLE
from viewer.display.viewport import Viewport
from viewer.session import transitions
from viewer.session.controller import Controller
from viewer.session.measurements import ended
from viewer.session.navigation import Pointer
from viewer.session.readout import readout
from viewer.session.session import Session
from viewer.session.spread import Spread, part_of
from viewer.session.state import SessionState
from viewer.session.thumbnails import decides_strip, thumbnails
from viewer.session.waiting import is_waiting, running
from viewer.session.weights_desk import WeightsDesk
from viewer.widgets.actions import make_actions
from viewer.widgets.alarm_bar import AlarmBar
from viewer.widgets.coverage_watch import CoverageWatch
from viewer.widgets.evidence_panel import EvidencePanel
from viewer.widgets.file_actions import FileActions
from viewer.widgets.gray_actions import GrayActions
from viewer.widgets.hanging_actions import HangingActions
from viewer.widgets.help_actions import HelpActions
from viewer.widgets.image_tray import ImageTray
from viewer.widgets.look_actions import LookActions
from viewer.widgets.mark_actions import MarkActions
from viewer.widgets.measure_actions import MeasureActions
from viewer.widgets.models_dialog import ModelsDialog
from viewer.widgets.navigation_actions import OFFERED, NavigationActions
from viewer.widgets.own_keys import SpaceForControls
from viewer.widgets.pattern_page import show_pattern
from viewer.widgets.problem_tray import ProblemTray
from viewer.widgets.reading_note import ReadingNote
from viewer.widgets.screen_windows import ScreenWindows
from viewer.widgets.screens import LifeSize
from viewer.widgets.sight_actions import SightActions
from viewer.widgets.stage_actions import StageActions
from viewer.widgets.start_page import StartPage
from viewer.widgets.status_line import StatusLine
from viewer.widgets.top_bar import TopBar
from viewer.widgets.trust_actions import TrustActions
from viewer.widgets.view_grid import ViewGrid
from viewer.widgets.why_actions import WhyActions
from viewer.widgets.worklist import Worklist

TITLE = "Fourview"
SMALLEST = QSize(960, 640)


class MainWindow(QMainWindow):
    """The window; `closing` fires once before it goes."""

    closing = Signal()

    def __init__(self, session: Session, controller: Controller, desk: WeightsDesk) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        # Large words on a small screen leave less than that.
        self.setMinimumSize(SMALLEST.boundedTo(self.screen().availableSize()))
        self._session = session
        self._controller = controller
        self._desk = desk
        self.grid = ViewGrid(session, part=partial(part_of, number=0))
        self._grids = [self.grid]
        self.marks = MarkActions(session, self)
        self.measure = MeasureActions(session, self)
        self.gray = GrayActions(session, self)
        self.hanging = HangingActions(session, controller.hands, ImageTray(self), self)
        self.look = LookActions(session, self._focused_grid, LifeSize(session, self.grid, self))
        self.navigation = NavigationActions(session, lambda: self._grids, self)
        self.stages = StageActions(session, self.grid, controller.go_to)
        self.coverage = CoverageWatch(session, lambda: self._grids, self)
        self.files = FileActions(session, controller, self.grid, self.viewports, self)
        self.help = HelpActions(session, self)
        self.trust = TrustActions(session, self)
        self.sights = SightActions(session, controller.sights, self)
        self.why = WhyActions(session, controller.reasons, self)
        self._groups = (
            *(self.marks, self.measure, self.gray, self.hanging, self.look),
            *(self.navigation, self.stages, self.files, self.help, self.trust, self.sights),
            self.why,
        )
        self.actions_by_name = make_actions(self, self._handlers())
        for action in self.actions_by_name.values():
            action.triggered.connect(self._tick)
        self.alarm = AlarmBar()
        self.bar = TopBar(self.actions_by_name)
        self.worklist = Worklist()
        self.start = StartPage()
        self.evidence = EvidencePanel(self.actions_by_name)
        self.screens = ScreenWindows(
            session, self._make_grid, tuple(self.actions_by_name.values()), self
        )
        self.status = StatusLine(self.actions_by_name)
        self.note = ReadingNote(self.grid)
        self.problems = ProblemTray(self)
        self._assemble()
        SpaceForControls(self)
        self._connect()
        self._show(None, session.state)

    def _assemble(self) -> None:
        self.middle = QStackedWidget()
        self.middle.addWidget(self.start)
        self.middle.addWidget(self.grid)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.worklist)
        row.addWidget(self.middle, 1)
        row.addWidget(self.evidence)
        centre = QWidget()
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.alarm)
        whole.addWidget(self.bar)
        whole.addLayout(row, 1)
        whole.addWidget(self.status)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        self._session.changed.connect(self._show)
        self.worklist.exam_chosen.connect(self._controller.go_to)
        self.start.chosen.connect(lambda name: self.actions_by_name[name].trigger())
        for part in (self.start, self.bar):
            part.recent_chosen.connect(lambda path: self._controller.open_paths([path]))
        self.bar.stages.stage_chosen.connect(self.stages.go_to)
        self.evidence.models_wanted.connect(self._choose_models)
        self.evidence.voi_chosen.connect(self.gray.choose)
        saliency = self.evidence.saliency
        saliency.opacity_chosen.connect(lambda value: self.marks.change(opacity=value))
        saliency.threshold_chosen.connect(lambda value: self.marks.change(threshold=value))
        saliency.map_chosen.connect(lambda name: self.marks.change(colour_map=name))
        self.evidence.strip.chosen.connect(self._go_to_place)
        self.measure.serve(self.evidence.measures, self._go_to_place)
        self.evidence.findings.chosen.connect(self._go_to_place)
        self.why.serve(self.evidence.findings)
        self._connect_grid(self.grid)
        self.closing.connect(self.coverage.stop)
        self.installEventFilter(self.marks)

    def _connect_grid(self, grid: ViewGrid) -> None:
        grid.installEventFilter(self.navigation)
        grid.pointed.connect(self._point)
        grid.menu_wanted.connect(self._fill_menu)

    def _make_grid(self, number: int) -> ViewGrid:
        """The panes of another screen's window."""
        grid = ViewGrid(self._session, part=partial(part_of, number=number))
        self._connect_grid(grid)
        grid.installEventFilter(self.marks)
        self._grids.append(grid)
        return grid

    def _focused_grid(self) -> ViewGrid:
        """The panes in which the focused view is."""
        focus = self._session.state.focus
        return next((grid for grid in self._grids if focus in grid.layout_now.views), self.grid)

    def _handlers(self) -> dict[str, Callable[[], None]]:
        """What each action of the table does."""
        session, controller = self._session, self._controller
        handlers: dict[str, Callable[[], None]] = {
            "quit": self._quit,
            "previous_exam": lambda: controller.step(-1),
            "next_exam": lambda: controller.step(1),
            "spread": lambda: session.apply(lambda s: replace(s, spread=s.spread.next)),
            "analyse": self._analyse,
            "stop": controller.stop,
            "stop_all": controller.lane.stop_all,
            "back": self._back,
            "models": self._choose_models,
            "panels": lambda: session.apply(
                lambda s: replace(s, panels_visible=not s.panels_visible)
            ),
            "worklist": lambda: session.apply(
                lambda s: replace(s, worklist_visible=not s.worklist_visible)
            ),
            "full_screen": self._full_screen,
            "problems": self._show_problems,
            "test_pattern": self._show_pattern,
            "reading_mode": self._reading_mode,
        }
        for group in self._groups:
            handlers.update(group.handlers())
        return handlers

    # From the session to the parts

    def show_recents(self, recents: Sequence[Path]) -> None:
        """Offer the paths that were opened before."""
        self.start.show_recents(recents)
        self.bar.show_recents(recents)

    def _show(self, old: SessionState | None, new: SessionState) -> None:
        self.alarm.show_state(old, new)
        self.bar.show_state(old, new)
        self.worklist.show_state(old, new)
        self.evidence.show_state(old, new)
        self.status.show_state(old, new)
        self.note.show_state(old, new)
        self._show_actions(new)
        if old is None or old.record is not new.record:
            self.middle.setCurrentIndex(0 if new.record is None else 1)
            words = "" if new.record is None else f"{new.record.title} – "
            self.setWindowTitle(f"{words}{TITLE}")
            if new.record is not None:
                self.grid.setFocus()
        reading = new.reading and new.record is not None
        for chrome in (self.bar, self.status):
            chrome.setVisible(not reading)
        self.evidence.setVisible(new.panels_visible and new.record is not None and not reading)
        if old is None or decides_strip(old) != decides_strip(new):
            on = new.marks_visible and new.overlays.patches
            self.evidence.strip.show_thumbnails(thumbnails(new) if on else ())
        if self.problems.isVisible() and (old is None or old.problems != new.problems):
            self.problems.show_problems(new.problems)

    def _tick(self) -> None:
        """A trigger ticks its action at once; what came of it is in the state."""
        self._show_actions(self._session.state)

    def _show_actions(self, state: SessionState) -> None:
        actions = self.actions_by_name
        for group in self._groups:
            group.show_state(actions, state)
        actions["panels"].setChecked(state.panels_visible)
        actions["worklist"].setChecked(state.worklist_visible)
        actions["reading_mode"].setChecked(state.reading)
        actions["spread"].setChecked(state.spread is not Spread.ONE)
        actions["spread"].setText(f"Screens: {state.spread.value}")
        actions["reading_mode"].setEnabled(state.record is not None)
        waits = is_waiting(state, state.exam_key)
        actions["stop"].setEnabled(waits)
        actions["stop_all"].setEnabled(running(state) is not None)
        actions["analyse"].setEnabled(bool(state.images) and state.exam is not None and not waits)
        index, count = state.index, len(state.records)
        actions["previous_exam"].setEnabled(index is not None and index > 0)
        actions["next_exam"].setEnabled(index is not None and index + 1 < count)

    # Opening

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files and folders may be dropped."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        urls = event.mimeData().urls()
        self._controller.open_paths([Path(u.toLocalFile()) for u in urls if u.isLocalFile()])
        event.acceptProposedAction()

    # Models and marks

    def _choose_models(self) -> None:
        dialog = ModelsDialog(self._session, self._desk, self)
        dialog.show()

    def _analyse(self) -> None:
        state = self._session.state
        if not state.ready and not state.is_phantom:
            self._choose_models()
        else:
            self._controller.analyse()

    def _go_to_place(self, target: tuple[View, float, float]) -> None:
        view, row, column = target
        if view not in self._session.state.panes.views:
            self._session.apply(lambda state: transitions.enlarged(state, view))
        self._session.apply(lambda state: transitions.focused(state, view))
        self._focused_grid().go_to(view, row, column)

    def _point(self, at: Pointer | None) -> None:
        state = self._session.state
        words = "" if at is None else readout(state, at.view, at.row, at.column)
        self.status.show_readout(words)

    def _fill_menu(self, view: View, menu: QMenu) -> None:
        """What can be done with one view: its windows first, then the nearest actions."""
        image = self._session.state.images.get(view)
        if image is not None:
            self.gray.fill_menu(view, menu, self.actions_by_name)
        self.hanging.fill_menu(menu, view, self.actions_by_name)
        for name in (
            "actual",
            "fit",
            "fit_breast",
            "same_size",
            "true_size",
            "invert",
            "reset",
            *OFFERED,
        ):
            menu.addAction(self.actions_by_name[name])
        self.measure.fill_menu(menu, self.actions_by_name)
        menu.addSeparator()
        self.marks.fill_menu(menu, self.actions_by_name)
        menu.addAction(self.actions_by_name["network_saw"])
        menu.addAction(self.actions_by_name["why_score"])

    # The window itself

    def _show_problems(self) -> None:
        self.problems.show_problems(self._session.state.problems)
        self.problems.show()
        self.problems.raise_()

    def _show_pattern(self) -> None:
        show_pattern(self, self.grid.pixel_mm())

    def _back(self) -> None:
        """To the images, else end measuring, else leave reading mode, else stop the analysis,
        else leave the single view."""
        if self._session.state.record is not None and self.focusWidget() not in self._grids:
            self.grid.setFocus()
            return
        state = self._session.state
        self._session.apply(ended)
        if self._session.state is not state:
            return
        if state.reading:
            self._reading_mode()
        elif self.actions_by_name["stop"].isEnabled():
            self._controller.stop()
        elif self._session.state.layout == SINGLE:
            self._session.apply(lambda state: transitions.enlarged(state, state.focus))

    def _reading_mode(self) -> None:
        """Images alone over the whole screen, and back to the window as it was."""
        reading = not self._session.state.reading
        if reading != self.isFullScreen():
            self._full_screen()
        self._session.apply(lambda state: replace(state, reading=reading))

    def _quit(self) -> None:
        self.close()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The button for full screen shows what the window manager made of it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.actions_by_name["full_screen"].setChecked(self.isFullScreen())

    def _full_screen(self) -> None:
        """Toggle; a maximised window comes back maximised."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def viewports(self) -> dict[View, Viewport]:
        """What every pane shows now, on all screens."""
        return {view: found for grid in self._grids for view, found in grid.viewports().items()}

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the composition root stop the threads and remember the window."""
        self.closing.emit()
        super().closeEvent(event)
