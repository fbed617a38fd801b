"""Frame times of the real window: four linked panes of 4096 × 3328 pixels in 2560 × 1600.

A frame is one transition of the session and one synchronous repaint of the panes; CPU is that of
the window's thread, then of all threads. Run on a quiet machine:
``xvfb-run -a -s "-screen 0 2560x1600x24" python -m build_scripts.bench.window``.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from models.exam import STANDARD_VIEWS
from models.results import ExamResult
from tests.phantoms import make_exam, make_mammogram, make_result
from tests.screen import analysed, show
from viewer.app import Application
from viewer.display.camera import Camera
from viewer.display.overlay import Overlays
from viewer.session import transitions
from viewer.session.gray import windowed
from viewer.session.sizes import fitted
from viewer.session.state import SessionState
from viewer.theme import apply_theme

ROWS, COLUMNS = 4096, 3328
FRAMES = 120
WARM_UP = 10


def main() -> None:
    """Print one row for each interaction."""
    with opened_window() as (app, application):
        head = f"{'wall med':>9} {'wall p95':>9} {'CPU med':>9} {'all CPU':>9}"
        print(f"{'interaction':<44} {head}  ms")
        for place in ("fit", "1:1"):
            application.session.apply(_at(place))
            for overlays in ("no overlays", "all overlays"):
                application.session.apply(
                    lambda state, on=overlays == "all overlays": replace(
                        state, overlays=Overlays(on, on, on, on)
                    )
                )
                for name, step in STEPS.items():
                    wall, cpu, every = measure(app, application, step)
                    row = f"{name}, {place}, {overlays}"
                    p95 = sorted(wall)[int(0.95 * len(wall))]
                    print(
                        f"{row:<44} {statistics.median(wall):9.1f} {p95:9.1f}"
                        f" {statistics.median(cpu):9.1f} {statistics.median(every):9.1f}"
                    )


@contextmanager
def opened_window() -> Iterator[tuple[QApplication, Application]]:
    """A window of 2560 × 1600 with four analysed images, and nothing of the user's."""
    app = QApplication([])
    apply_theme(app)
    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        application = Application(store, Path(folder))
        application.window.resize(2560, 1600)
        application.window.show()
        _load(application)
        yield app, application
        application.window.close()


def _load(application: Application) -> None:
    """Put four analysed images on the screen, without files."""
    views = {view: make_mammogram(view, rows=ROWS, columns=COLUMNS) for view in STANDARD_VIEWS}
    exam = make_exam(views=views)
    result = make_result(exam)
    _fill_maps(result)
    session = application.session
    show(session, exam)
    session.apply(lambda state: analysed(state, result))


def _fill_maps(result: ExamResult) -> None:
    """Saliency everywhere, the worst case: a map of noise over the whole image."""
    noise = np.random.default_rng(1)
    for found in result.glam.views.values():
        values = found.saliency.values
        values[:] = noise.random(values.shape, dtype=np.float32)


def _at(place: str) -> Callable[[SessionState], SessionState]:
    if place == "fit":
        return fitted

    def one_to_one(state: SessionState) -> SessionState:
        for view in STANDARD_VIEWS:
            state = transitions.looked(state, view, Camera(1.0, ROWS / 2, COLUMNS / 2))
        return state

    return one_to_one


def _window(frame: int) -> Callable[[SessionState], SessionState]:
    shift = 0.01 if frame % 40 < 20 else -0.01
    return lambda state: windowed(state, STANDARD_VIEWS, shift, shift)


def _pan(frame: int) -> Callable[[SessionState], SessionState]:
    step = 7.0 if frame % 40 < 20 else -7.0
    return _moved(1.0, step)


def _zoom(frame: int) -> Callable[[SessionState], SessionState]:
    return _moved(1.02 if frame % 40 < 20 else 1 / 1.02, 0.0)


def _moved(factor: float, step: float) -> Callable[[SessionState], SessionState]:
    def moved(state: SessionState) -> SessionState:
        for view in STANDARD_VIEWS:
            camera = state.camera_of(view)
            scale = (camera.scale or 0.19) * factor
            row = camera.row or ROWS / 2
            column = camera.column or COLUMNS / 2
            state = transitions.looked(state, view, Camera(scale, row + step, column + step))
        return state

    return moved


def _opacity(frame: int) -> Callable[[SessionState], SessionState]:
    return lambda state: transitions.overlaid(
        state, replace(state.overlays, opacity=0.3 + 0.01 * (frame % 40))
    )


def _lay_out(frame: int) -> Callable[[SessionState], SessionState]:
    return lambda state: transitions.laid_out(state, ("1x4", "2x2")[frame % 2])


STEPS = {
    "window/level": _window,
    "pan": _pan,
    "zoom": _zoom,
    "opacity": _opacity,
    "layout": _lay_out,
}


def measure(
    app: QApplication,
    application: Application,
    step: Callable[[int], Callable[[SessionState], SessionState]],
) -> tuple[list[float], list[float], list[float]]:
    """Of each frame its wall time, the CPU time of the window's thread, and that of all, ms."""
    session, viewport = application.session, application.window.grid.viewport()
    before = session.state.look
    clocks = (time.perf_counter, time.thread_time, time.process_time)
    took: tuple[list[float], ...] = ([], [], [])
    for frame in range(WARM_UP + FRAMES):
        started = [clock() for clock in clocks]
        session.apply(step(frame))
        viewport.repaint()
        for times, clock, since in zip(took, clocks, started, strict=True):
            times.append(1000 * (clock() - since))
        app.processEvents()
    session.apply(lambda state: transitions.with_look(state, before))
    wall, cpu, every = (times[WARM_UP:] for times in took)
    return wall, cpu, every


if __name__ == "__main__":
    main()
