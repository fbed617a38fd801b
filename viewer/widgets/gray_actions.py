"""What the reader can do to the grey scale, by key and in the menu of a pane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from models.exam import View
from viewer.display.departures import Departures
from viewer.display.presets import BUILT_IN, Preset, clean_name
from viewer.session import gray
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.transitions import said

DEPARTURES = ("clahe", "sharpen", "gamma_up", "gamma_down")
OWN_KEYS = 3


class GrayActions(QObject):
    """Turns actions and menu entries into transitions of the focused view, or of all linked."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._names = tuple(self.handlers())

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action of the grey scale does."""
        handlers: dict[str, Callable[[], None]] = {
            "invert": lambda: self._session.apply(gray.inverted),
            "voi_next": lambda: self._apply(gray.voi_stepped, 1),
            "voi_previous": lambda: self._apply(gray.voi_stepped, -1),
            "voi_start": lambda: self._apply(gray.voi_restored),
            "keep_preset": self._keep,
            "clahe": lambda: self._depart(replace(self._now, clahe=not self._now.clahe)),
            "sharpen": lambda: self._depart(replace(self._now, sharpened=not self._now.sharpened)),
            "gamma_up": lambda: self._depart(self._now.with_gamma(1)),
            "gamma_down": lambda: self._depart(self._now.with_gamma(-1)),
        }
        for number, preset in enumerate(BUILT_IN, start=1):
            handlers[f"preset_{number}"] = partial(self._apply, gray.preset_applied, preset)
        for place in range(OWN_KEYS):
            handlers[f"own_preset_{place + 1}"] = partial(self._apply_own, place)
        return handlers

    def choose(self, name: str) -> None:
        """One of the focused file's windows or tables, by its name."""
        self._apply(gray.voi_named, name)

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on, name the user's presets, grey out what nothing is there for."""
        departures = state.look.departures
        actions["clahe"].setChecked(departures.clahe)
        actions["sharpen"].setChecked(departures.sharpened)
        for place in range(OWN_KEYS):
            own = state.presets[place : place + 1]
            action = actions[f"own_preset_{place + 1}"]
            action.setText(own[0].name if own else f"Own preset {place + 1}")
        for name in self._names:
            actions[name].setEnabled(bool(state.images))

    def fill_menu(self, view: View, menu: QMenu, actions: Mapping[str, QAction]) -> None:
        """The file's windows and tables with a tick at the one in force, presets, departures."""
        state = self._session.state
        image = state.images.get(view)
        if image is None:
            return
        now = state.voi_of(view)
        for name, voi in gray.offered(image):
            words = f"{name}   (start)" if voi == image.voi else name
            _add(menu, words, partial(self._apply, gray.voi_named, name), ticked=voi == now)
        presets = menu.addMenu("Presets")
        grayscale = image.mammogram.grayscale
        for number, preset in enumerate(BUILT_IN, start=1):
            action = actions[f"preset_{number}"]
            entry = _add(
                presets,
                preset.name,
                action.trigger,
                ticked=preset.applied(image.voi, grayscale) == now,
            )
            entry.setShortcut(action.shortcut())
            entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        presets.addSeparator()
        for preset in state.presets:
            own = partial(self._apply, gray.preset_applied, preset)
            _add(presets, preset.name, own, ticked=preset.applied(image.voi, grayscale) == now)
        presets.addAction(actions["keep_preset"])
        if state.presets:
            removing = presets.addMenu("Remove preset")
            for preset in state.presets:
                _add(removing, preset.name, partial(self._remove, preset))
        departures = menu.addMenu("Departures from the vendor's look")
        for name in DEPARTURES:
            departures.addAction(actions[name])
        menu.addSeparator()

    @property
    def _now(self) -> Departures:
        return self._session.state.look.departures

    def _apply(self, transition: Callable[..., SessionState], *values: object) -> None:
        self._session.apply(lambda state: transition(state, state.focus, *values))

    def _apply_own(self, place: int) -> None:
        own = self._session.state.presets[place : place + 1]
        if own:
            self._apply(gray.preset_applied, own[0])
        else:
            words = f"There is no own preset {place + 1} yet: keep a window as preset first."
            self._session.apply(lambda state: said(state, words))

    def _depart(self, departures: Departures) -> None:
        self._session.apply(lambda state: gray.departed(state, departures))

    def _keep(self) -> None:
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Keep window as preset")
        dialog.setLabelText("Its name; every image gets it relative to its own start:")
        dialog.textValueSelected.connect(
            lambda name: self._apply(gray.preset_kept, clean_name(name))
        )
        dialog.open()

    def _remove(self, preset: Preset) -> None:
        self._session.apply(lambda state: gray.preset_removed(state, preset.name))


def _add(
    menu: QMenu, words: str, handler: Callable[[], None], *, ticked: bool | None = None
) -> QAction:
    """An entry of its own, with a tick or the room for one unless `ticked` is None."""
    entry = menu.addAction(words.replace("&", "&&"))
    if ticked is not None:
        entry.setCheckable(True)
        entry.setChecked(ticked)
    entry.triggered.connect(lambda _=False: handler())
    return entry
