"""Windows on screens of another density.

Qt takes the scale of the screen from its environment at start, so that each is a program of its
own, which prints the density that it finds and what a test asks about.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from models.exam import STANDARD_VIEWS
from tests.conftest import ROOT
from tests.phantoms import make_exam, make_mammogram
from tests.screen import show
from viewer.app import Application
from viewer.theme import apply_theme


def printed_at(scale: float, module: str, *arguments: str) -> list[str]:
    """The words that a module of this folder prints on a screen of this scale."""
    environment = {
        **os.environ,
        "QT_SCALE_FACTOR": str(scale),
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", f"tests.widgets.{module}", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()


@contextmanager
def phantom_window() -> Iterator[tuple[QApplication, Application]]:
    """A window of 961 × 641 logical pixels with a phantom in all four panes."""
    app = QApplication(sys.argv[:1])
    apply_theme(app)
    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        application = Application(store, Path(folder) / "cache")
        application.window.resize(961, 641)
        application.show(())
        views = {view: make_mammogram(view, truth=()) for view in STANDARD_VIEWS}
        show(application.session, make_exam(views=views))
        yield app, application
        application.window.close()
