"""Fitting the breast instead of the whole detector."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.exam import L_CC, R_CC, STANDARD_VIEWS, Laterality
from models.geometry import AS_STORED, Box, Orientation
from tests.phantoms import make_mammogram
from viewer.display.pane_key import AsideView
from viewer.display.shown import ShownImage, breast_part, fitted_or_placed
from viewer.display.size import Sizing

ORIENTATIONS = [Orientation(*flips) for flips in product((False, True), repeat=3)]
PANES = {view: Box(0, 0, 500, 600) for view in STANDARD_VIEWS}


def small_breast(view, stored=AS_STORED, mm=0.4):
    """A breast high up on a detector that is more than twice as large."""
    small = make_mammogram(view, rows=300, columns=220, truth=()).pixels
    pixels = np.zeros((700, 500), np.uint16)
    across = slice(0, 220) if view.laterality is Laterality.LEFT else slice(280, 500)
    pixels[60:360, across] = small
    pixels = np.ascontiguousarray(stored.apply(pixels))
    return ShownImage.prepare(
        make_mammogram(view, stored=stored, pixels=pixels, pixel_spacing_mm=(mm, mm), truth=())
    )


@pytest.mark.parametrize("stored", ORIENTATIONS)
def test_the_whole_breast_fills_its_pane_and_the_chest_walls_still_meet(stored):
    images = {view: small_breast(view, stored) for view in STANDARD_VIEWS}
    whole = fitted_or_placed({}, images, PANES)
    fitted = fitted_or_placed({}, images, PANES, on_breast=True)
    assert len({viewport.scale for viewport in fitted.values()}) == 1
    for view, viewport in fitted.items():
        assert viewport.scale > 1.8 * whole[view].scale
        columns = images[view].shape[1]
        is_left = view.laterality is Laterality.LEFT
        wall = viewport.to_pane(0, 0 if is_left else columns)[1]
        assert wall == pytest.approx(0 if is_left else 600, abs=1e-9)
        rows, across = np.nonzero(images[view].pyramid.image)
        top, left = viewport.to_pane(rows.min(), across.min())
        bottom, right = viewport.to_pane(rows.max() + 1, across.max() + 1)
        assert min(top, left) >= -1e-9
        assert bottom <= 500
        assert right <= 600 + 1e-9


def test_millimetres_stay_equal_and_life_size_stays_life_size():
    images = {R_CC: small_breast(R_CC, mm=0.4), L_CC: small_breast(L_CC, mm=0.5)}
    same = fitted_or_placed({}, images, PANES, on_breast=True)
    assert same[R_CC].scale / 0.4 == pytest.approx(same[L_CC].scale / 0.5)
    alone = fitted_or_placed({}, images, PANES, Sizing.FIT, on_breast=True)
    assert alone[L_CC].scale == pytest.approx(alone[R_CC].scale)
    life = fitted_or_placed({}, images, PANES, Sizing.TRUE, 0.8, on_breast=True)
    assert [life[view].scale for view in images] == pytest.approx([0.5, 0.625])
    middle = life[L_CC].to_image(250, 0)[0]
    part = breast_part(images[L_CC], L_CC)
    assert middle == pytest.approx(part.row + part.height / 2)


def test_an_image_without_tissue_is_fitted_whole_and_one_of_the_tray_is_cropped_all_round():
    empty = make_mammogram(R_CC, pixels=np.zeros((90, 70), np.uint16), truth=())
    assert breast_part(ShownImage.prepare(empty), R_CC) == Box(0, 0, 90, 70)
    part = breast_part(small_breast(R_CC), AsideView.at(0))
    assert part.column > 250
    assert part.row > 40
    assert part.row + part.height < 420
