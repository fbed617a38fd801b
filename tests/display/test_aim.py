"""Magnifying never leaves a pane without tissue."""

from __future__ import annotations

import numpy as np
import pytest

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from tests.phantoms import COLUMNS, ROWS, make_mammogram
from viewer.display.aim import at_actual_pixels, magnified
from viewer.display.air import FreeAir
from viewer.display.hanging import align_of
from viewer.display.shown import ShownImage
from viewer.display.viewport import Viewport, fit

PANE = (100, 300)  # so wide that its centre is air


def tissue_in(image, viewport):
    hung = image.pyramid.levels[0]
    bottom, right = viewport.to_image(viewport.height, viewport.width)
    shown = hung[
        max(int(viewport.row), 0) : max(int(bottom), 0),
        max(int(viewport.column), 0) : max(int(right), 0),
    ]
    return (shown > 0).mean() if shown.size else 0.0


@pytest.mark.parametrize("view", STANDARD_VIEWS)
@pytest.mark.parametrize("point", [None, (5.0, 150.0), (95.0, 150.0)])
def test_actual_pixels_asked_for_over_air_show_the_breast(view, point):
    image = ShownImage.prepare(make_mammogram(view))
    whole = fit(image.shape, *PANE, align_of(view))
    assert not image.free.holds(*whole.to_image(50, 150)), "the pane's centre is air"
    found = at_actual_pixels(whole, image.free, point)
    assert found.scale == 1.0
    assert tissue_in(image, found) > 0.9


def test_actual_pixels_hold_the_tissue_under_the_cursor():
    image = ShownImage.prepare(make_mammogram(L_CC))
    whole = fit(image.shape, *PANE, align_of(L_CC))
    y, x = whole.to_pane(200.0, 50.0)
    assert at_actual_pixels(whole, image.free, (y, x)).to_image(y, x) == pytest.approx(
        (200.0, 50.0), abs=0.5
    )


@pytest.mark.parametrize("view", [R_CC, L_CC])
@pytest.mark.parametrize("point", [None, (50.0, 150.0), (95.0, 150.0)])
def test_however_far_one_magnifies_the_breast_stays_in_its_pane(view, point):
    image = ShownImage.prepare(make_mammogram(view))
    viewport = fit(image.shape, *PANE, align_of(view))
    for _ in range(12):
        viewport = magnified(viewport, image.free, 1.25, point)
        assert tissue_in(image, viewport) > 0.0
    assert viewport.scale > 1.0


def test_the_wheel_holds_the_tissue_under_the_cursor():
    image = ShownImage.prepare(make_mammogram(L_CC))
    whole = fit(image.shape, *PANE, align_of(L_CC))
    assert magnified(whole, image.free, 1.2, (40.0, 10.0)) == whole.zoomed(1.2, 40.0, 10.0)


def test_an_image_of_air_is_magnified_about_the_centre():
    nothing = FreeAir(np.full(10, np.inf), np.full(10, -np.inf), 60)
    viewport = Viewport(100, 300, 0.5, 0.0, 0.0)
    assert nothing.middle is None
    assert magnified(viewport, nothing, 1.2) == viewport.zoomed(1.2, 50.0, 150.0)
    assert at_actual_pixels(viewport, nothing).scale == 1.0


def test_tissue_is_held_between_its_borders_and_nowhere_else():
    free = ShownImage.prepare(make_mammogram(L_CC)).free
    row, column = free.middle
    assert row == pytest.approx(0.45 * ROWS, abs=12)
    assert column == pytest.approx(0.85 * COLUMNS / 2, abs=12)
    assert free.holds(row, column)
    assert not free.holds(row, 0.85 * COLUMNS + 15)
    assert free.holds(row, 0.85 * COLUMNS + 15, near=20.0)
    assert not free.holds(5.0, 5.0)
