"""Where words may stand: air found from pixels, padding and polarity."""

from __future__ import annotations

import numpy as np
import pytest

from models.exam import L_CC, L_MLO, R_MLO
from models.grayscale import Grayscale, Photometric
from tests.phantoms import COLUMNS, ROWS, breast_pixels
from viewer.display.air import FreeAir, tissue_of
from viewer.display.background import measured_air
from viewer.display.pyramid import ImagePyramid
from viewer.display.viewport import Align, fit, one_to_one


def measured(pixels, grayscale):
    air = measured_air(grayscale, pixels)
    return FreeAir.measure(ImagePyramid.build(pixels), grayscale, air)


def with_noise(pixels):
    rng = np.random.default_rng(3)
    return (pixels + np.abs(rng.normal(40.0, 8.0, pixels.shape))).astype(np.uint16)


def as_monochrome1(pixels):
    return (4095 - pixels.astype(np.int32)).astype(np.uint16)


def with_padding(pixels):
    padded = np.where(pixels == 0, 30, pixels).astype(np.uint16)
    padded[:, -50:] = 4095
    return padded


KINDS = {
    "flat air": (lambda pixels: pixels, Grayscale(bits_stored=12)),
    "noisy air": (with_noise, Grayscale(bits_stored=13)),
    "bright is low": (
        as_monochrome1,
        Grayscale(photometric=Photometric.MONOCHROME1, bits_stored=12),
    ),
    "padding": (with_padding, Grayscale(bits_stored=12, padding=(4095, 4095))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rule_27_air_ends_where_the_breast_begins(kind):
    """IHE MAMMO rule 27: every row of every kind of file, within a few pixels, never too late."""
    make, grayscale = KINDS[kind]
    pixels = make(breast_pixels(L_MLO))
    viewport = fit((ROWS, COLUMNS), ROWS, COLUMNS, Align.LEFT)
    air = measured(pixels, grayscale)
    breast = breast_pixels(L_MLO) > 0
    for row in range(0, ROWS, 7):
        columns = np.flatnonzero(breast[row])
        expected = COLUMNS - 1 - columns.max() if columns.size else COLUMNS
        free = air.room(viewport, row, row + 1, on_left=False)
        assert free <= expected + 1
        # Rows next to the ends of the breast share their entry with it.
        if breast[max(row - 8, 0) : row + 9].any(axis=1).all():
            assert free >= expected - 14


def test_air_is_measured_from_the_side_that_is_asked_for():
    air = measured(breast_pixels(R_MLO), Grayscale(bits_stored=12))
    viewport = fit((ROWS, COLUMNS), ROWS, COLUMNS, Align.RIGHT)
    assert air.room(viewport, 330, 340, on_left=True) > 40
    assert air.room(viewport, 330, 340, on_left=False) == 0


def test_a_pane_beyond_the_image_is_free():
    air = measured(breast_pixels(L_CC), Grayscale(bits_stored=12))
    wide = fit((ROWS, COLUMNS), ROWS, COLUMNS + 300, Align.LEFT)
    row = int(0.45 * ROWS)
    assert air.room(wide, row, row + 5, on_left=False) > 300
    tall = fit((ROWS, COLUMNS), ROWS + 400, COLUMNS, Align.LEFT, 1.0)
    assert air.room(tall, 0, 20, on_left=False) == COLUMNS


def test_zoomed_into_tissue_nothing_is_free():
    air = measured(breast_pixels(L_CC), Grayscale(bits_stored=12))
    viewport = one_to_one(fit((ROWS, COLUMNS), 100, 100, Align.LEFT)).centered_on(270, 100)
    assert air.room(viewport, 0, 20, on_left=False) == 0


def test_a_scratch_is_no_tissue_and_an_empty_image_is_all_air():
    pixels = breast_pixels(L_CC)
    pixels[:, 390] = 4000
    assert not tissue_of(pixels, Grayscale(bits_stored=12), 0)[:, 388:].any()
    blank = np.full((80, 50), 7, np.uint16)
    assert not tissue_of(blank, Grayscale(bits_stored=12)).any()
    padded = np.full((80, 50), 9, np.uint16)
    assert not tissue_of(padded, Grayscale(bits_stored=12, padding=(9, 9))).any()
