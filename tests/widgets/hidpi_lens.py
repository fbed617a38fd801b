"""Holds the magnifier over each pane of a dense screen and prints where a pixel is not its own.

A program for `tests.widgets.dense`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.exam import STANDARD_VIEWS
from tests.widgets.dense import phantom_window
from tests.widgets.test_magnifier import lens_pixels, lesion_of, table_pixels
from viewer.session import navigation
from viewer.session.navigation import Pointer


def main() -> None:
    """Print the screen's scale, and the lenses that do not show the table of the stored pixels."""
    with phantom_window() as (app, application):
        session = application.session
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
        print(application.window.grid.devicePixelRatioF(), wrong)


if __name__ == "__main__":
    main()
