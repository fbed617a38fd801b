"""Rule 13: the chest wall touches the inner edge of its pane, pixel for pixel, at any density."""

from __future__ import annotations

import numpy as np
import pytest

from models.exam import STANDARD_VIEWS, Laterality
from tests.phantoms import COLUMNS, ROWS, make_mammogram
from viewer.display.hanging import LAYOUTS, pane_rects
from viewer.display.sampling import sample
from viewer.display.shown import ShownImage, fitted_or_placed

LOGICAL = (811, 1283)  # odd on purpose: nothing divides


@pytest.fixture(scope="module")
def images():
    sizes = {"R-CC": (ROWS, COLUMNS), "L-CC": (ROWS - 13, COLUMNS + 7)}
    return {
        view: ShownImage.prepare(
            make_mammogram(
                view,
                rows=sizes.get(view.name, (ROWS, COLUMNS))[0],
                columns=sizes.get(view.name, (ROWS, COLUMNS))[1],
                pixel_spacing_mm=(0.07, 0.07) if view.name == "L-MLO" else (0.1, 0.1),
            )
        )
        for view in STANDARD_VIEWS
    }


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("layout", [name for name in LAYOUTS if not LAYOUTS[name].has_priors])
def test_no_pixel_lies_between_chest_wall_and_inner_edge(images, layout, ratio):
    """Rule 13."""
    area = (round(LOGICAL[0] * ratio), round(LOGICAL[1] * ratio))
    rects = pane_rects(LAYOUTS[layout], *area)
    for view, viewport in fitted_or_placed({}, images, rects).items():
        buffer, (y, x) = sample(images[view].pyramid, viewport)
        pane = np.zeros((viewport.height, viewport.width))
        pane[y : y + buffer.shape[0], x : x + buffer.shape[1]] = buffer
        is_right = view.laterality is Laterality.RIGHT
        inner = pane[:, -1] if is_right else pane[:, 0]
        assert np.count_nonzero(inner) > 0.3 * buffer.shape[0]
