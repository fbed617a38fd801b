"""Screens by what stays the same when they are plugged in again, and life size on them."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

from viewer.session import sizes
from viewer.session.session import Session
from viewer.widgets.calibration_dialog import CalibrationDialog, ScreenFacts


def screen_key(screen: QScreen) -> str:
    """Name, serial number and size in device pixels: one measurement belongs to all three."""
    height, width = size_px(screen)
    return f"{screen.name()}|{screen.serialNumber()}|{width}x{height}"


def size_px(screen: QScreen) -> tuple[int, int]:
    """(height, width) in device pixels."""
    ratio = screen.devicePixelRatio()
    return round(screen.size().height() * ratio), round(screen.size().width() * ratio)


class LifeSize(QObject):
    """Shows images as large as in life on the screen where `panes` lie, and measures it."""

    def __init__(self, session: Session, panes: QWidget, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._panes, self._window = session, panes, window

    def toggle(self) -> None:
        """Life size, and back; a screen that was never measured is measured first."""
        if sizes.is_true_sized(self._session.state):
            self._session.apply(sizes.same_sized)
        elif self._facts().pixel_mm is not None or not sizes.has_life_size(self._session.state):
            self._session.apply(sizes.true_sized)
        else:
            self.measure()

    def measure(self) -> None:
        """Ask the reader to measure the screen."""
        dialog = CalibrationDialog(self._facts(), self._window)
        dialog.measured.connect(self._use)
        dialog.open()  # no key of the panes reaches past it

    def _facts(self) -> ScreenFacts:
        screen = self._panes.screen()
        key = screen_key(screen)
        known = self._session.state.screens.get(key)
        ratio = self._panes.devicePixelRatioF()
        return ScreenFacts(key, screen.name(), size_px(screen), ratio, known)

    def _use(self, key: str, pixel_mm: float) -> None:
        self._session.apply(lambda state: sizes.screen_measured(state, key, pixel_mm))
        self._session.apply(sizes.true_sized)
