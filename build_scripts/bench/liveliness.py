"""Whether the window answers while GLAM runs: gaps between the ticks of a 5 ms timer.

One exam of two phantom views, seeded weights, from pressing Analyse to the drawn result, with
the import of PyTorch: ``xvfb-run -a -s "-screen 0 1920x1080x24" python -m
build_scripts.bench.liveliness``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from models.exam import L_MLO, R_CC
from tests import glam_recipe
from tests.phantoms import breast_pixels
from viewer.app import Application
from viewer.display.overlay import Overlays
from viewer.session.state import ModelChoice, Phase
from viewer.theme import apply_theme

TICK_MS = 5


def main() -> None:
    """Print the longest gaps."""
    app = QApplication([])
    apply_theme(app)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = glam_recipe.write(folder / "recipe.ckpt", glam_recipe.state_dict())
        _write_study(folder / "study")
        store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        application = Application(store, folder / "cache")
        application.window.resize(1920, 1080)
        application.show([folder / "study"])
        session = application.session
        _wait(app, lambda: len(session.state.images) == 2 and not session.state.loading)
        choice = ModelChoice(("glam",), {"glam": weights})
        overlays = Overlays(True, True, True, True)
        session.apply(lambda state: replace(state, model=choice, overlays=overlays))
        gaps, last = [], [time.perf_counter()]

        def tick() -> None:
            now = time.perf_counter()
            gaps.append(1000 * (now - last[0]))
            last[0] = now

        timer = QTimer()
        timer.setInterval(TICK_MS)
        timer.timeout.connect(tick)
        timer.start()
        started = last[0] = time.perf_counter()
        application.controller.analyse()
        _run(app, lambda: session.state.analysis.phase is Phase.DONE)
        timer.stop()
        print(f"analysis of two views in the window: {time.perf_counter() - started:.1f} s")
        longest = ", ".join(f"{gap:.0f}" for gap in sorted(gaps)[-5:])
        print(f"longest gaps between ticks: {longest} ms of {len(gaps)} ticks")
        application.window.close()


def _write_study(folder: Path) -> None:
    from tests.dicom_factory import make_dicom

    for view in (R_CC, L_MLO):
        make_dicom(
            folder / f"{view.name}.dcm",
            view=view.position.value,
            laterality=view.laterality.value,
            pixels=breast_pixels(view, 2730, 981),
        )


def _wait(app: QApplication, reached: Callable[[], bool]) -> None:
    while not reached():
        app.processEvents()


def _run(app: QApplication, reached: Callable[[], bool]) -> None:
    """The event loop itself, until a state and half a second for drawing it."""
    check = QTimer()
    check.timeout.connect(lambda: QTimer.singleShot(500, app, app.quit) if reached() else None)
    check.start(50)
    app.exec()
    check.stop()


if __name__ == "__main__":
    main()
