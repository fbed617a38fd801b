"""How long until there is something to see: the window, the first pane, all four, and memory.

Each figure is the median over fresh processes on four images of 4096 × 3328 pixels, 12 bits stored
(noise on a breast, air 0). ``xvfb-run -a -s "-screen 0 2560x1600x24" python -m
build_scripts.bench.opening``.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, COLUMNS = 4096, 3328
RUNS = 5
READER_CHOOSES_S = 1.0  # meanwhile the program gets ready to read
SYNTAXES = {
    "raw": "1.2.840.10008.1.2.1",
    "JPEG Lossless": "1.2.840.10008.1.2.4.70",
    "JPEG-LS": "1.2.840.10008.1.2.4.80",
    "JPEG 2000": "1.2.840.10008.1.2.4.90",
    "RLE": "1.2.840.10008.1.2.5",
}
FIGURES = ("window", "first pane", "four panes", "longest stall", "RSS")


def main() -> None:
    """Print one row for each transfer syntax."""
    print(f"{'':<16}" + "".join(f"{figure:>16}" for figure in FIGURES) + "   ms, MB")
    with tempfile.TemporaryDirectory() as folder:
        for name, syntax in SYNTAXES.items():
            study = Path(folder) / name.replace(" ", "")
            write_study(study, syntax)
            runs = [_child(study) for _ in range(RUNS + 1)][1:]  # the first one warms the disk
            medians = [statistics.median(run[figure] for run in runs) for figure in FIGURES]
            print(f"{name:<16}" + "".join(f"{value:16.0f}" for value in medians), flush=True)


def write_study(folder: Path, syntax: str) -> None:
    """Four images of one exam in a folder."""
    import numpy as np

    from models.exam import STANDARD_VIEWS
    from tests.dicom_factory import make_dicom
    from tests.phantoms import breast_pixels

    noise = np.random.default_rng(7)
    for view in STANDARD_VIEWS:
        pixels = breast_pixels(view, ROWS, COLUMNS)
        grain = noise.normal(0, 12, pixels.shape)
        pixels = np.where(pixels > 0, np.clip(pixels + grain, 1, 4095), 0).astype(np.uint16)
        make_dicom(
            folder / f"{view.name}.dcm",
            view=view.position.value,
            laterality=view.laterality.value,
            pixels=pixels,
            transfer_syntax=syntax,
            BitsStored=12,
        )


def _child(study: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "build_scripts.bench.opening", str(study)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _measure(study: Path) -> dict[str, float]:
    """In a process of its own, timed from before the first import of ours."""
    started = time.perf_counter()
    gc.disable()  # as the command line does
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from viewer.app import Application
    from viewer.facts import resident_megabytes
    from viewer.theme import apply_theme

    app = QApplication([])
    apply_theme(app)
    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        application = Application(store, Path(folder))
        window, session = application.window, application.session
        window.resize(2560, 1600)
        application.show(())
        while not window.windowHandle().isExposed():
            app.processEvents()
        app.processEvents()
        gc.freeze()
        gc.enable()
        figures = {"window": 1000 * (time.perf_counter() - started)}
        chosen = time.perf_counter() + READER_CHOOSES_S
        while time.perf_counter() < chosen or application.controller.is_reading:
            app.processEvents()
        opened = turn = time.perf_counter()
        stall = 0.0
        application.controller.open_paths([study])
        while "four panes" not in figures:
            app.processEvents()
            is_reading = session.state.record is None or application.controller.is_reading
            if not is_reading and len(session.state.images) < 4:
                raise SystemExit(f"not all images were read: {session.state.problems}")
            now = time.perf_counter()
            stall, turn = max(stall, now - turn), now
            images = len(session.state.images)
            if images and "first pane" not in figures:
                figures["first pane"] = _painted(application, opened)
            if images == 4 and not session.state.loading:
                figures["four panes"] = _painted(application, opened)
            time.sleep(0.0005)
        figures["longest stall"] = 1000 * stall
        figures["RSS"] = resident_megabytes()
        window.close()
    return figures


def _painted(application: object, since: float) -> float:
    application.window.grid.viewport().repaint()  # type: ignore[attr-defined]
    return 1000 * (time.perf_counter() - since)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_measure(Path(sys.argv[1]))))
    else:
        main()
