"""Priors, the tray, images placed by hand and reading mode, by mouse and key on real files."""

from __future__ import annotations

import logging
from hashlib import sha256

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS, Origin
from tests.dicom_factory import make_dicom, make_views
from tests.phantoms import breast_pixels
from viewer.display.pane_key import AsideView, PriorView
from viewer.session.state import Phase
from viewer.session.transitions import said

SPOT = ("399055006", "SCT", "Spot Compression")


def write_study(folder, date="20260618", views=STANDARD_VIEWS, patient="P1", **attributes):
    study = {"PatientID": patient, "StudyDate": date, "StudyInstanceUID": f"1.2.{date}"}
    make_views(folder / date, breast_pixels, views, **study, **attributes)
    return folder


@pytest.fixture
def opened(application, qtbot):
    """Open a folder and wait until its first exam, prior included, is read."""

    def open_folder(folder, index=0):
        controller, session = application.controller, application.session
        controller.open_paths([folder])
        qtbot.waitUntil(lambda: session.state.record is not None, timeout=20_000)
        if index:
            controller.go_to(index)
        qtbot.waitUntil(
            lambda: session.state.exam is not None and not session.state.reading_prior,
            timeout=20_000,
        )
        return session

    return open_folder


def press(qtbot, application, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(application.window.grid, key, modifiers)


def exam_of(session, date):
    return next(index for index, record in enumerate(session.state.records) if record.date == date)


def test_key_8_hangs_currents_over_dated_priors(application, opened, qtbot, tmp_path):
    """Rule 14: priors hang by view and laterality with their date, never in the wrong order."""
    write_study(tmp_path, "20240620")
    session = opened(write_study(tmp_path, "20260618"))
    application.controller.go_to(exam_of(session, "2026-06-18"))
    qtbot.waitUntil(lambda: len(session.state.images) == 8, timeout=20_000)
    press(qtbot, application, Qt.Key.Key_8)
    grid = application.window.grid
    assert set(grid.viewports()) == {*STANDARD_VIEWS, *map(PriorView.of, STANDARD_VIEWS)}
    for view in STANDARD_VIEWS:
        prior = PriorView.of(view)
        notice = session.state.images[prior].notice
        assert notice == "PRIOR 2024-06-20, 2 y before"
        assert grid._panes[prior].strip.isVisible()
        assert not grid._panes[view].strip.isVisible()
        above, below = grid._panes[view].rect, grid._panes[prior].rect
        assert (above.column, above.width) == (below.column, below.width)
        assert above.row < below.row
    application.controller.go_to(exam_of(session, "2024-06-20"))
    qtbot.waitUntil(lambda: session.state.exam is not None)
    assert not any(isinstance(key, PriorView) for key in session.state.images)
    assert session.state.prior is None


def test_windows_of_priors_follow_those_of_currents(application, opened, qtbot, tmp_path):
    """Rule 8, with rule 14: one adjustment reaches currents and priors."""
    write_study(tmp_path, "20240620")
    session = opened(write_study(tmp_path, "20260618"))
    application.controller.go_to(exam_of(session, "2026-06-18"))
    qtbot.waitUntil(lambda: len(session.state.images) == 8, timeout=20_000)
    press(qtbot, application, Qt.Key.Key_8)
    key, prior = R_CC, PriorView.of(R_CC)
    before = session.state.voi_of(prior).width
    grid = application.window.grid
    rect = grid._panes[key].rect
    from PySide6.QtCore import QPoint

    start = QPoint(rect.column + rect.width // 2, rect.row + rect.height // 2)
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(grid.viewport(), start + QPoint(80, 0))
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert session.state.voi_of(prior).width > before
    assert session.state.voi_of(prior).width == session.state.voi_of(key).width


def test_without_a_prior_the_tiles_say_so(application, opened, qtbot, tmp_path):
    """Row H11."""
    session = opened(write_study(tmp_path))
    press(qtbot, application, Qt.Key.Key_8)
    pane = application.window.grid._panes[PriorView.of(R_CC)]
    assert "no earlier exam of this patient" in pane.caption._caption.missing
    others = [PriorView.of(view) for view in STANDARD_VIEWS if view != R_CC]
    said = {application.window.grid._panes[key].caption._caption.missing for key in others}
    assert said == {"No prior"}, "the reason is said once"
    assert session.state.prior is None


def test_a_prior_of_somebody_else_is_refused_aloud(application, opened, qtbot, tmp_path):
    """Rule 14: one Patient ID, two people; nothing hangs, tile and problems say why."""
    write_study(tmp_path, "20240620", PatientName="Jones^Mary", PatientBirthDate="19770707")
    session = opened(write_study(tmp_path, "20260618"))
    application.controller.go_to(exam_of(session, "2026-06-18"))
    qtbot.waitUntil(lambda: session.state.exam is not None)
    press(qtbot, application, Qt.Key.Key_8)
    pane = application.window.grid._panes[PriorView.of(R_CC)]
    assert "names somebody else" in pane.caption._caption.missing
    assert not any(isinstance(key, PriorView) for key in session.state.images)
    assert any("is no prior" in problem.reason for problem in session.state.problems)


def test_an_image_of_the_tray_comes_to_a_pane_of_its_own_with_its_reason(
    application, opened, qtbot, tmp_path
):
    """Rule 15: a view with a modifier never takes a standard slot and stays reachable."""
    write_study(tmp_path, views=(R_CC, L_CC))
    make_dicom(
        tmp_path / "20260618" / "spot.dcm",
        view="MLO",
        laterality="L",
        pixels=breast_pixels(L_MLO),
        modifiers=[SPOT],
        StudyInstanceUID="1.2.20260618",
    )
    session = opened(tmp_path)
    assert L_MLO not in session.state.images
    press(qtbot, application, Qt.Key.Key_O)
    tray = application.window.hanging.tray
    assert tray.list.count() == 1
    assert "spot compression" in tray.list.item(0).text().lower()
    tray.list.setFocus()
    qtbot.keyClick(tray.list, Qt.Key.Key_Return)
    key = AsideView.at(0)
    qtbot.waitUntil(lambda: key in session.state.images, timeout=20_000)
    assert session.state.panes.views == (key,)
    assert "spot compression" in session.state.images[key].notice.lower()
    assert application.window.grid._panes[key].strip.isVisible()
    press(qtbot, application, Qt.Key.Key_1)
    assert L_MLO not in session.state.images, "nor does looking at it hang it"


def test_an_image_shown_as_another_view_can_be_undone_and_redone(
    application, opened, qtbot, tmp_path, caplog
):
    """Row H13: logged, without a word of whose image it is, marked, undoable."""
    session = opened(write_study(tmp_path, views=(R_CC, L_CC)))
    menu = QMenu()
    application.window.hanging.fill_menu(menu, L_CC, application.window.actions_by_name)
    by_hand = next(one.menu() for one in menu.actions() if one.text() == "By hand")
    action = next(one for one in by_hand.actions() if one.text() == "Show this image as L MLO")
    before = session.state.images[L_CC].mammogram
    with caplog.at_level(logging.WARNING):
        action.trigger()
    exam = sha256(session.state.exam_key.encode()).hexdigest()[:8]
    assert f"by hand: show L CC as L MLO, exam {exam}" in caplog.text
    assert session.state.exam_key not in caplog.text
    assert "P1" not in caplog.text
    assert "Doe" not in caplog.text
    shown = session.state.images[L_MLO].mammogram
    assert shown.pixels is before.pixels
    assert shown.view_origin is Origin.BY_HAND
    assert L_CC not in session.state.images
    assert set(session.state.exam.mammograms) == {R_CC, L_MLO}, "and models read it so"
    control = Qt.KeyboardModifier.ControlModifier
    press(qtbot, application, Qt.Key.Key_Z, control)
    assert session.state.images[L_CC].mammogram is before
    assert set(session.state.exam.mammograms) == {R_CC, L_CC}
    press(qtbot, application, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert L_MLO in session.state.images
    said = [record.getMessage() for record in caplog.records if "exam" in record.getMessage()]
    words = f"show L CC as L MLO, exam {exam}"
    assert said == [f"by hand: {again}{words}" for again in ("", "undo: ", "redo: ")]


def test_the_image_that_gives_way_is_in_the_tray(application, opened, tmp_path):
    session = opened(write_study(tmp_path))
    application.controller.hands.show_as(R_CC, R_MLO)
    assert session.state.images[R_MLO].mammogram.name.endswith("R-CC")
    window = application.window
    window.actions_by_name["tray"].trigger()
    assert "another image is shown as R MLO" in window.hanging.tray.list.item(0).text()
    window.hanging.tray.list.itemActivated.emit(window.hanging.tray.list.item(0))
    (key,) = session.state.panes.views
    assert session.state.images[key].mammogram.name.endswith("R-MLO")


@pytest.mark.parametrize(
    ("key", "turned"),
    [
        (Qt.Key.Key_H, lambda hung: hung[:, ::-1]),
        (Qt.Key.Key_J, lambda hung: hung[::-1]),
        (Qt.Key.Key_R, lambda hung: np.rot90(hung, -1)),
    ],
    ids=["mirrored", "upside down", "turned by 90°"],
)
def test_an_image_is_turned_by_key_and_says_so(application, opened, qtbot, tmp_path, key, turned):
    session = opened(write_study(tmp_path, views=(L_CC,)))
    before = session.state.images[L_CC].pyramid.levels[0]
    press(qtbot, application, key, Qt.KeyboardModifier.ControlModifier)
    after = session.state.images[L_CC]
    assert np.array_equal(after.pyramid.levels[0], turned(before))
    assert after.mammogram.orientation_origin is Origin.BY_HAND
    words = str(application.window.grid._panes[L_CC].caption._caption)
    assert "by hand" in words
    press(qtbot, application, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(session.state.images[L_CC].pyramid.levels[0], before)


def test_what_was_placed_by_hand_is_so_when_the_reader_comes_back(
    application, opened, qtbot, tmp_path
):
    write_study(tmp_path, "20240620", views=(R_CC,), patient="P2")
    session = opened(write_study(tmp_path, "20260618", views=(R_CC,)))
    index = session.state.index
    application.controller.hands.show_as(R_CC, R_MLO)
    application.controller.go_to(1 - index)
    qtbot.waitUntil(lambda: session.state.exam is not None)
    assert R_CC in session.state.images, "another exam is as its files say"
    application.controller.go_to(index)
    qtbot.waitUntil(lambda: session.state.exam is not None)
    assert set(session.state.images) == {R_MLO}
    assert set(session.state.exam.mammograms) == {R_MLO}


def test_results_of_images_placed_otherwise_are_not_shown(application, opened, tmp_path):
    from tests.phantoms import make_result
    from viewer.session import trusting

    session = opened(write_study(tmp_path, views=(R_CC, L_CC)))
    result = make_result(session.state.exam)
    session.apply(lambda state: trusting.analysed(state, result, {}))
    application.controller.hands.turn("mirror")
    assert session.state.result is None
    assert session.state.analysis.phase is Phase.NOT_RUN
    assert "analyse again" in session.state.analysis.reason


def test_a_wrong_laterality_tag_is_an_amber_strip_and_a_problem(application, opened, tmp_path):
    """Row S6: the file says right, its pixels show a left breast."""
    make_dicom(tmp_path / "R.dcm", view="CC", laterality="R", pixels=breast_pixels(L_CC))
    session = opened(tmp_path)
    strip = application.window.grid._panes[R_CC].strip
    assert strip.isVisible()
    assert strip._strip.words.startswith("CHECK THE SIDE")
    assert any("chest wall" in problem.reason for problem in session.state.problems)
    # The reader knows better: once it is the left breast, nothing is in doubt any more.
    application.controller.hands.show_as(R_CC, L_CC)
    assert not session.state.images[L_CC].doubtful
    assert np.array_equal(session.state.images[L_CC].pyramid.levels[0], breast_pixels(L_CC))
    assert not any("chest wall" in problem.reason for problem in session.state.problems)


def test_a_header_that_contradicts_itself_is_an_amber_strip_until_the_reader_decides(
    application, opened, tmp_path
):
    """Row S6: tagged left, and the Patient Orientation of a right breast."""
    stored = breast_pixels(R_MLO)
    make_dicom(
        tmp_path / "a.dcm",
        view="MLO",
        laterality="L",
        pixels=stored,
        PatientOrientation=["P", "FL"],
    )
    session = opened(tmp_path)
    strip = application.window.grid._panes[L_MLO].strip
    assert strip.isVisible()
    assert strip._strip.words.endswith("P\\FL is that of a right breast")
    application.controller.hands.show_as(L_MLO, R_MLO)
    assert not session.state.images[R_MLO].doubtful
    assert np.array_equal(session.state.images[R_MLO].pyramid.levels[0], stored)


def test_reading_mode_leaves_images_alone_and_escape_leaves_it(
    application, opened, qtbot, tmp_path
):
    """Row H14."""
    opened(write_study(tmp_path, views=(R_CC, L_CC)))
    window = application.window
    press(qtbot, application, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: window.grid.size() == window.size())
    for part in (window.bar, window.status, window.worklist, window.evidence):
        assert not part.isVisible()
    press(qtbot, application, Qt.Key.Key_Escape)
    for part in (window.bar, window.status, window.evidence):
        assert part.isVisible()
    assert not window.isFullScreen()


def test_a_picture_opens_again_with_prior_and_what_was_placed_by_hand(
    application, opened, qtbot, tmp_path
):
    from viewer.session.pages import page_of

    write_study(tmp_path / "in", "20240620")
    session = opened(write_study(tmp_path / "in", "20260618"))
    application.controller.go_to(exam_of(session, "2026-06-18"))
    qtbot.waitUntil(lambda: len(session.state.images) == 8, timeout=20_000)
    controller, grid = application.controller, application.window.grid
    controller.hands.show_as(R_CC, R_MLO)
    application.window.actions_by_name["layout_2x4"].trigger()
    spec = page_of(session.state, grid.viewports(), grid.size_px())
    path = tmp_path / "page.png"
    controller.pictures.write(path, spec)
    qtbot.waitUntil(lambda: session.state.message == f"{path} is written.", timeout=20_000)
    session.apply(lambda state: type(state)())
    controller.open_paths([path])
    qtbot.waitUntil(
        lambda: session.state.exam is not None and len(session.state.images) == 8,
        timeout=20_000,
    )
    state = session.state
    assert state.record.date == "2026-06-18"
    assert state.layout == "2x4"
    assert state.images[R_MLO].mammogram.name.endswith("R-CC")
    assert R_CC not in state.images


def test_a_picture_of_an_image_of_the_tray_opens_again_with_it(
    application, opened, qtbot, tmp_path
):
    """It is read after those that hang by themselves."""
    from viewer.session.pages import page_of

    study = {"PatientID": "P1", "StudyDate": "20260618", "StudyInstanceUID": "1.2.20260618"}
    folder = write_study(tmp_path / "in")
    spot = folder / "20260618" / "spot.dcm"
    pixels = breast_pixels(R_CC)
    make_dicom(spot, view="CC", laterality="R", pixels=pixels, modifiers=(SPOT,), **study)
    session = opened(folder)
    hands, grid = application.controller.hands, application.window.grid
    hands.show_aside(0)
    qtbot.waitUntil(lambda: AsideView.at(0) in session.state.images, timeout=20_000)
    hands.show_as(AsideView.at(0), R_CC)
    application.window.actions_by_name["layout_cc"].trigger()
    path = tmp_path / "page.png"
    spec = page_of(session.state, grid.viewports(), grid.size_px())
    application.controller.pictures.write(path, spec)
    qtbot.waitUntil(lambda: session.state.message == f"{path} is written.", timeout=20_000)
    session.apply(lambda state: type(state)())
    application.controller.open_paths([path])
    qtbot.waitUntil(lambda: session.state.layout == "cc", timeout=20_000)
    assert session.state.images[R_CC].mammogram.path == spot
    assert "is not the image" not in session.state.message


def test_a_message_is_seen_in_reading_mode_and_goes_by_itself(
    application, opened, qtbot, tmp_path
):
    session = opened(write_study(tmp_path))
    note, status = application.window.note, application.window.status
    session.apply(lambda state: said(state, "Before."))
    assert not note.isVisible(), "the status line says it"
    press(qtbot, application, Qt.Key.Key_F12)
    assert not status.isVisible()
    session.apply(lambda state: said(state, "By hand: mirror R CC."))
    assert note.isVisible()
    assert note.text() == "By hand: mirror R CC."
    assert application.window.grid.rect().contains(note.geometry())
    note._timer.setInterval(1)
    note._timer.start()
    qtbot.waitUntil(lambda: not note.isVisible())
    session.apply(lambda state: said(state, "Another."))
    press(qtbot, application, Qt.Key.Key_F12)
    assert not note.isVisible()
    assert status.isVisible()
