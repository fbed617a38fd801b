"""Holds the magnifier over each pane of a dense screen and prints where a pixel is not its own.

Run as a program, since Qt takes the scale of the screen from its environment at start.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from models.exam import STANDARD_VIEWS
from tests.phantoms import make_exam, make_mammogram, record_of
from tests.widgets.test_magnifier import lens_pixels, lesion_of, table_pixels
from viewer.app import Application
from viewer.display.shown import ShownImage
from viewer.session import navigation, transitions
from viewer.session.navigation import Pointer
from viewer.theme import apply_theme


def main() -> int:
    """0 where all four lenses show the table of the stored pixels; prints the screen's scale."""
    app = QApplication(sys.argv[:1])
    apply_theme(app)
    folder = Path(tempfile.mkdtemp())
    store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    application = Application(store, folder / "cache")
    application.window.resize(961, 641)
    application.show(())
    exam = make_exam(views={view: make_mammogram(view, truth=()) for view in STANDARD_VIEWS})
    session, grid = application.session, application.window.grid
    session.apply(lambda s: transitions.opened(s, (record_of(exam),), ()))
    session.apply(lambda s: transitions.shown(s, 0))
    for mammogram in exam.mammograms.values():
        image = ShownImage.prepare(mammogram)
        session.apply(lambda s, image=image: transitions.image_ready(s, image))
    session.apply(lambda s: transitions.all_ready(s, exam))
    session.apply(navigation.magnifier)
    app.processEvents()
    wrong = []
    for view in STANDARD_VIEWS:
        pointer = Pointer(view, *lesion_of(view))
        session.apply(
            lambda s, at=pointer: replace(s, navigation=replace(s.navigation, pointer=at))
        )
        app.processEvents()
        seen, lens = lens_pixels(application, view)
        if not np.array_equal(seen, table_pixels(application, lens)):
            wrong.append(view.name)
    print(grid.devicePixelRatioF(), wrong)
    application.window.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
