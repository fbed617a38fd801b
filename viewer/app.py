"""The composition root: makes settings, session, controller and window, and runs them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import platformdirs
import pyqtgraph as pg
from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from models import __version__
from models.errors import ExportError, InputError, Problem
from models.weights import user_folder
from viewer.annotation_file import read_annotations
from viewer.audit_log import AuditLog
from viewer.crash_desk import CrashDesk
from viewer.display import stages
from viewer.display.protocols import own
from viewer.fault_watch import FaultWatch
from viewer.file_opening import FileOpening
from viewer.keymap import Keymap, put_aside, read_keymap, write_keymap
from viewer.last_run import LastRun
from viewer.log_file import log_folder, start_log
from viewer.preferences import Preferences
from viewer.resource_files import demo_weights
from viewer.session.audit import Event
from viewer.session.controller import Controller
from viewer.session.kept.document import KeptSession
from viewer.session.kept.keeper import Keeper
from viewer.session.measurement_keeper import MeasurementKeeper
from viewer.session.model_choice import ready
from viewer.session.navigation import Navigation
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.transitions import said
from viewer.session.weights_desk import WeightsDesk
from viewer.settings import Settings, read_settings, write_settings
from viewer.theme import apply_scale, apply_theme
from viewer.widgets.actions import bindable
from viewer.widgets.main_window import MainWindow
from viewer.widgets.tour import Tour

NAME = "fourview"
WARM_UP_AFTER_MS = 200  # the window is drawn by then


class Application:
    """The parts of a running window, and what connects them to the settings."""

    def __init__(
        self,
        store: QSettings,
        cache_folder: Path,
        sessions: Path | None = None,
        audit: Path | None = None,
        *,
        analyses_opened: bool = False,
    ) -> None:
        """Sessions are kept, and the audit log is written, in these folders, if any."""
        pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)
        self._store = store
        self.settings = read_settings(store)
        self.session = Session(
            SessionState(
                model=self.settings.model,
                ready=ready(self.settings.model),
                screens=self.settings.screens,
                own_problems=(*own().problems, *stages.own()[1]),
                worklist_visible=self.settings.worklist,
                navigation=Navigation(self.settings.habits),
            )
        )
        annotations, unusable = read_annotations()
        self.session.apply(
            lambda state: replace(
                state, annotations=annotations, own_problems=(*state.own_problems, *unusable)
            )
        )
        self.session.apply(lambda state: replace(state, presets=self.settings.presets))
        self.controller = Controller(
            self.session, cache_folder, demo_weights(), analyses_opened=analyses_opened
        )
        self.desk = WeightsDesk(user_folder())
        self.desk.changed.connect(self._see_what_is_ready)
        self.window = MainWindow(self.session, self.controller, self.desk)
        self.window.screens.places = list(self.settings.further)
        self.session.apply(lambda state: replace(state, spread=self.settings.spread))
        self.window.show_recents(self.settings.recents)
        self.keeper: Keeper | None = None
        if sessions is not None:
            self.keeper = Keeper(self.session, sessions, self.controller.lane.bring_back)
            self.window.start.show_kept(_kept_words(self.keeper.found))
        self.window.start.continued.connect(self._continue)
        self._use(self.settings.preferences)
        self.window.trust.preferences_changed.connect(self._remember_preferences)
        self.audit: AuditLog | None = None
        if audit is not None:
            self.audit = AuditLog(self.session, audit, self._names_are_wanted)
            self.window.trust.audit_folder = audit
            self.controller.pictures.written.connect(self._note_export)
            self.window.measure.exported.connect(self._note_export)
            self.window.why.exported.connect(self._note_export)
        self._keys_path = Path(store.fileName()).with_name("keys.json")
        self._use_keys()
        self.window.help.keys_changed.connect(self._remember_keys)
        self.controller.opened.connect(self._remember_opened)
        self.window.closing.connect(self._close)
        self.session.changed.connect(self._remember_model)
        self.session.changed.connect(self._remember_presets)
        self.session.changed.connect(self._remember_screens)
        self.session.changed.connect(self._remember_habits)
        if self.settings.geometry:
            self.window.restoreGeometry(QByteArray(self.settings.geometry))
        else:
            self.window.resize(1600, 1000)

    def show(self, paths: Sequence[Path]) -> None:
        """Show the window, then open what the command line named."""
        self.window.show()
        keeper = self.keeper
        if keeper is not None and (keeper.is_of(paths) if paths else keeper.is_to_come_back):
            QTimer.singleShot(0, self.window, self._continue)
        elif not paths:
            QTimer.singleShot(WARM_UP_AFTER_MS, self.window, self.controller.warm_up)
        else:
            QTimer.singleShot(0, self.window, lambda: self.controller.open_paths(paths))

    def offer_tour(self) -> None:
        """Show a first user around, unless that was done or declined."""
        if not self.settings.preferences.tour_seen:
            tour = Tour(self.session, self.window)
            tour.ended.connect(self._end_tour)
            tour.show()

    def _end_tour(self) -> None:
        seen = replace(self.window.trust.preferences, tour_seen=True)
        self._remember_preferences(seen)
        self.window.grid.setFocus()

    def _continue(self) -> None:
        """Open what the kept session had open, and show it as it was."""
        if self.keeper is not None and self.keeper.found is not None:
            self.keeper.try_again()
            self.controller.open_paths(self.keeper.found.opened, self.keeper.bring_back)

    def _remember_opened(self, paths: list[Path]) -> None:
        for path in reversed([path for path in paths if path.exists()]):
            self._save(self.settings.with_recent(path.resolve()))
        self.window.show_recents(self.settings.recents)

    def _use_keys(self) -> None:
        """The reader's own keys; a file that cannot be used is told, and ours are in force."""
        try:
            self.window.help.use(read_keymap(self._keys_path, bindable()))
        except InputError as error:
            problem = Problem.from_error(error)
            self.session.apply(
                lambda state: replace(state, own_problems=(*state.own_problems, problem))
            )

    def _use(self, preferences: Preferences) -> None:
        self.window.trust.use(preferences)
        self.controller.loaded.cap_bytes = preferences.memory_mb * 1_000_000

    def _remember_preferences(self, preferences: Preferences) -> None:
        self._use(preferences)
        self._save(replace(self.settings, preferences=preferences))

    def _names_are_wanted(self) -> bool:
        return self.window.trust.preferences.audit_names

    def _note_export(self, exam_id: str, facts: dict[str, object]) -> None:
        if self.audit is not None:
            self.audit.note(Event("exported", exam_id, facts))

    def _remember_keys(self, keymap: Keymap) -> None:
        try:
            put_aside(self._keys_path, bindable())
            write_keymap(self._keys_path, keymap)
        except ExportError as error:
            message = str(error)
            self.session.apply(lambda state: said(state, message))

    def _remember_model(self, old: SessionState, new: SessionState) -> None:
        if old.model != new.model:
            self._save(replace(self.settings, model=new.model))
            self._see_what_is_ready()

    def _see_what_is_ready(self, _: object = None) -> None:
        found = ready(self.session.state.model)
        self.session.apply(lambda state: replace(state, ready=found))

    def _remember_screens(self, old: SessionState, new: SessionState) -> None:
        if old.screens is not new.screens:
            self._save(replace(self.settings, screens=new.screens))

    def _remember_habits(self, old: SessionState, new: SessionState) -> None:
        if old.navigation.habits != new.navigation.habits:
            self._save(replace(self.settings, habits=new.navigation.habits))

    def _remember_presets(self, old: SessionState, new: SessionState) -> None:
        if old.presets != new.presets:
            self._save(replace(self.settings, presets=new.presets))

    def _save(self, settings: Settings) -> None:
        self.settings = settings
        write_settings(self._store, settings)

    def _close(self) -> None:
        geometry = bytes(self.window.saveGeometry().data())
        state = self.session.state
        self.window.screens.close()
        further = tuple(self.window.screens.places)
        self._save(
            replace(
                self.settings,
                geometry=geometry,
                worklist=state.worklist_visible,
                spread=state.spread,
                further=further,
            )
        )
        if self.keeper is not None:
            self.keeper.close()
        if self.audit is not None:
            self.audit.close()
        self.desk.close()
        self.controller.close()


def _kept_words(kept: KeptSession | None) -> str:
    """What a kept session was, for the start page; empty for none."""
    if kept is None or not kept.opened:
        return ""
    names = ", ".join(path.name for path in kept.opened[:2])
    more = f" and {len(kept.opened) - 2} more" if len(kept.opened) > 2 else ""
    where = f"exam {kept.number} of {kept.count}" if kept.count > 1 else "one exam"
    return f"Go on with {names}{more}, {where}"


def run(paths: Sequence[Path], *, analyses_opened: bool = False) -> int:
    """Open the window on `paths`; the exit code is Qt's.

    Parameters
    ----------
    analyses_opened : whether every exam that comes on the screen is analysed by itself.
    """
    start_log(log_folder())
    store = QSettings(
        str(Path(platformdirs.user_config_dir(NAME, appauthor=False)) / "settings.ini"),
        QSettings.Format.IniFormat,
    )
    apply_scale(read_settings(store).preferences.scale_percent)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("another kind of Qt application is running")
    app.setApplicationName(NAME)
    app.setApplicationDisplayName("Fourview")
    app.setApplicationVersion(__version__)
    apply_theme(app)
    cache_folder = Path(platformdirs.user_cache_dir(NAME, appauthor=False)) / "results"
    state_folder = Path(platformdirs.user_state_dir(NAME, appauthor=False))
    application = Application(
        store,
        cache_folder,
        state_folder / "sessions",
        state_folder / "audit",
        analyses_opened=analyses_opened,
    )
    FileOpening(application.controller.open_paths, app)
    kept = platformdirs.user_data_path(NAME, appauthor=False) / "measurements"
    MeasurementKeeper(application.session, kept, application.window)
    close = _prepare_for_crashes(application)
    application.show(paths)
    application.offer_tour()
    gc.freeze()  # what is here now stays: later collections need not look at it
    gc.enable()
    code = app.exec()
    close()
    return code


def _prepare_for_crashes(application: Application) -> Callable[[], None]:
    """Report errors, and tell of a run that crashed.

    Returns
    -------
    What to call when the program ends in an orderly way.
    """
    window = application.window
    desk = CrashDesk(window)
    watch = FaultWatch(window)
    # Queued, since an error may come while a pane is painted, or from another thread.
    watch.met.connect(desk.tell_error, Qt.ConnectionType.QueuedConnection)
    watch.start()
    state_folder = Path(platformdirs.user_state_dir(NAME, appauthor=False))
    last = LastRun(state_folder, log_folder())
    words = last.words()
    last.start()
    if words:
        QTimer.singleShot(0, window, lambda: desk.tell_crash(words))

    def close() -> None:
        watch.stop()
        last.close()

    return close
