"""A reader's pass over ten exams with nothing but the keyboard, from files on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication

from models.exam import STANDARD_VIEWS
from tests.dicom_factory import make_dicom
from tests.phantoms import breast_pixels
from tests.screen import analysed
from viewer.app import Application
from viewer.preferences import Preferences
from viewer.session import staging
from viewer.session.covering import percent_seen, shares_seen
from viewer.session.trust import ReadingMode

EXAMS = 10
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def exams(tmp_path: Path) -> Path:
    """Ten exams of four views, and a list that names them."""
    listed = []
    for number in range(EXAMS):
        views = {}
        for view in STANDARD_VIEWS:
            name = f"{number}-{view.name}.dcm"
            make_dicom(
                tmp_path / name,
                view=view.position.value,
                laterality=view.laterality.value,
                pixels=breast_pixels(view, 900 + 10 * number, 800),
                PatientID=f"P{number}",
            )
            views[view.name] = name
        listed.append({"id": f"exam {number}", "views": views})
    path = tmp_path / "exams.json"
    path.write_text(json.dumps({"exams": listed}))
    return path


@pytest.fixture
def application(qtbot, tmp_path: Path, exams: Path):
    """Fourview as it is started on a list, reading blind."""
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    application = Application(store, tmp_path / "cache", tmp_path / "sessions", tmp_path / "audit")
    application.window.trust.use(Preferences(mode=ReadingMode.AFTER_LOCK))
    application.window.resize(1280, 800)
    application.show([exams])
    with qtbot.waitActive(application.window):
        application.window.activateWindow()
    qtbot.waitUntil(lambda: application.session.state.exam is not None, timeout=20000)
    yield application
    application.window.close()


def test_ten_exams_are_read_by_keyboard_alone(application, qtbot, tmp_path: Path):
    window, session = application.window, application.session
    press = lambda key, modifiers=Qt.KeyboardModifier.NoModifier: qtbot.keyClick(  # noqa: E731
        window.focusWidget() or window.grid, key, modifiers
    )
    press(Qt.Key.Key_E)  # the list beside the images
    assert window.worklist.isVisible()
    assert window.worklist.count() == EXAMS
    read = []
    for number in range(EXAMS):
        qtbot.waitUntil(lambda: session.state.exam is not None, timeout=20000)
        assert session.state.index == number
        assert session.state.record.exam_id == f"exam {number}"
        session.apply(analysed)
        assert session.state.result is None, "nothing of it before the lock"
        stages = set()
        while (place := staging.place_of(session.state)) is None or place.stage < 4:
            if place is not None:
                stages.add(place.stage)
            if place is not None and place.view is not None:
                assert window.grid.viewports()[place.view].scale == 1.0
                window.coverage.look()
                window.coverage.look()  # an eye rested there
            press(Qt.Key.Key_Space)
        assert stages >= {1, 2, 3}
        assert percent_seen(shares_seen(session.state)) == 100
        assert session.state.exam_key not in session.state.results
        if number == 3:  # something is odd: a window, the negative, a nipple, and all back
            for key, modifiers in (
                (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier),
                (Qt.Key.Key_I, Qt.KeyboardModifier.NoModifier),
                (Qt.Key.Key_K, SHIFT),
                (Qt.Key.Key_Z, CTRL),
                (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier),
            ):
                press(key, modifiers)
            assert not session.state.look.inverted
        press(Qt.Key.Key_L, CTRL)
        assert session.state.result is not None
        assert session.state.marks_visible
        assert session.state.overlays.malignant
        press(Qt.Key.Key_M)
        assert not session.state.marks_visible
        press(Qt.Key.Key_M)
        read.append(session.state.exam_key)
        press(Qt.Key.Key_Space)
    assert session.state.message == staging.LAST_EXAM
    assert read == [f"exam {number}" for number in range(EXAMS)]
    assert len(session.state.trust.locked) == EXAMS
    lines = (tmp_path / "audit" / "audit.jsonl").read_text().splitlines()
    told = [json.loads(line)["event"] for line in lines]
    assert (told.count("viewed"), told.count("locked"), told.count("left")) == (10, 10, 9)
    first_ai = {event: told.index(event) for event in ("locked", "ai_shown")}
    assert first_ai["locked"] < first_ai["ai_shown"]


def test_a_length_is_measured_between_two_stages(application, qtbot):
    """The tool by its key; where it lies takes a pointer."""
    window, session = application.window, application.session
    qtbot.keyClick(window.grid, Qt.Key.Key_Space)
    before = len(session.state.work.done)
    qtbot.keyClick(window.grid, Qt.Key.Key_L)
    pane = window.grid.viewport()
    start, end = QPoint(500, 300), QPoint(560, 360)
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(pane, end)
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=end)
    QApplication.processEvents()
    assert len(session.state.work.done) == before + 1
    qtbot.keyClick(window.grid, Qt.Key.Key_Escape)
    qtbot.keyClick(window.grid, Qt.Key.Key_Space)
    assert staging.place_of(session.state).stage == 2
    qtbot.keyClick(window.grid, Qt.Key.Key_Z, CTRL)
    assert len(session.state.work.done) == before
