"""Measures, in a window of a given density, how far chest walls are from inner pane edges.

Run as a program of its own, since Qt takes the scale factor from its environment at start:
``QT_SCALE_FACTOR=1.25 python -m tests.widgets.gaps FOLDER`` prints the device pixel ratio and the
widest gap, device pixels.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from models.exam import Laterality
from tests.phantoms import make_exam
from tests.screen import show
from viewer.app import Application
from viewer.session import transitions

LAYOUTS = ("2x2", "1x4", "cc", "mlo", "right", "left", "2x4", "single")
SIZES = ((1280, 800), (1111, 777))
_LIT = 24


def widest_gap(application: Application) -> int:
    """Over layouts and sizes, after load, resize, layout change, and at one size."""
    widest = 0
    for width, height in SIZES:
        application.window.resize(width, height)
        QApplication.processEvents()
        for layout in LAYOUTS:
            application.session.apply(lambda s, name=layout: transitions.laid_out(s, name))
            QApplication.processEvents()
            widest = max(widest, *gaps_now(application.window.grid))
    return widest


def gaps_now(grid) -> list[int]:
    """The black columns between each visible breast and the inner edge of its pane."""
    image = grid.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    shot = flat[:, : image.width()]
    gaps = []
    for view in grid.viewports():
        rect = grid._panes[view].rect
        middle = slice(rect.row + rect.height * 2 // 5, rect.row + rect.height * 3 // 5)
        band = shot[middle, rect.column : rect.column + rect.width]
        if view.laterality is Laterality.RIGHT:
            band = band[:, ::-1]
        lit = np.flatnonzero((band > _LIT).mean(axis=0) > 0.5)
        gaps.append(int(lit[0]) if lit.size else band.shape[1])
    return gaps


def main() -> None:
    """Print what a test reads."""
    folder = Path(sys.argv[1])
    _app = QApplication([])
    store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    application = Application(store, folder)
    application.show(())
    show(application.session, make_exam())
    gap = widest_gap(application)
    print(application.window.grid.devicePixelRatioF(), gap)
    application.window.close()


if __name__ == "__main__":
    main()
