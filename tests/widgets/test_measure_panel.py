"""The list of measurements in the real window."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from models.exam import L_CC, L_MLO, R_CC
from tests.phantoms import make_exam
from viewer.display.measurement import Kind, Measurement
from viewer.session import measurements
from viewer.session.measurements import measurement_of, measurements_on
from viewer.session.measuring import Draft

MEASURED = (
    (R_CC, Measurement(Kind.LENGTH, ((200.0, 150.0), (200.0, 273.0)))),
    (L_MLO, Measurement(Kind.BOX, ((300.0, 50.0), (340.0, 150.0)), "mass?")),
    (L_CC, Measurement(Kind.TEXT, ((300.0, 50.0),), "note")),
)


@pytest.fixture
def panel(application, show):
    """The panel of a window on an exam with three measurements, none of them selected."""
    show(make_exam())
    session = application.session
    for view, one in MEASURED:
        draft = Draft(session.state.images[view].mammogram.image_id, one)
        session.apply(lambda s, draft=draft: measurements.drafted(s, draft))
        session.apply(measurements.finished)
    session.apply(lambda s: measurements.selected(s, None))
    return application.window.evidence.measures


def texts(panel) -> list[str]:
    return [panel.list.item(n).text() for n in range(panel.list.count())]


def click(qtbot, panel, number: int) -> None:
    where = panel.list.visualItemRect(panel.list.item(number)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=where)


def test_the_list_names_view_value_and_words_in_the_order_of_the_panes(panel):
    assert texts(panel) == [
        "R CC   length   12.3 mm",
        "L CC   text   note",
        "L MLO   box   40.0 mm²   mass?",
    ]
    tip = panel.list.item(2).toolTip()
    assert "10.0 × 4.0 mm" in tip
    assert "at the detector" in tip
    assert "mean" in tip


def test_a_click_selects_goes_there_and_delete_removes_it(application, panel, qtbot):
    session, grid = application.session, application.window.grid
    click(qtbot, panel, 2)
    assert measurement_of(session.state, session.state.measuring.selected) == MEASURED[1][1]
    viewport = grid.viewports()[L_MLO]
    assert viewport.scale == 1.0
    middle = session.state.images[L_MLO].to_hung.point(320.0, 100.0)
    centre = viewport.to_image(viewport.height / 2, viewport.width / 2)
    assert centre == pytest.approx(middle, abs=1.5)
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert texts(panel) == ["R CC   length   12.3 mm", "L CC   text   note"]


def test_arrows_in_the_list_choose_what_keys_speak_of(application, panel, qtbot):
    session = application.session
    click(qtbot, panel, 0)
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert measurement_of(session.state, session.state.measuring.selected) == MEASURED[2][1]


def test_words_are_typed_on_the_image_from_the_list(application, panel, qtbot):
    click(qtbot, panel, 0)
    qtbot.keyClick(panel.list, Qt.Key.Key_F2)
    qtbot.keyClicks(QApplication.focusWidget(), "spicules")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert texts(panel)[0] == "R CC   length   12.3 mm   spicules"


def test_the_list_folds_and_is_not_there_without_measurements(application, panel, qtbot):
    assert panel.isVisible()
    panel._title.click()
    assert not panel.list.isVisible()
    for _ in MEASURED:
        qtbot.keyClick(application.window.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not panel.isVisible()


def test_all_is_copied_as_text_and_as_csv(application, panel, qtbot):
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(application.window.grid, Qt.Key.Key_C, keys)
    data = QApplication.clipboard().mimeData()
    assert data.text().split("\n")[0] == "R CC\tlength\t12.3 mm\tat the detector"
    assert bytes(data.data("text/csv")).decode().count("\n") == 4
    assert application.session.state.message == "3 measurements copied."


def test_the_table_is_written_where_asked_and_told(application, panel, tmp_path):
    application.window.measure.write(tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert len(document["measurements"]) == 3
    assert "is written" in application.session.state.message
    (tmp_path / "file").write_text("")
    application.window.measure.write(tmp_path / "file" / "m.json")
    assert "could not be written" in application.session.state.message


def test_a_measurement_on_a_view_that_is_not_shown_brings_that_view(application, panel, qtbot):
    qtbot.keyClick(application.window.grid, Qt.Key.Key_3)  # the CC pair
    click(qtbot, panel, 2)
    assert L_MLO in application.session.state.panes.views
    assert measurements_on(application.session.state, "phantom-L-MLO")
