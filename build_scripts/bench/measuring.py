"""What measurements cost: frames of the real window with and without eight on every image, with
all overlays as well, a frame of drawing each kind, and looking at the pixels inside an outline.

Run on a quiet machine:
``xvfb-run -a -s "-screen 0 2560x1600x24" python -m build_scripts.bench.measuring``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QApplication

from build_scripts.bench.window import COLUMNS, ROWS, STEPS, opened_window
from models.exam import L_CC, STANDARD_VIEWS
from viewer.app import Application
from viewer.display.measurement import Kind, Measurement
from viewer.display.overlay import Overlays
from viewer.display.region import statistics as look_inside
from viewer.session import measurements
from viewer.session.measuring import Draft
from viewer.session.sizes import fitted
from viewer.session.state import SessionState

FRAMES, WARM_UP = 80, 10
ROUND = [
    (2000 + 600 * np.sin(turn), 1200 + 500 * np.cos(turn)) for turn in np.linspace(0, 6.2, 60)
]
DRAWN = {
    Kind.LENGTH: ((1000.0, 600.0), (1600.0, 1500.0)),
    Kind.ANGLE: ((1000.0, 600.0), (1600.0, 1500.0), (1200.0, 1900.0)),
    Kind.BOX: ((2200.0, 300.0), (2700.0, 1100.0)),
    Kind.ELLIPSE: ((2900.0, 300.0), (3300.0, 1100.0)),
    Kind.POLYGON: ((1500.0, 300.0), (1900.0, 700.0), (1600.0, 1000.0)),
    Kind.FREEHAND: tuple(ROUND),
    Kind.ARROW: ((3300.0, 1500.0), (3000.0, 1200.0)),
    Kind.TEXT: ((600.0, 800.0),),
}


def main() -> None:
    """Print one row for each thing."""
    with opened_window() as (app, application):
        session = application.session
        session.apply(lambda state: replace(state, overlays=Overlays(False, False, False, False)))
        print(f"{'frame':<45} {'wall med':>9} {'wall p95':>9} {'CPU med':>9}  ms")
        _drag(app, application, "none")
        _draw_all(application)
        _drag(app, application, "8 measurements an image")
        session.apply(lambda state: replace(state, overlays=Overlays(True, True, True, True)))
        _drag(app, application, "8 and all overlays")
        session.apply(lambda state: replace(state, overlays=Overlays(False, False, False, False)))
        session.apply(fitted)
        for kind in DRAWN:
            _tell(
                f"drawing a {kind.value}", _frames(app, application, _drawing(application, kind))
            )
        image = session.state.images[L_CC]
        whole = np.array([[0.0, 0.0], [0.0, COLUMNS], [ROWS, COLUMNS], [ROWS, 0.0]])
        started = time.thread_time()
        look_inside(whole, image)
        print(f"looking at all pixels of an image: {1000 * (time.thread_time() - started):.0f} ms")


def _drag(app: QApplication, application: Application, drawn: str) -> None:
    for name in ("window/level", "pan", "zoom"):
        application.session.apply(fitted)
        _tell(f"{name}, {drawn}", _frames(app, application, STEPS[name]))


def _draw_all(application: Application) -> None:
    for view in STANDARD_VIEWS:
        image_id = application.session.state.images[view].mammogram.image_id
        for kind, points in DRAWN.items():
            words = "note" if kind is Kind.TEXT else ""
            draft = Draft(image_id, Measurement(kind, points, words))
            application.session.apply(lambda s, draft=draft: measurements.drafted(s, draft))
            application.session.apply(measurements.finished)


def _drawing(
    application: Application, kind: Kind
) -> Callable[[int], Callable[[SessionState], SessionState]]:
    """The last point moves, as it does under the mouse."""
    image_id = application.session.state.images[L_CC].mammogram.image_id

    def step(frame: int) -> Callable[[SessionState], SessionState]:
        *others, (row, column) = DRAWN[kind]
        points = (*others, (row + 5.0 * (frame % 20), column + 5.0 * (frame % 20)))
        draft = Draft(image_id, Measurement(kind, points, "note"))
        return lambda state: measurements.drafted(state, draft)

    return step


def _frames(
    app: QApplication,
    application: Application,
    step: Callable[[int], Callable[[SessionState], SessionState]],
) -> tuple[float, float, float]:
    """Median and 95th percentile of the wall time of a frame, median of its thread's, ms."""
    wall, cpu = [], []
    for frame in range(WARM_UP + FRAMES):
        started, cpu_started = time.perf_counter(), time.thread_time()
        application.session.apply(step(frame))
        application.window.grid.viewport().repaint()
        wall.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.thread_time() - cpu_started))
        app.processEvents()
    application.session.apply(lambda state: measurements.drafted(state, None))
    wall, cpu = wall[WARM_UP:], cpu[WARM_UP:]
    p95 = sorted(wall)[int(0.95 * len(wall))]
    return statistics.median(wall), p95, statistics.median(cpu)


def _tell(words: str, times: tuple[float, float, float]) -> None:
    print(f"{words:<45}" + "".join(f" {each:9.1f}" for each in times))


if __name__ == "__main__":
    main()
