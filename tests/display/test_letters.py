"""Orientation letters tell the truth of what is displayed, however it is laid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO
from models.geometry import AS_STORED, Orientation
from tests.phantoms import make_mammogram
from viewer.display.letters import Directions, directions

HUNG = {
    R_CC: (("P", "L"), Directions("A", "P", "R", "L")),
    L_CC: (("A", "R"), Directions("P", "A", "L", "R")),
    R_MLO: (("P", "FL"), Directions("A", "P", "HR", "FL")),
    L_MLO: (("A", "FR"), Directions("P", "A", "HL", "FR")),
}
EIGHT = [Orientation(t, r, c) for t in (False, True) for r in (False, True) for c in (False, True)]
OPPOSITE = str.maketrans("APLRFH", "PARLHF")


def stored_as(orientation, hung):
    """Patient Orientation of a file that holds an image of orientation `hung` laid otherwise."""
    row, column = hung
    if orientation.transpose:
        row, column = column, row
    if orientation.flip_columns:
        row = row.translate(OPPOSITE)
    if orientation.flip_rows:
        column = column.translate(OPPOSITE)
    return row, column


@pytest.mark.parametrize("stored", EIGHT)
@pytest.mark.parametrize("view", HUNG)
def test_the_letters_are_the_same_however_the_image_is_stored(view, stored):
    """Rule 11: as displayed, R CC is P\\L, L CC A\\R, R MLO P\\FL, L MLO A\\FR."""
    hung, expected = HUNG[view]
    mammogram = make_mammogram(view, stored=stored, patient_orientation=stored_as(stored, hung))
    assert directions(mammogram) == expected


def test_a_mirrored_image_has_mirrored_letters():
    mammogram = make_mammogram(R_MLO, patient_orientation=("P", "FL"))
    mirrored = replace(mammogram, orientation=Orientation(flip_columns=True))
    assert directions(mirrored) == Directions("P", "A", "HR", "FL")
    upside_down = replace(mammogram, orientation=Orientation(flip_rows=True))
    assert directions(upside_down) == Directions("A", "P", "FL", "HR")
    turned = replace(mammogram, orientation=Orientation(transpose=True))
    assert directions(turned) == Directions("HR", "FL", "A", "P")


def test_a_file_that_does_not_say_gets_no_letters():
    assert make_mammogram(R_CC).orientation == AS_STORED
    assert directions(make_mammogram(R_CC)) is None
