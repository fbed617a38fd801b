"""Memory after many exams in a row, and the time to the next exam when it was read ahead.

200 exams of four raw DICOM images of 4096 × 3328 pixels, named by a list over a few studies on
disk, each shown until the next one was read ahead, as a reader would; the time is that of the
key's handler and a repaint. ``xvfb-run -a -s "-screen 0 2560x1600x24" python -m
build_scripts.bench.memory [EXAMS]``.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from build_scripts.bench.opening import write_study
from models.exam import STANDARD_VIEWS
from viewer.app import Application
from viewer.facts import resident_megabytes
from viewer.theme import apply_theme

EXAMS = 200
STUDIES = 4
RAW = "1.2.840.10008.1.2.1"
MOST_S = 60.0


def main() -> None:
    """Print memory now and then, and what the steps cost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMS
    app = QApplication([])
    apply_theme(app)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exams = _write_list(folder, count)
        store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        application = Application(store, folder / "cache")
        application.window.resize(2560, 1600)
        application.show([exams])
        wall, cpu, most = _read_all(app, application, count)
        print(
            f"next exam, read ahead: wall median {statistics.median(wall):.0f}, "
            f"p95 {sorted(wall)[int(0.95 * len(wall))]:.0f}, "
            f"CPU median {statistics.median(cpu):.0f} ms"
        )
        print(f"RSS after {count} exams: {resident_megabytes()} MB, most {most} MB")
        application.window.close()


def _write_list(folder: Path, count: int) -> Path:
    for number in range(STUDIES):
        write_study(folder / _study(number), RAW)
    exams = [{"id": f"{number:03}", "views": _views(number)} for number in range(count)]
    path = folder / "exams.json"
    path.write_text(json.dumps({"exams": exams}))
    return path


def _views(number: int) -> dict[str, str]:
    return {view.name: f"{_study(number)}/{view.name}.dcm" for view in STANDARD_VIEWS}


def _study(number: int) -> str:
    return f"study{number % STUDIES}"


def _read_all(
    app: QApplication, application: Application, count: int
) -> tuple[list[float], list[float], int]:
    """Milliseconds of each step, wall and thread CPU, and the most memory at any rest, MB."""
    session, window = application.session, application.window
    wall: list[float] = []
    cpu: list[float] = []
    most = 0
    _rest(app, application)
    for number in range(1, count):
        started, cpu_started = time.perf_counter(), time.thread_time()
        window.actions_by_name["next_exam"].trigger()
        window.grid.viewport().repaint()
        wall.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.thread_time() - cpu_started))
        if session.state.index != number or len(session.state.images) < len(STANDARD_VIEWS):
            raise SystemExit(f"exam {number} was not read ahead: {session.state.problems}")
        _rest(app, application)
        most = max(most, resident_megabytes())
        if number % 20 == 0:
            print(f"{number:4} exams: {resident_megabytes()} MB", flush=True)
    return wall, cpu, most


def _rest(app: QApplication, application: Application) -> None:
    """Until the exam is here and the next one is, too."""
    until = time.monotonic() + MOST_S
    session = application.session
    while session.state.exam is None or application.controller.is_reading:
        app.processEvents()
        time.sleep(0.005)
        if time.monotonic() > until:
            raise SystemExit(f"reading takes too long: {session.state.problems}")


if __name__ == "__main__":
    main()
