"""The legend of a page shows marks as they look on its images."""

from __future__ import annotations

import numpy as np

from tests.phantoms import make_exam
from viewer.display.colours import PANEL, TRUTH, bgr
from viewer.display.overlay import Overlays
from viewer.export.banner import banner_for
from viewer.export.page import PageSpec


def test_truth_is_amber_dashes_in_the_legend_as_on_the_image():
    spec = PageSpec("2x2", 800, 1200, overlays=Overlays(truth=True))
    items = [
        item for line in banner_for(make_exam(), None, spec, 1200, 1.0).lines for item in line
    ]
    (truth,) = (item for item in items if item.words.startswith("T B"))
    colours = {tuple(stripe) for stripe in np.asarray(truth.swatch).tolist()}
    assert colours == {bgr(TRUTH), bgr(PANEL)}
