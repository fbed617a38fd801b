"""The grey scale by key and by menu, on the screen and on what is exported."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QInputDialog, QMenu

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from models.grayscale import Grayscale, LookupTable, VoiFunction, VoiWindow
from tests.phantoms import make_exam, make_mammogram
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.presets import CALCIFICATIONS
from viewer.display.voi import WindowedTable
from viewer.export.context import page_context, parse_context
from viewer.export.render import render_page
from viewer.session import gray
from viewer.session.pages import page_of
from viewer.settings import read_settings
from viewer.widgets.captions import caption_of
from viewer.widgets.pattern_page import PatternPage

CURVE = LookupTable(np.arange(4096, dtype=np.uint16), 0, 12, "CURVE")
SOFT = VoiWindow(1800, 1500, VoiFunction.SIGMOID, "SOFT")
GRAYSCALE = Grayscale(bits_stored=12, windows=(SOFT,), luts=(CURVE,))


@pytest.fixture
def exam():
    views = {view: make_mammogram(view, grayscale=GRAYSCALE) for view in STANDARD_VIEWS}
    return make_exam(views=views)


@pytest.fixture
def session(application, show, exam):
    show(exam)
    return application.session


def press(qtbot, application, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(application.window, key, modifiers)


def words_on(application, view) -> str:
    """Everything that the caption of a pane says."""
    pane = application.window.grid._panes[view]
    return repr(caption_of(application.session.state, view, pane.viewport, 1.0))


def menu_of(application, view) -> QMenu:
    menu = QMenu(application.window)
    application.window.gray.fill_menu(view, menu, application.window.actions_by_name)
    return menu


def entries(menu: QMenu) -> dict[str, object]:
    return {action.text(): action for action in menu.actions() if action.text()}


def test_rule_5_keys_step_through_windows_and_tables(qtbot, application, session):
    """rule 5"""
    assert session.state.voi_of(R_CC) == CURVE
    press(qtbot, application, Qt.Key.Key_V)
    assert session.state.voi_of(L_CC) == SOFT
    assert "SOFT" in words_on(application, L_CC)
    press(qtbot, application, Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert session.state.voi_of(L_CC) == CURVE
    assert "CURVE table" in words_on(application, L_CC)


def test_rule_5_the_menu_of_a_pane_offers_them_all_and_ticks_the_one_in_force(
    application, session
):
    """rule 5"""
    offered = entries(menu_of(application, R_CC))
    assert list(offered)[:2] == ["SOFT", "CURVE   (start)"]
    assert offered["CURVE   (start)"].isChecked()
    offered["SOFT"].trigger()
    assert entries(menu_of(application, R_CC))["SOFT"].isChecked()


def test_dragging_after_a_table_says_so_and_reset_returns_to_the_table(
    qtbot, application, session
):
    """G5, rule 9"""
    session.apply(lambda state: gray.windowed(state, STANDARD_VIEWS, 0.1, -0.2))
    assert isinstance(session.state.voi_of(R_CC), WindowedTable)
    assert "CURVE, windowed" in words_on(application, R_CC)
    press(qtbot, application, Qt.Key.Key_R)
    assert session.state.voi_of(R_CC) is session.state.images[R_CC].voi


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Qt.Key.Key_F5, "Calcifications"),
        (Qt.Key.Key_F6, "Masses"),
        (Qt.Key.Key_F7, "Skin line"),
    ],
)
def test_presets_come_by_key_are_named_and_go_by_f8(qtbot, application, session, key, name):
    """G12"""
    press(qtbot, application, key)
    for view in STANDARD_VIEWS:
        assert session.state.voi_of(view).window.explanation == name
        assert name in words_on(application, view)
    presets = entries(entries(menu_of(application, R_CC))["Presets"].menu())
    assert presets[name].isChecked()
    press(qtbot, application, Qt.Key.Key_F8)
    assert session.state.voi_of(R_CC) == CURVE


def test_a_window_is_kept_as_a_preset_remembered_applied_and_removed(
    qtbot, application, session, tmp_path
):
    """G12: the user's own, in the settings."""
    session.apply(lambda state: gray.windowed(state, STANDARD_VIEWS, 0.1, -0.5))
    press(qtbot, application, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    dialog = application.window.findChild(QInputDialog)
    dialog.setTextValue(" dense  & fine ")
    dialog.accept()
    (preset,) = session.state.presets
    assert preset.name == "dense & fine"
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    assert read_settings(store).presets == (preset,)
    assert json.loads(store.value("gray/presets"))[0]["name"] == "dense & fine"
    press(qtbot, application, Qt.Key.Key_R)
    press(qtbot, application, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert session.state.voi_of(L_CC).window.explanation == "dense & fine"
    presets = entries(entries(menu_of(application, R_CC))["Presets"].menu())
    entries(presets["Remove preset"].menu())["dense && fine"].trigger()
    assert session.state.presets == ()
    assert read_settings(store).presets == ()


def test_a_key_of_an_own_preset_that_is_not_there_says_so(qtbot, application, session):
    press(qtbot, application, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert "no own preset 2" in session.state.message


def test_departures_come_by_key_are_named_and_go_with_reset(qtbot, application, session):
    """G11"""
    shift = Qt.KeyboardModifier.ShiftModifier
    assert session.state.look.departures == VENDOR_LOOK
    press(qtbot, application, Qt.Key.Key_S, shift)
    press(qtbot, application, Qt.Key.Key_Up, shift)
    assert session.state.look.departures == Departures(sharpened=True, gamma=1.25)
    for view in STANDARD_VIEWS:
        words = words_on(application, view)
        assert "Not the vendor's look: sharpened, gamma 1.25" in words
    press(qtbot, application, Qt.Key.Key_Down, shift)
    assert session.state.look.departures == Departures(sharpened=True)
    press(qtbot, application, Qt.Key.Key_R)
    assert session.state.look.departures == VENDOR_LOOK
    assert "vendor" not in words_on(application, R_CC)


def test_clahe_is_computed_in_the_background_and_drawn_when_it_is_there(
    qtbot, application, session
):
    """G11"""
    from tests.widgets.test_window import pixels_of

    before = pixels_of(application.window.grid)
    press(qtbot, application, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(session.state.contrasts) == 4, timeout=20_000)
    assert "CLAHE" in words_on(application, R_CC)
    assert "computed" not in words_on(application, R_CC)
    after = pixels_of(application.window.grid)
    assert not np.array_equal(before, after)
    press(qtbot, application, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_array_equal(pixels_of(application.window.grid), before)


@pytest.mark.parametrize(
    "departures", [VENDOR_LOOK, Departures(sharpened=True, clahe=True, gamma=1.25)]
)
def test_an_export_shows_and_names_what_the_pane_shows_and_brings_it_back(
    qtbot, application, session, exam, departures
):
    """G5, G11: the same greys, the same words, and the picture's context restores them."""
    from tests.widgets.test_window import pixels_of

    session.apply(lambda state: gray.preset_applied(state, R_CC, CALCIFICATIONS))
    session.apply(lambda state: gray.departed(state, departures))
    if departures.clahe:
        qtbot.waitUntil(lambda: len(session.state.contrasts) == 4, timeout=20_000)
    grid = application.window.grid
    grid.go_to(R_CC, 220, 250)  # at 1:1
    spec = page_of(session.state, grid.viewports(), grid.size_px(), view=R_CC, plain=True)
    rect = grid._panes[R_CC].rect
    page = render_page(exam, None, spec)
    shot = pixels_of(grid)
    on_screen = shot[rect.row : rect.row + rect.height, rect.column : rect.column + rect.width]
    tissue = (slice(rect.height // 3, rect.height // 2), slice(100, rect.width - 100))
    assert page[tissue].any()
    np.testing.assert_array_equal(page[tissue], on_screen[tissue])
    again = parse_context(json.dumps(page_context(exam, None, spec))).spec(exam)
    assert again.departures == departures
    assert again.vois[R_CC] == session.state.voi_of(R_CC)
    np.testing.assert_array_equal(render_page(exam, None, again), page)


def test_a_picture_made_before_departures_existed_has_none(exam, session, application):
    grid = application.window.grid
    spec = page_of(session.state, grid.viewports(), grid.size_px())
    document = page_context(exam, None, spec)
    del document["departures"]
    assert parse_context(json.dumps(document)).spec(exam).departures == VENDOR_LOOK


def test_the_test_pattern_covers_the_screen_to_the_pixel_and_esc_closes_it(
    qtbot, application, session
):
    """G9"""
    press(qtbot, application, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    page = application.window.findChild(PatternPage)
    with qtbot.waitExposed(page):
        pass
    qtbot.waitUntil(lambda: page.size_px() == (1080, 1920), timeout=5_000)
    shot = page.grab().toImage()
    assert (shot.height(), shot.width()) == (1080, 1920)
    assert shot.pixelColor(0, 0).red() == 255
    with qtbot.waitSignal(page.destroyed):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
