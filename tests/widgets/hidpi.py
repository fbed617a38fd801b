"""Shows a phantom at 1:1 on a screen of any scale and prints whether every pixel is its own.

A program for `tests.widgets.dense`.
"""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtGui import QImage

from tests.widgets.dense import phantom_window
from viewer.display.hanging import align_of
from viewer.display.viewport import Align, Viewport
from viewer.display.voi import compile_table
from viewer.session import transitions


def main() -> None:
    """Print the screen's scale, and the panes that do not show the table of the stored pixels."""
    with phantom_window() as (app, application):
        session, grid = application.session, application.window.grid
        session.apply(lambda s: transitions.laid_out(s, sys.argv[1]))
        app.processEvents()
        views = session.state.panes.views
        print(
            grid.devicePixelRatioF(),
            [view.name for view in views if _differs(app, grid, session, view)],
        )


def _differs(app, grid, session, view) -> bool:
    session.apply(lambda state: transitions.focused(state, view))
    rows, columns = session.state.images[view].shape
    edge = columns - 40 if align_of(view) is Align.RIGHT else 40
    grid.go_to(view, rows * 0.5, edge)
    pane = grid._panes[view]
    for item in (pane.caption, pane.signs, pane.strip):
        item.setVisible(False)
    app.processEvents()
    shot = grid.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    flat = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), -1)
    seen = flat[:, : shot.width()]
    rect, viewport = pane.rect, pane.viewport
    pixels = seen[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]
    return viewport.scale != 1.0 or not np.array_equal(pixels, _expected(session, view, viewport))


def _expected(session, view, viewport: Viewport) -> np.ndarray:
    """The pane of the table of the stored pixels, black beside the image."""
    image = session.state.images[view]
    table = compile_table(image.mammogram.grayscale, session.state.voi_of(view), air=image.air)
    hung = image.mammogram.orientation.apply(image.mammogram.pixels)
    pane = np.zeros((viewport.height, viewport.width), np.uint8)
    top, left = round(viewport.row), round(viewport.column)
    inside = hung[max(top, 0) : top + viewport.height, max(left, 0) : left + viewport.width]
    y, x = max(-top, 0), max(-left, 0)
    pane[y : y + inside.shape[0], x : x + inside.shape[1]] = table[inside]
    return pane


if __name__ == "__main__":
    main()
