"""The real program with a reader at its keys, for tests that end it without being asked.

``python -m tests.session.kept.reader [--keys] [PATH …]`` opens the window as `fourview` does. With
``--keys`` somebody reads; then, and again after each line on stdin, what the session holds is
printed as one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from viewer.app import run
from viewer.session.session import Session
from viewer.session.staging import place_of
from viewer.widgets.main_window import MainWindow

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
KEYS = (
    (Qt.Key.Key_K, SHIFT),  # nipples of the first exam
    (Qt.Key.Key_Right, NONE),
    (Qt.Key.Key_I, NONE),
    (Qt.Key.Key_F5, NONE),  # a window
    (Qt.Key.Key_J, CTRL),  # upside down
    (Qt.Key.Key_K, SHIFT),
    (Qt.Key.Key_N, NONE),
    (Qt.Key.Key_U, SHIFT),
    (Qt.Key.Key_H, NONE),
    (Qt.Key.Key_D, NONE),
    (Qt.Key.Key_Space, NONE),
    (Qt.Key.Key_Space, NONE),
    (Qt.Key.Key_Space, NONE),
    (Qt.Key.Key_Space, NONE),
)


def main() -> None:
    """Run until killed."""
    given = sys.argv[1:]
    QApplication(["fourview"])
    QTimer.singleShot(0, lambda: _begin("--keys" in given))
    sys.exit(run([Path(each) for each in given if each != "--keys"]))


def _begin(reads: bool) -> None:
    (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    session: Session = window._session
    _wait(lambda: session.state.exam is not None)
    if reads:
        window.activateWindow()
        _wait(window.isActiveWindow)
        for key, modifiers in KEYS:
            QTest.keyClick(window.grid, key, modifiers)
            _wait(lambda: session.state.exam is not None)
        _measure(window)
        _wait(lambda: False, 2.5)  # the last tile is looked at, and written down
    print(json.dumps(_said(session)), flush=True)


def _measure(window: MainWindow) -> None:
    """A length across the tile on the screen."""
    panes = window.grid.viewport()
    middle = panes.rect().center()
    QTest.keyClick(window.grid, Qt.Key.Key_L)
    QTest.mousePress(panes, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(panes, middle + QPoint(60, 40))
    QTest.mouseRelease(panes, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 40))
    QTest.keyClick(window.grid, Qt.Key.Key_Escape)


def _said(session: Session) -> dict[str, object]:
    state = session.state
    place = place_of(state)
    return {
        "exam": state.exam_key,
        "layout": state.layout,
        "focus": state.focus.name,
        "inverted": state.look.inverted,
        "windows": {
            view.name: (voi.center, voi.width) for view, voi in sorted_items(state.look.vois)
        },
        "cameras": {
            view.name: (each.scale, each.row, each.column)
            for view, each in sorted_items(state.look.cameras)
        },
        "nipples": {
            exam: {
                image: (round(nipple.row), round(nipple.column))
                for image, nipple in sorted(work.now.nipples.items())
            }
            for exam, work in sorted(state.works.items())
        },
        "measurements": {
            image: [repr(each) for each in measured]
            for image, measured in sorted(state.work.now.measurements.items())
        },
        "placed": {view.name: repr(each) for view, each in sorted_items(state.work.now.placed)},
        "overlays": repr(state.overlays),
        "map": state.staged.map_visible,
        "tool": state.tool.value,
        "detail": state.detail.value,
        "place": None if place is None else (place.stage, repr(place.view), place.center),
        "coverage": {
            repr(key): [int(each.cells.sum()), each.bits.hex()[:200]]
            for key, each in sorted(
                state.staged.coverage.get(state.exam_key, {}).items(), key=repr
            )
        },
        "message": state.message,
    }


def sorted_items(mapping):
    return sorted(mapping.items(), key=lambda item: item[0].name)


def _wait(reached: Callable[[], bool], most_s: float = 60.0) -> None:
    until = time.monotonic() + most_s
    while time.monotonic() < until and not reached():
        QApplication.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
