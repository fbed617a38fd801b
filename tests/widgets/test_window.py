"""The window as a reader uses it: mouse and keys on phantom exams, pixels looked at."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS, Laterality
from models.geometry import Orientation
from tests.phantoms import BRIGHT, COLUMNS, ROWS, lesion_at, make_exam, make_mammogram
from tests.screen import analysed
from tests.widgets.mouse import Mouse
from viewer.session import transitions
from viewer.session.state import Tool

ALL_ORIENTATIONS = [
    Orientation(t, r, c) for t in (False, True) for r in (False, True) for c in (False, True)
]


def pixels_of(grid) -> np.ndarray:
    """The panes as they are on the screen, shape (rows, columns, 3), RGB."""
    QApplication.processEvents()
    image = grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def hung_lesion(view):
    row, column = lesion_at()
    return row, column if view.laterality is Laterality.LEFT else COLUMNS - column


def test_breasts_hang_back_to_back_with_their_chest_walls_at_the_middle(application, show):
    show(make_exam())
    grid = application.window.grid
    shot = pixels_of(grid)[..., 0].astype(int)
    for right, left in ((R_CC, L_CC), (R_MLO, L_MLO)):
        a, b = grid._panes[right].rect, grid._panes[left].rect
        row = a.row + a.height // 2
        assert shot[row, a.column + a.width - 1] > 30, "right chest wall touches the inner edge"
        assert shot[row, b.column] > 30, "left chest wall touches the inner edge"
        assert shot[row, a.column + 3] == 0, "air is outside"
        assert shot[row, b.column + b.width - 4] == 0


@pytest.mark.parametrize("stored", ALL_ORIENTATIONS)
def test_an_image_looks_the_same_however_it_is_stored(application, show, stored):
    show(make_exam(views={R_MLO: make_mammogram(R_MLO)}))
    expected = pixels_of(application.window.grid)
    show(make_exam(views={R_MLO: make_mammogram(R_MLO, stored=stored)}))
    assert np.array_equal(pixels_of(application.window.grid), expected)


@pytest.mark.parametrize("stored", ALL_ORIENTATIONS)
def test_saliency_patch_and_truth_lie_on_the_lesion(application, show, stored):
    exam = make_exam(views={view: make_mammogram(view, stored=stored) for view in STANDARD_VIEWS})
    show(exam)
    application.session.apply(analysed)
    window = application.window
    for name in ("overlay_malignant", "overlay_patches"):
        window.actions_by_name[name].trigger()
    shot = pixels_of(window.grid).astype(int)
    for view in STANDARD_VIEWS:
        row, column = hung_lesion(view)
        rect = window.grid._panes[view].rect
        pane = shot[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]
        red = (pane[..., 0] - pane[..., 1] > 60) & (pane[..., 0] - pane[..., 2] > 60)
        y, x = np.argwhere(red).mean(0)
        found = window.grid._panes[view].viewport.to_image(y, x)
        assert abs(found[0] - row) < 6
        assert abs(found[1] - column) < 6
        blue = (pane[..., 2] - pane[..., 0] > 80) & (pane[..., 2] > 150)
        blue[:40] = False  # the title of the focused view
        corners = np.argwhere(blue)
        y, x = (corners.min(0) + corners.max(0) + 1) / 2
        found = window.grid._panes[view].viewport.to_image(y, x)
        assert abs(found[0] - row) < 4
        assert abs(found[1] - column) < 4


def test_dragging_right_widens_and_dragging_up_brightens_every_view(application, show, qtbot):
    show(make_exam())
    session, grid = application.session, application.window.grid
    before = {view: session.state.voi_of(view) for view in STANDARD_VIEWS}
    start = Mouse(grid).over(R_CC, 300, 200)
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(grid.viewport(), start + QPoint(100, -40))
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(100, -40))
    for view in STANDARD_VIEWS:
        after = session.state.voi_of(view)
        assert after.width > before[view].width * 1.1
        assert after.center < before[view].center


def test_shift_drag_windows_one_view_only(application, show, qtbot):
    show(make_exam())
    session, grid = application.session, application.window.grid
    start = Mouse(grid).over(R_CC, 300, 200)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, shift, start)
    event_at = start + QPoint(60, 0)
    Mouse(grid).lead(event_at, modifiers=shift)
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, shift, event_at)
    assert session.state.voi_of(R_CC) is not session.state.images[R_CC].voi
    assert session.state.voi_of(L_CC) is session.state.images[L_CC].voi


def test_the_wheel_zooms_at_the_cursor(application, show):
    show(make_exam())
    grid = application.window.grid
    at = Mouse(grid).over(L_MLO, *hung_lesion(L_MLO))
    before = grid.viewports()[L_MLO]
    Mouse(grid).wheel(at, 3)
    after = grid.viewports()[L_MLO]
    assert after.scale > before.scale * 1.5
    moved = Mouse(grid).over(L_MLO, *hung_lesion(L_MLO)) - at
    assert abs(moved.x()) <= 1
    assert abs(moved.y()) <= 1
    assert grid.viewports()[R_MLO].scale == before.scale, "other panes stay"


def test_middle_drag_pans_and_fit_returns(application, show, qtbot):
    show(make_exam())
    grid = application.window.grid
    at = Mouse(grid).over(L_CC, 200, 100)
    Mouse(grid).wheel(at, 6)
    before = grid.viewports()[L_CC]
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.MiddleButton, pos=at)
    Mouse(grid).lead(at + QPoint(-30, 20))
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.MiddleButton, pos=at)
    after = grid.viewports()[L_CC]
    assert after.column == pytest.approx(before.column + 30 / before.scale, abs=1)
    assert after.row == pytest.approx(before.row - 20 / before.scale, abs=1)
    qtbot.keyClick(grid, Qt.Key.Key_F)
    assert grid.viewports()[L_CC].column == 0, "the chest wall is back at the inner edge"


def test_one_to_one_shows_stored_pixels_bit_for_bit(application, show, qtbot):
    show(make_exam())
    window = application.window
    application.session.apply(lambda s: transitions.laid_out(s, "single"))
    qtbot.keyClick(window.grid, Qt.Key.Key_X)
    grid = window.grid
    viewport = grid.viewports()[R_CC]
    assert viewport.scale == 1.0
    shot = pixels_of(grid)[..., 0]
    from viewer.display.voi import compile_table

    image = application.session.state.images[R_CC]
    table = compile_table(image.mammogram.grayscale, image.voi, air=image.air)
    top, left = round(viewport.row), round(viewport.column)
    hung = image.pyramid.levels[0]
    y0, x0 = max(-top, 0), max(-left, 0)
    inner = hung[max(top, 0) : top + viewport.height, max(left, 0) : left + viewport.width]
    expected = table[inner]
    seen = shot[y0 : y0 + inner.shape[0], x0 : x0 + inner.shape[1]]
    rows = slice(80, inner.shape[0] - 60)  # the words are above and below
    assert np.array_equal(seen[rows], expected[rows])


def test_double_click_enlarges_the_view_and_returns(application, show, qtbot):
    show(make_exam())
    grid = application.window.grid
    at = Mouse(grid).over(L_MLO, 300, 100)
    qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert application.session.state.panes.views == (L_MLO,)
    qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert application.session.state.layout == "2x2"


def test_one_key_hides_and_shows_all_marks_and_holding_it_peeks(application, show, qtbot):
    exam = make_exam()
    show(exam)
    application.session.apply(analysed)
    window, session = application.window, application.session
    window.actions_by_name["overlay_malignant"].trigger()
    with_marks = pixels_of(window.grid)
    qtbot.keyClick(window.grid, Qt.Key.Key_M)
    without = pixels_of(window.grid)
    assert not session.state.marks_visible
    assert not np.array_equal(with_marks, without)
    qtbot.keyPress(window.grid, Qt.Key.Key_M)
    assert session.state.marks_visible
    qtbot.wait(500)
    qtbot.keyRelease(window.grid, Qt.Key.Key_M)
    assert not session.state.marks_visible, "held: what pressing did is undone"


def test_keys_choose_layouts_and_tools(application, show, qtbot):
    show(make_exam())
    grid, session = application.window.grid, application.session
    for key, layout in ((Qt.Key.Key_3, "cc"), (Qt.Key.Key_4, "mlo"), (Qt.Key.Key_1, "2x2")):
        qtbot.keyClick(grid, key)
        assert session.state.layout == layout
    qtbot.keyClick(grid, Qt.Key.Key_H)
    assert session.state.tool is Tool.PAN
    qtbot.keyClick(grid, Qt.Key.Key_I)
    assert session.state.look.inverted
    qtbot.keyClick(grid, Qt.Key.Key_R)
    assert not session.state.look.inverted


def test_inverting_keeps_air_black(application, show, qtbot):
    show(make_exam())
    grid = application.window.grid
    before = pixels_of(grid)
    qtbot.keyClick(grid, Qt.Key.Key_I)
    after = pixels_of(grid)
    rect = grid._panes[R_CC].rect
    row, column = rect.row + rect.height // 2, rect.column + 5
    assert (after[row, column] == 0).all()
    y, x = (getattr(Mouse(grid).over(R_CC, 300, 380), name)() for name in ("y", "x"))
    assert after[y, x, 0] != before[y, x, 0], "tissue is inverted"


def test_a_missing_view_is_an_empty_labelled_pane_and_shifts_nothing(application, show):
    show(make_exam())
    whole = pixels_of(application.window.grid)
    grid = application.window.grid
    rect = grid._panes[R_CC].rect
    views = {view: make_mammogram(view) for view in STANDARD_VIEWS if view != R_CC}
    show(make_exam(views=views))
    partial = pixels_of(grid)
    assert grid._panes[R_CC].caption._caption.missing == "No R CC in this exam"
    pane = partial[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]
    assert (pane > 0).mean() < 0.02, "only words"
    below = slice(rect.row + rect.height + 2, None)
    assert np.array_equal(partial[below, 20:], whole[below, 20:])


def test_the_readout_names_stored_pixels(application, show):
    stored = Orientation(transpose=True, flip_rows=True)
    show(make_exam(views={R_CC: make_mammogram(R_CC, stored=stored)}))
    from viewer.session.readout import readout

    row, column = hung_lesion(R_CC)
    words = readout(application.session.state, R_CC, row, column)
    mammogram = application.session.state.images[R_CC].mammogram
    where = np.argwhere(mammogram.pixels == BRIGHT).mean(0)
    assert f"stored {BRIGHT}" in words
    said = [int(part) for part in words.split() if part.isdigit()]
    assert abs(said[0] - where[0]) <= 1.5
    assert abs(said[1] - where[1]) <= 1.5


def test_scores_are_dashes_until_a_model_has_run(application, show):
    exam = make_exam()
    show(exam)
    table = application.window.evidence._scores
    assert {label.text() for label in table._numbers.values()} == {"–"}
    application.session.apply(analysed)
    texts = [label.text() for label in table._numbers.values()]
    assert "0.75" in texts
    assert "0.25" in texts


def test_a_click_on_a_patch_goes_there_at_one_to_one(application, show):
    exam = make_exam()
    show(exam)
    application.session.apply(analysed)
    window = application.window
    window.actions_by_name["overlay_patches"].trigger()
    assert window.evidence.strip.isVisible()
    assert window.evidence.strip.count() == 4
    window.evidence.strip.itemClicked.emit(window.evidence.strip.item(0))
    viewport = window.grid.viewports()[R_CC]
    assert viewport.scale == 1.0
    row, column = viewport.to_image(viewport.height / 2, viewport.width / 2)
    assert abs(row - hung_lesion(R_CC)[0]) < 6
    assert abs(column - hung_lesion(R_CC)[1]) < 6


def test_every_action_has_words_and_a_handler_and_keys_are_unique():
    from viewer.widgets.action_table import ACTIONS

    keys = [key for spec in ACTIONS for key in spec.keys]
    assert len(keys) == len(set(keys))
    assert all(spec.text for spec in ACTIONS)
    assert ROWS != COLUMNS, "phantoms must not be square"


def test_arrows_on_a_slider_move_the_slider_and_not_the_exam(application, show, qtbot):
    show(make_exam())
    slider, _ = application.window.evidence.saliency._opacity
    slider.setFocus()
    before = application.session.state.overlays.opacity
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert application.session.state.overlays.opacity > before
    qtbot.keyClick(slider, Qt.Key.Key_I)
    assert application.session.state.look.inverted, "letters still reach the images"


def test_images_do_not_move_when_marks_and_patches_come(application, show):
    exam = make_exam()
    show(exam)
    grid = application.window.grid
    before = {view: grid.viewports()[view] for view in STANDARD_VIEWS}
    application.session.apply(analysed)
    application.window.actions_by_name["overlay_patches"].trigger()
    assert application.window.evidence.strip.isVisible()
    assert {view: grid.viewports()[view] for view in STANDARD_VIEWS} == before


def test_an_overlay_that_has_nothing_to_draw_says_why(application, show, qtbot):
    show(make_exam(views={R_CC: make_mammogram(R_CC, truth=())}))
    qtbot.keyClick(application.window.grid, Qt.Key.Key_N)
    assert "need an analysis" in application.session.state.message
    qtbot.keyClick(application.window.grid, Qt.Key.Key_T)
    assert "no ground truth" in application.session.state.message
