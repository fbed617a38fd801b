"""Same size, life size and full resolution in the window, by mouse and key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from tests.phantoms import make_exam, make_mammogram
from tests.widgets.mouse import Mouse
from viewer.display.hanging import align_of
from viewer.display.size import Sizing, detector_mm
from viewer.display.viewport import Align
from viewer.session import sizes
from viewer.settings import read_settings, write_settings
from viewer.widgets.calibration_dialog import CalibrationDialog

SPACINGS = {R_CC: 0.4, L_CC: 0.56, R_MLO: 0.8, L_MLO: 0.8}


def exam_of_three_detectors():
    views = {
        view: make_mammogram(
            view,
            rows=round(240 / mm),
            columns=round(180 / mm),
            pixel_spacing_mm=(mm, mm),
            truth=(),
        )
        for view, mm in SPACINGS.items()
    }
    return make_exam(views=views)


def per_mm(application):
    """Device pixels that a millimetre at the detector takes in each pane."""
    images = application.session.state.images
    return {
        view: viewport.scale / detector_mm(images[view].mammogram)
        for view, viewport in application.window.grid.viewports().items()
    }


def all_panes(application):
    return list(per_mm(application).values())


def gaps(application):
    """Device pixels between chest wall and inner edge in each pane."""
    found = {}
    for view, viewport in application.window.grid.viewports().items():
        columns = application.session.state.images[view].shape[1]
        right = align_of(view) is Align.RIGHT
        x = viewport.to_pane(0, columns if right else 0)[1]
        found[view] = viewport.width - x if right else x
    return found


def test_exams_hang_at_one_size_from_the_start_and_stay_so(application, show, qtbot):
    """Rules 13 and 18: after load, resize and layout change, with no gap at the chest wall."""
    show(exam_of_three_detectors())
    window = application.window
    for size, key in (((1280, 800), "1"), ((1111, 777), "2"), ((1500, 700), "3")):
        window.resize(*size)
        qtbot.keyClick(window.grid, key)
        QApplication.processEvents()
        found = per_mm(application)
        assert max(found.values()) / min(found.values()) < 1.01
        assert max(abs(gap) for gap in gaps(application).values()) < 1e-6
        assert window.actions_by_name["same_size"].isChecked()


def test_same_size_takes_the_size_of_the_pane_that_was_zoomed(application, show, qtbot):
    """Rules 13 and 18: same-size zoom keeps every chest wall at the inner edge."""
    show(exam_of_three_detectors())
    window = application.window
    whole = per_mm(application)[R_CC]
    application.session.apply(lambda s: replace(s, focus=L_CC))
    mouse = Mouse(window.grid)
    mouse.wheel(mouse.middle(L_CC), 1)  # stops at 1:1
    mouse.wheel(mouse.middle(L_CC), 3)
    zoomed = per_mm(application)
    assert zoomed[L_CC] > 1.2 * zoomed[R_CC]
    assert not window.actions_by_name["same_size"].isChecked()
    qtbot.keyClick(window.grid, Qt.Key.Key_S)
    assert all_panes(application) == pytest.approx([zoomed[L_CC]] * 4)
    window.resize(1111, 777)
    QApplication.processEvents()
    assert max(abs(gap) for gap in gaps(application).values()) < 1e-6
    assert window.actions_by_name["same_size"].isChecked()
    window.resize(1280, 800)
    QApplication.processEvents()
    qtbot.keyClick(window.grid, Qt.Key.Key_S)
    assert per_mm(application)[R_CC] == pytest.approx(whole), "asked again, all are whole"


def test_fit_lets_each_image_fill_its_pane_and_reset_hangs_all_at_one_size(
    application, show, qtbot
):
    exam = exam_of_three_detectors()
    smaller = make_mammogram(L_MLO, rows=150, columns=100, pixel_spacing_mm=(0.8, 0.8), truth=())
    show(make_exam(views={**exam.mammograms, L_MLO: smaller}))
    before = per_mm(application)
    qtbot.keyClick(application.window.grid, Qt.Key.Key_F)
    assert per_mm(application)[L_MLO] > 1.2 * before[L_MLO]
    assert not application.window.actions_by_name["same_size"].isChecked()
    qtbot.keyClick(application.window.grid, Qt.Key.Key_R)
    assert per_mm(application) == before


def test_life_size_measures_the_screen_first_and_is_remembered(application, show, qtbot, tmp_path):
    """Rule 19: 50 mm are 50 mm within 2 % on a screen measured with a ruler."""
    show(exam_of_three_detectors())
    window = application.window
    qtbot.keyClick(window.grid, Qt.Key.Key_Z)
    (dialog,) = window.findChildren(CalibrationDialog)
    assert application.session.state.look.sizing is not Sizing.TRUE
    line = dialog.line
    # The reader's ruler says that 100 mm are 500 pixels of this screen.
    qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=QPoint(200, 36))
    qtbot.mouseMove(line, QPoint(516, 36))
    qtbot.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(516, 36))
    assert dialog.pixel_mm == pytest.approx(0.2, rel=1e-6)
    height, width = dialog._screen.size_px
    assert dialog.diagonal.value() == pytest.approx(
        0.2 * (height**2 + width**2) ** 0.5 / 25.4, abs=0.01
    )
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert all_panes(application) == pytest.approx([5.0] * 4), "50 mm are 250 pixels"
    assert max(abs(gap) for gap in gaps(application).values()) < 1e-6
    assert window.actions_by_name["true_size"].isChecked()
    assert window.grid._panes[R_CC].caption._caption.size[0][0].endswith("life size")
    stored = read_settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert list(stored.screens.values()) == [pytest.approx(0.2)]
    qtbot.keyClick(window.grid, Qt.Key.Key_Z)
    assert window.actions_by_name["same_size"].isChecked(), "the same key goes back"
    qtbot.keyClick(window.grid, Qt.Key.Key_Z)
    assert all_panes(application) == pytest.approx([5.0] * 4), "and needs no ruler again"


def test_what_the_dialog_opens_with_is_never_remembered(application, show, qtbot):
    show(exam_of_three_detectors())
    window = application.window
    qtbot.keyClick(window.grid, Qt.Key.Key_Z)
    (dialog,) = window.findChildren(CalibrationDialog)
    assert not dialog.use.isEnabled()
    closed = []
    dialog.rejected.connect(lambda: closed.append(dialog))
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert closed
    assert not application.session.state.screens
    assert application.session.state.look.sizing is Sizing.SAME
    assert not window.actions_by_name["true_size"].isChecked(), "nothing is shown at life size"
    assert window.actions_by_name["same_size"].isChecked()


def test_images_of_unknown_size_have_no_life_size_and_it_is_said(application, show, qtbot):
    bare = {view: make_mammogram(view, pixel_spacing_mm=None) for view in STANDARD_VIEWS}
    show(make_exam(views=bare))
    window = application.window
    qtbot.keyClick(window.grid, Qt.Key.Key_Z)
    assert not window.findChildren(CalibrationDialog), "there is nothing to measure it for"
    assert "no image" in application.session.state.message.lower()
    assert not window.actions_by_name["true_size"].isChecked()
    assert window.actions_by_name["same_size"].isChecked()


def test_a_screen_is_measured_by_its_diagonal_as_well(application, show, qtbot):
    show(exam_of_three_detectors())
    application.window.actions_by_name["measure_screen"].trigger()
    (dialog,) = application.window.findChildren(CalibrationDialog)
    height, width = dialog._screen.size_px
    dialog.diagonal.setValue(24.0)
    assert dialog.pixel_mm == pytest.approx(24.0 * 25.4 / (height**2 + width**2) ** 0.5)
    assert dialog.line.length == pytest.approx(100.0 / dialog.pixel_mm)
    dialog.reject()
    assert not application.session.state.screens


def test_a_screen_nobody_can_have_is_not_believed(tmp_path):
    store = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    write_settings(store, replace(read_settings(store), screens={"good": 0.25, "bad": 7.0}))
    assert dict(read_settings(store).screens) == {"good": 0.25}
    store.setValue("screens/pixel_mm", "no JSON")
    assert dict(read_settings(store).screens) == {}


def test_hidden_views_take_part_in_same_size(application, show):
    show(exam_of_three_detectors())
    session = application.session
    session.apply(lambda s: replace(s, focus=R_CC))
    mouse = Mouse(application.window.grid)
    mouse.wheel(mouse.middle(R_CC), 3)
    session.apply(sizes.same_sized)
    assert set(session.state.look.cameras) == set(STANDARD_VIEWS)


def test_settings_survive_without_screens(tmp_path: Path):
    store = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    assert dict(read_settings(store).screens) == {}
