"""Pages: breasts back to back, overlays on the anatomy, words that never lie on tissue."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from models.errors import ExportError
from models.exam import (
    L_CC,
    L_MLO,
    R_CC,
    R_MLO,
    STANDARD_VIEWS,
    FindingClass,
    Laterality,
    TruthMask,
)
from models.geometry import Orientation
from models.grayscale import VoiFunction, VoiWindow
from tests.phantoms import BRIGHT, COLUMNS, ROWS, lesion_at, make_exam, make_mammogram, make_result
from viewer.display.hanging import LAYOUTS, hung, pane_rects
from viewer.display.overlay import Overlays
from viewer.display.pane_key import PriorView
from viewer.display.viewport import Viewport
from viewer.display.voi import compile_table
from viewer.export.banner import banner_for
from viewer.export.page import Beside, PageSpec
from viewer.export.render import full_resolution_spec, render_page, with_banner_below

ORIENTATIONS = [Orientation(*flags) for flags in product((False, True), repeat=3)]
WINDOW = VoiWindow(2000.0, 4000.0)
VOIS = dict.fromkeys(STANDARD_VIEWS, WINDOW)


def stored_as(orientation):
    return make_exam(
        views={view: make_mammogram(view, stored=orientation) for view in STANDARD_VIEWS}
    )


def plain(layout="2x2", height=600, width=900, **changes):
    return PageSpec(layout, height, width, vois=VOIS, plain=True, **changes)


def pane_of(page, spec, view):
    rect = pane_rects(LAYOUTS[spec.layout], spec.height, spec.width, 0)[view]
    return page[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]


def hung_lesion(view):
    """(row, column) of the lesion in the hung image."""
    row, from_wall = lesion_at()
    # Pixel indices stand for pixel centres; a right breast is the mirror image.
    if view.laterality is Laterality.LEFT:
        return row + 0.5, from_wall + 0.5
    return row + 0.5, COLUMNS - 0.5 - from_wall


def coloured(page):
    """Pixels that are not grey."""
    return np.ptp(page.astype(int), axis=2) > 12


@pytest.fixture(scope="module")
def exam():
    return make_exam()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_chest_walls_touch_the_inner_edges_with_no_gap(exam, layout):
    """Rule 13 and rule 14: priors hang as currents do."""
    priors = {
        PriorView.of(view): Beside(mammogram, "PRIOR 2024-05-12, 2 y before")
        for view, mammogram in exam.mammograms.items()
    }
    spec = replace(plain(layout), beside=priors)
    page = render_page(exam, None, spec)
    for view in LAYOUTS[layout].views:
        pane = pane_of(page, spec, view)
        wall = pane[:, -1] if view.laterality is Laterality.RIGHT else pane[:, 0]
        assert np.count_nonzero(wall) > pane.shape[0] * 0.3
        air = pane[:, 0] if view.laterality is Laterality.RIGHT else pane[:, -1]
        assert not air.any()


@pytest.mark.parametrize("orientation", ORIENTATIONS[1:])
def test_all_stored_orientations_make_the_same_page(exam, orientation):
    spec = plain()
    turned = stored_as(orientation)
    assert np.array_equal(render_page(turned, None, spec), render_page(exam, None, spec))
    spec = plain(overlays=Overlays(malignant=True))
    expected, found = (
        render_page(each, make_result(each), spec).astype(int) for each in (exam, turned)
    )
    # Interpolating a mirrored map may round the other way.
    assert np.abs(found - expected).max() <= 2
    assert coloured(expected).any()


@pytest.mark.parametrize("view", STANDARD_VIEWS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", ["malignant", "patches", "truth"])
@pytest.mark.parametrize("zoom", ["fit", "1:1"])
def test_overlays_lie_on_the_landmark(view, orientation, kind, zoom):
    exam = make_exam(views={view: make_mammogram(view, stored=orientation)})
    row, column = hung_lesion(view)
    if zoom == "fit":
        size, viewports = (301, 333), {}
        scale = 301 / ROWS
        left = 333 - COLUMNS * scale if view.laterality is Laterality.RIGHT else 0.0
        expected = row * scale, left + column * scale
    else:
        size = 200, 180
        viewport = Viewport(*size, 1.0, round(row) - 80.0, round(column) - 70.0)
        viewports, expected = {view: viewport}, viewport.to_pane(row, column)
    spec = PageSpec(
        f"single:{view.name}",
        *size,
        overlays=Overlays(**{kind: True}),
        viewports=viewports,
        vois={view: VoiWindow(1e5, 2.0)},  # all black: what shines is the overlay
        plain=True,
    )
    page = render_page(exam, make_result(exam), spec)
    lit = np.argwhere(page.any(axis=2)) + 0.5
    middle = (lit.min(axis=0) + lit.max(axis=0)) / 2
    assert middle == pytest.approx(expected, abs=1.5 if zoom == "fit" else 2.6)


def test_one_to_one_is_the_table_of_the_stored_pixels_bit_for_bit(exam):
    viewport = Viewport(250, 300, 1.0, 111.0, 37.0)
    spec = plain("single:R-MLO", 250, 300, viewports={R_MLO: viewport})
    page = render_page(exam, None, spec)
    mammogram = exam.mammograms[R_MLO]
    table = compile_table(mammogram.grayscale, WINDOW, air=0)
    crop = table[hung(mammogram)[111:361, 37:337]]
    assert np.array_equal(page, np.repeat(crop[..., None], 3, axis=2))


def full_resolution(exam, spec):
    return render_page(exam, None, full_resolution_spec(exam, None, spec))


def test_a_whole_page_at_full_resolution_holds_every_view_untouched(exam):
    page = full_resolution(exam, plain("2x2", 10, 10))
    assert page.shape == (2 * ROWS, 2 * COLUMNS, 3)
    for view, rect in pane_rects(LAYOUTS["2x2"], 2 * ROWS, 2 * COLUMNS, 0).items():
        mammogram = exam.mammograms[view]
        table = compile_table(mammogram.grayscale, WINDOW, air=0)
        pane = page[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width, 0]
        assert np.array_equal(pane, table[hung(mammogram)])


def test_full_resolution_gives_every_pixel_and_puts_the_banner_below(exam):
    spec = PageSpec("single:L-CC", 100, 100, vois=VOIS)
    bare = full_resolution(exam, replace(spec, plain=True))
    mammogram = exam.mammograms[L_CC]
    table = compile_table(mammogram.grayscale, WINDOW, air=0)
    assert np.array_equal(bare[..., 0], table[hung(mammogram)])
    page = full_resolution(exam, spec)
    full = full_resolution_spec(exam, None, spec)
    assert page.shape == (full.height, COLUMNS, 3)
    assert full.height > ROWS
    tissue = bare[..., 0] > 60
    assert np.array_equal(page[:ROWS][tissue], bare[tissue])


def test_words_never_lie_on_tissue(exam):
    spec = PageSpec("cc", 900, 1200, vois=VOIS)
    result = make_result(exam)
    page = render_page(exam, result, spec)
    banner = banner_for(exam, result, spec, spec.width, spec.text_factor)
    body = spec.height - banner.height
    rects = pane_rects(LAYOUTS["cc"], body, spec.width, 1)
    for view, rect in rects.items():
        alone = plain(f"single:{view.name}", rect.height, rect.width)
        bare = render_page(exam, None, alone)
        pane = page[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]
        assert np.array_equal(pane[bare > 0], bare[bare > 0])
        assert (pane != bare).any()


def test_a_missing_view_leaves_a_labelled_empty_pane_and_moves_nothing(exam):
    spec = plain()
    without = make_exam(views={view: exam.mammograms[view] for view in (R_CC, L_CC, R_MLO)})
    page, whole = render_page(without, None, spec), render_page(exam, None, spec)
    assert not pane_of(page, spec, L_MLO).any()
    for view in (R_CC, L_CC, R_MLO):
        assert np.array_equal(pane_of(page, spec, view), pane_of(whole, spec, view))
    worded = render_page(without, None, replace(spec, plain=False))
    assert worded[350:500, 500:850].any()


def test_inversion_keeps_air_black(exam):
    page = render_page(exam, None, plain("single:L-CC", inverted=True))
    assert not page[:20].any()
    assert not page[:, -20:].any()
    assert page.max() > 150


def test_each_views_window_is_its_own(exam):
    spec = plain()
    sigmoid = VoiWindow(1500.0, 500.0, VoiFunction.SIGMOID)
    page, other = (
        render_page(exam, None, replace(spec, vois={**VOIS, R_CC: voi}))
        for voi in (WINDOW, sigmoid)
    )
    assert (pane_of(page, spec, R_CC) != pane_of(other, spec, R_CC)).any()
    assert np.array_equal(pane_of(page, spec, L_CC), pane_of(other, spec, L_CC))


def test_a_viewport_of_another_screen_shows_the_same_part(exam):
    small = Viewport(150, 225, 0.5, 100.0, 50.0)
    spec = plain("single:L-CC", 600, 900, viewports={L_CC: small})
    expected = plain("single:L-CC", 600, 900, viewports={L_CC: Viewport(600, 900, 2.0, 100, 50)})
    assert np.array_equal(render_page(exam, None, spec), render_page(exam, None, expected))


def test_plain_pages_have_lines_but_no_letters(exam):
    spec = plain(overlays=Overlays(patches=True), height=400, width=600)
    page = render_page(exam, make_result(exam), spec)
    lines = coloured(pane_of(page, spec, L_CC))
    rows, columns = np.nonzero(lines)
    inside = lines[rows.min() + 5 : rows.max() - 4, columns.min() + 5 : columns.max() - 4]
    assert lines.any()
    assert not inside.any()
    assert not coloured(render_page(exam, make_result(exam), plain())).any()


def test_overlays_of_results_that_are_not_there_stay_empty(exam):
    spec = plain(overlays=Overlays(malignant=True, benign=True, patches=True))
    assert not coloured(render_page(exam, None, spec)).any()


def test_a_threshold_hides_weak_saliency(exam):
    result = make_result(exam)
    shown, hidden = (
        render_page(exam, result, plain(overlays=Overlays(malignant=True, threshold=threshold)))
        for threshold in (0.5, 0.95)
    )
    assert coloured(shown).any()
    assert not coloured(hidden).any()


def test_truth_of_both_classes_is_told_apart_in_grey_print(exam):
    mammogram = exam.mammograms[L_CC]
    pages = []
    for finding in FindingClass:
        truth = (TruthMask(finding, mammogram.pixels == BRIGHT),)
        one = make_exam(views={L_CC: make_mammogram(L_CC, truth=truth)})
        spec = PageSpec("single:L-CC", 500, 400, overlays=Overlays(truth=True), vois=VOIS)
        pages.append(render_page(one, None, spec))
    difference = (pages[0].astype(int) - pages[1]).any(axis=2)
    # The letters beside the contour differ in shape, not only the dashes in colour.
    assert (np.abs(pages[0].max(axis=2).astype(int) - pages[1].max(axis=2)) > 90)[difference].any()


@pytest.mark.parametrize("size", [(40, 40), (60, 900), (900, 50)])
def test_a_page_without_room_is_refused_in_one_sentence(exam, size):
    with pytest.raises(ExportError, match="no room"):
        render_page(exam, None, PageSpec("2x2", *size))


def test_full_resolution_of_a_missing_view_is_refused(exam):
    one = make_exam(views={L_CC: exam.mammograms[L_CC]})
    with pytest.raises(ExportError, match="no R CC"):
        full_resolution_spec(one, None, PageSpec("single:R-CC", 10, 10))


def test_images_of_different_detectors_hang_at_one_size_in_millimetres():
    coarse = make_mammogram(L_CC, pixel_spacing_mm=(0.1, 0.1))
    fine = make_mammogram(R_CC, rows=2 * ROWS, columns=2 * COLUMNS, pixel_spacing_mm=(0.05, 0.05))
    page = render_page(make_exam(views={R_CC: fine, L_CC: coarse}), None, plain("cc", 500, 900))
    right, left = page[:, :450, 0], page[:, 450:, 0]
    heights = [int((pane > 30).any(1).sum()) for pane in (right, left)]
    assert abs(heights[0] - heights[1]) <= 1


def test_priors_and_doubtful_sides_have_their_strips_on_pages_too(exam):
    """Rule 14 and row S6."""
    wrong = make_mammogram(R_CC, pixels=make_mammogram(L_CC).pixels, truth=())
    doubtful = make_exam(views={**exam.mammograms, R_CC: wrong})
    priors = {PriorView.of(R_CC): Beside(make_mammogram(R_CC), "PRIOR 2024-05-12, 2 y before")}
    page = render_page(doubtful, None, PageSpec("cc-prior", 900, 1200, beside=priors)).astype(int)
    amber = (page[..., 0] > 200) & (page[..., 1] > 150) & (page[..., 2] < 120)
    assert amber[:20, :590].mean() > 0.6, "the doubtful side"
    assert amber[:20, 610:].mean() < 0.1, "not the other one"
    bare = render_page(doubtful, None, PageSpec("cc-prior", 900, 1200)).astype(int)
    middle = slice(400, 480)
    assert not np.array_equal(page[middle, :590], bare[middle, :590])


def test_full_resolution_leaves_room_for_strips(exam):
    """Rule 20 with rule 14: a strip costs no pixel of the image."""
    priors = {
        PriorView.of(view): Beside(mammogram, "PRIOR 2024-05-12, 2 y before")
        for view, mammogram in exam.mammograms.items()
    }
    spec = PageSpec("cc-prior", 600, 900, vois=VOIS, beside=priors)
    page = render_page(exam, None, full_resolution_spec(exam, None, spec))
    wanted = compile_table(exam.mammograms[L_CC].grayscale, WINDOW)[
        hung(exam.mammograms[L_CC])[ROWS // 3 : ROWS // 2, : COLUMNS // 3]
    ]
    seen = page[..., 0]
    column = COLUMNS + 1
    for strip in np.lib.stride_tricks.sliding_window_view(
        seen[:, column : column + wanted.shape[1]], wanted.shape
    ):
        if np.array_equal(strip[0], wanted):
            break
    else:
        pytest.fail("the image's own pixels are not on the page")


def test_a_banner_below_the_page_takes_nothing_from_its_panes(exam):
    """Rule 20: what is at 1:1 on the screen is at 1:1 on the page."""
    untouched = Viewport(600, 900, 1.0, 10.0, 0.0)
    spec = PageSpec("single:L-CC", 600, 900, vois=VOIS, viewports={L_CC: untouched})
    page = render_page(exam, None, with_banner_below(exam, None, spec))
    table = compile_table(exam.mammograms[L_CC].grayscale, WINDOW, air=0)
    pixels = table[hung(exam.mammograms[L_CC])]
    assert page.shape[0] > 600
    np.testing.assert_array_equal(page[150:300, :60, 0], pixels[160:310, :60])
