"""How large images hang: equal millimetres, life size, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from models.geometry import Orientation
from tests.phantoms import make_mammogram
from viewer.display.camera import Camera, viewports
from viewer.display.colours import WARNING
from viewer.display.hanging import LAYOUTS, align_of, pane_rects
from viewer.display.scale import ScaleBar, scale_bar
from viewer.display.shown import ShownImage, fitted_or_placed
from viewer.display.size import Sizing, detector_mm, pixel_mm, size_words
from viewer.display.viewport import Align, Viewport

RULER_MM = 20.0
DETECTORS = {  # spacing, and so many pixels that every detector is some 240 × 180 mm at most
    R_CC: (0.05, 4800, 3600),
    L_CC: (0.07, 3328, 2560),
    R_MLO: (0.1, 2394, 1914),
    L_MLO: (0.1, 1400, 1100),
}


def images(**changes):
    return {
        view: ShownImage.prepare(
            make_mammogram(
                view,
                rows=rows // 4,
                columns=columns // 4,
                pixel_spacing_mm=(4 * mm, 4 * mm),
                truth=(),
                **changes,
            )
        )
        for view, (mm, rows, columns) in DETECTORS.items()
    }


def wall_gap(view, shape, viewport):
    """Device pixels between the chest wall and the inner edge of its pane."""
    right = align_of(view) is Align.RIGHT
    x = viewport.to_pane(0, shape[1] if right else 0)[1]
    return viewport.width - x if right else x


def ruler(image, viewport):
    """Device pixels that `RULER_MM` at the detector take."""
    return RULER_MM / detector_mm(image.mammogram) * viewport.scale


@pytest.mark.parametrize("layout", ["2x2", "1x4", "cc", "mlo", "right", "left"])
@pytest.mark.parametrize("area", [(1600, 2560), (777, 1001), (2560, 2048)])
def test_same_size_shows_equal_millimetres_of_every_detector(layout, area):
    """Rule 18: 0.05, 0.07 and 0.1 mm phantoms, rulers equal within 1 %; and rule 13."""
    shown = images()
    found = fitted_or_placed({}, shown, pane_rects(LAYOUTS[layout], *area))
    lengths = [ruler(shown[view], viewport) for view, viewport in found.items()]
    assert max(lengths) / min(lengths) < 1.01
    for view, viewport in found.items():
        assert wall_gap(view, shown[view].shape, viewport) == pytest.approx(0.0, abs=1e-6)
        assert viewport.to_pane(shown[view].shape[0], 0)[0] <= viewport.height + 1e-6, "whole"


def test_same_size_is_the_largest_at_which_every_image_is_whole():
    shown = images()
    found = fitted_or_placed({}, shown, pane_rects(LAYOUTS["2x2"], 1600, 2560))
    filled = [
        max(
            shown[view].shape[0] * viewport.scale / viewport.height,
            shown[view].shape[1] * viewport.scale / viewport.width,
        )
        for view, viewport in found.items()
    ]
    assert max(filled) == pytest.approx(1.0)


def test_fit_lets_every_image_fill_its_own_pane():
    shown = images()
    found = fitted_or_placed({}, shown, pane_rects(LAYOUTS["2x2"], 1601, 2561), Sizing.FIT)
    for view, viewport in found.items():
        rows, columns = shown[view].shape
        scale = min(viewport.height / rows, viewport.width / columns)
        assert viewport.scale == pytest.approx(scale)
        assert wall_gap(view, (rows, columns), viewport) == pytest.approx(0.0, abs=1e-6)


def test_an_image_of_unknown_size_is_fitted_alone_and_says_so():
    """Rule 18: nothing is claimed of an image that states no spacing."""
    shown = images()
    silent = replace(shown[L_MLO].mammogram, pixel_spacing_mm=None)
    shown[L_MLO] = ShownImage.prepare(silent)
    rects = pane_rects(LAYOUTS["2x2"], 1600, 2560)
    found = fitted_or_placed({}, shown, rects)
    lengths = [ruler(shown[view], found[view]) for view in (R_CC, L_CC, R_MLO)]
    assert max(lengths) / min(lengths) < 1.01
    rows, columns = silent.shape
    pane = rects[L_MLO]
    assert found[L_MLO].scale == pytest.approx(min(pane.height / rows, pane.width / columns))
    assert ("size unknown", WARNING) in size_words(silent, Viewport(9, 9, 1.0, 0, 0))


@pytest.mark.parametrize("screen_mm", [0.165, 0.2703])
def test_true_size_shows_50_mm_as_50_mm_on_a_calibrated_screen(screen_mm):
    """Rule 19: within 2 %, and the chest wall stays at the inner edge."""
    shown = images()
    rects = pane_rects(LAYOUTS["2x2"], 1600, 2560)
    found = fitted_or_placed({}, shown, rects, Sizing.TRUE, screen_mm)
    for view, viewport in found.items():
        pixels = 50.0 / detector_mm(shown[view].mammogram)
        on_glass = (viewport.to_pane(0, pixels)[1] - viewport.to_pane(0, 0)[1]) * screen_mm
        assert on_glass == pytest.approx(50.0, rel=0.02)
        assert wall_gap(view, shown[view].shape, viewport) == pytest.approx(0.0, abs=1e-6)
        words = size_words(shown[view].mammogram, viewport, screen_mm)
        assert any("life size" in line for line, _ in words)


def test_without_a_calibration_true_size_is_same_size():
    shown = images()
    rects = pane_rects(LAYOUTS["2x2"], 1600, 2560)
    assert fitted_or_placed({}, shown, rects, Sizing.TRUE) == fitted_or_placed({}, shown, rects)


def test_a_magnified_view_is_named_and_stays_larger_than_the_contact_view():
    """Rule 22: magnification views are identifiable and not rescaled to contact views."""
    contact = make_mammogram(L_CC)
    magnified = make_mammogram(L_MLO, magnification=1.8)
    shown = {L_CC: ShownImage.prepare(contact), L_MLO: ShownImage.prepare(magnified)}
    found = fitted_or_placed({}, shown, pane_rects(LAYOUTS["left"], 900, 1200))
    assert found[L_CC].scale == pytest.approx(found[L_MLO].scale), "equal at the detector"
    viewport = Viewport(900, 600, 1.0, 0.0, 0.0)
    assert size_words(magnified, viewport) == [("magnified × 1.8", WARNING)]
    assert size_words(contact, viewport) == []
    assert scale_bar(magnified, viewport, 400).words == "20 mm in the breast"
    assert scale_bar(magnified, viewport, 400).pixels == pytest.approx(20 / 0.1 * 1.8)


@pytest.mark.parametrize(
    ("scale", "said"),
    [(0.3899, "38 % of full resolution"), (0.9999, "99 % of full resolution"), (1.0, ""), (2, "")],
)
def test_below_full_resolution_the_pane_says_how_far(scale, said):
    """Rule 23: a visible indicator whenever the display is below full resolution."""
    words = [line for line, _ in size_words(make_mammogram(R_CC), Viewport(9, 9, scale, 0, 0))]
    assert words == ([said] if said else [])


def test_a_lossy_file_says_so_with_its_ratios():
    """Rule 23: a visible indicator whenever the file was compressed with loss."""
    viewport = Viewport(9, 9, 1.0, 0, 0)
    silent = make_mammogram(R_CC, lossy=True)
    assert size_words(silent, viewport) == [("lossy", WARNING)]
    stated = replace(silent, lossy_ratios=(10.0,))
    assert size_words(stated, viewport) == [("lossy 10:1", WARNING)]
    twice = replace(silent, lossy_ratios=(10.0, 4.25))
    assert size_words(twice, viewport) == [("lossy 10:1, 4.25:1", WARNING)]


def test_a_pane_held_at_the_chest_wall_stays_there_whatever_its_width():
    """Rule 13: no gap after same-size zoom and a resize."""
    shapes = dict.fromkeys(STANDARD_VIEWS, (600, 400))
    cameras = {view: Camera(1.7, 250.0, None) for view in STANDARD_VIEWS}
    for area in ((900, 1200), (901, 1333), (500, 3001)):
        rects = pane_rects(LAYOUTS["2x2"], *area)
        for view, viewport in viewports(cameras, shapes, rects).items():
            assert viewport.scale == 1.7
            assert wall_gap(view, shapes[view], viewport) == pytest.approx(0.0, abs=1e-6)


def test_the_scale_bar_measures_millimetres_in_the_breast():
    mammogram = make_mammogram(L_CC, pixel_spacing_mm=(0.08, 0.1), magnification=1.6)
    assert pixel_mm(mammogram) == pytest.approx(0.0625)
    turned = replace(mammogram, orientation=Orientation(transpose=True))
    assert pixel_mm(turned) == pytest.approx(0.05)
    viewport = Viewport(500, 500, 0.5, 0.0, 0.0)
    assert scale_bar(mammogram, viewport, 450).pixels == pytest.approx(50 / 0.0625 * 0.5)
    assert scale_bar(mammogram, viewport, 399).words.startswith("20 mm")


def test_without_spacing_the_scale_bar_counts_stored_pixels():
    silent = make_mammogram(L_CC, pixel_spacing_mm=None)
    assert scale_bar(silent, Viewport(500, 500, 0.5, 0.0, 0.0), 300) == ScaleBar("500 px", 250.0)
    tiny = make_mammogram(L_CC)
    assert scale_bar(tiny, Viewport(500, 500, 30.0, 0.0, 0.0), 50) is None
