"""The picture of findings shows them on the right tissue, and says what the window says."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from models.exam import L_CC, R_MLO, Mammogram, View
from models.geometry import Affine, Box, Orientation
from models.mass.results import MassFinding, MassResult, MassView
from models.microcalcification.results import (
    CalcificationResult,
    CalcificationView,
    Cluster,
    Speck,
)
from models.results import CellMap, ExamResult, Provenance
from tests.phantoms import BRIGHT, make_mammogram
from viewer.display.colours import CALCIFICATIONS, MASSES
from viewer.export.findings_picture import draw_findings

MADE = Provenance("mass", "Masses", "m.h5", "ab" * 32, "fp32", "cpu", "Fourview 0")
NOWHERE = CellMap(np.zeros((2, 2), np.float32), Affine(), (2, 2))
PANE_WIDTH, GAP, MARGIN, FOOTER = 480, 12, 20, 64


def around(mammogram: Mammogram) -> NDArray[np.float64]:
    """Corners of the smallest rectangle around the phantom's lesion, stored (row, column)."""
    lesion = np.argwhere(mammogram.pixels >= BRIGHT)
    (top, left), (bottom, right) = lesion.min(axis=0), lesion.max(axis=0) + 1
    return np.array([[top, left], [top, right], [bottom, right], [bottom, left]], float)


def result_on(mammogram: Mammogram, view: View, masses: int = 1) -> ExamResult:
    """A cluster and masses exactly around the phantom's lesion."""
    corners = around(mammogram)
    specks = tuple(Speck(row, column, 3, 0.9) for row, column in corners)
    cluster = Cluster((0, 1, 2, 3), corners, 9.0, None, None, 0.83, Box(0, 0, 8, 8))
    mass = MassFinding((corners,), 64.0, None, 9.0, None, 0.9)
    return ExamResult(
        "anna",
        microcalcification=CalcificationResult(
            dataclasses.replace(MADE, model_id="microcalcification"),
            None,
            {view: CalcificationView(NOWHERE, specks, (cluster,))},
        ),
        mass=MassResult(MADE, {view: MassView(NOWHERE, NOWHERE, (mass,) * masses)}),
    )


def coloured(image: NDArray[np.uint8], colour: str) -> NDArray[np.intp]:
    """Places (row, column) of this hue, faint edges of lines too."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    values = image.astype(int)
    strength = values[..., np.argmax(parts)] - values[..., np.argmin(parts)]
    return np.argwhere(strength > 50)


def panes(drawn: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    lefts = [MARGIN + place * (PANE_WIDTH + GAP) for place in range(3)]
    return [drawn[180:-FOOTER, left : left + PANE_WIDTH] for left in lefts]


@pytest.mark.parametrize("view", [L_CC, R_MLO])
@pytest.mark.parametrize(
    "stored", [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]
)
def test_marks_lie_around_the_lesion_however_the_image_is_stored(view, stored) -> None:
    mammogram = make_mammogram(view, stored=stored, truth=())
    image, calcifications, masses = panes(
        draw_findings(mammogram, view, result_on(mammogram, view))
    )
    lesion = np.argwhere(image.min(axis=2) > 240)
    middle = np.median(lesion, axis=0)
    lesion = lesion[np.abs(lesion - middle).max(axis=1) < 40]
    for pane, colour in ((calcifications, CALCIFICATIONS), (masses, MASSES)):
        marks = coloured(pane, colour)
        level = marks[np.abs(marks[:, 0] - middle[0]) < 8]  # the sides of its outline, no words
        assert level[:, 1].min() == pytest.approx(lesion[:, 1].min(), abs=3)
        assert level[:, 1].max() == pytest.approx(lesion[:, 1].max(), abs=3)
        above = marks[np.abs(marks[:, 1] - middle[1]) < 8]
        assert np.abs(above[:, 0] - lesion[:, 0].min()).min() < 3
    assert not len(coloured(image, MASSES))
    assert not len(coloured(masses, CALCIFICATIONS))


def test_the_heading_lists_the_first_twelve_of_many_findings() -> None:
    mammogram = make_mammogram(L_CC)
    heights = [
        draw_findings(mammogram, L_CC, result_on(mammogram, L_CC, masses)).shape[0]
        for masses in (1, 11, 12, 40)
    ]
    line = (heights[1] - heights[0]) / 10
    assert line > 10
    assert heights[2:] == [heights[1] + line] * 2
