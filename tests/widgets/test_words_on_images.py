"""Words on images in the window: detail by key and button, alarms, de-identified exports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsScene

from models.exam import L_CC, R_CC, STANDARD_VIEWS
from tests.phantoms import make_exam, make_mammogram, make_result
from tests.widgets.test_window import pixels_of
from viewer.display.annotations import Detail
from viewer.display.colours import ALARM
from viewer.display.shown import ShownImage
from viewer.display.viewport import Align
from viewer.export.caption import Caption
from viewer.export.png import read_context
from viewer.resource_files import resource_path
from viewer.session import trusting
from viewer.widgets.export_dialog import ExportDialog
from viewer.widgets.pane_caption import Letters, PaneCaption

SAID = {"Patient": "Doe, Jane", "Patient ID": "4711", "Age": "65 y", "Manufacturer": "Acme"}


def described(**changes):
    return make_exam(
        "1.2.3",
        views={view: make_mammogram(view, description=SAID) for view in STANDARD_VIEWS},
        **changes,
    )


def words_on(window, view):
    caption = window.grid._panes[view].caption
    return " | ".join(row.text for row in caption._placement.rows)


def test_one_key_and_one_button_lead_through_short_full_and_none(application, show, qtbot):
    show(described())
    window, session = application.window, application.session
    assert session.state.detail is Detail.SHORT
    short = words_on(window, R_CC)
    assert "Doe, Jane · 4711" in short
    assert "65 y" in short
    assert "Acme" not in short
    qtbot.keyClick(window.grid, Qt.Key.Key_D)
    assert "Acme" in words_on(window, R_CC)
    window.actions_by_name["detail"].trigger()
    assert words_on(window, R_CC).startswith("R CC | ")
    assert "Doe" not in words_on(window, R_CC), "rule 27: words can be switched off"
    qtbot.keyClick(window.grid, Qt.Key.Key_D)
    assert words_on(window, R_CC) == short


def test_rule_27_words_in_the_window_leave_tissue_untouched(application, show, qtbot):
    """IHE MAMMO rule 27: the picture inside the breast is the same with every detail."""
    show(described())
    grid = application.window.grid
    seen = []
    for _ in Detail:
        seen.append(pixels_of(grid))
        qtbot.keyClick(grid, Qt.Key.Key_D)
    for view in STANDARD_VIEWS:
        rect, viewport = grid._panes[view].rect, grid._panes[view].viewport
        image: ShownImage = application.session.state.images[view]
        breast = image.pyramid.levels[0] > 0
        y, x = np.mgrid[0 : rect.height, 0 : rect.width] + 0.5
        at = np.floor(np.stack(viewport.to_image(y, x))).astype(int)
        inside = (at >= 0).all(0) & (at[0] < breast.shape[0]) & (at[1] < breast.shape[1])
        tissue = np.zeros(inside.shape, bool)
        tissue[inside] = breast[at[0][inside], at[1][inside]]
        box = (
            slice(rect.row, rect.row + rect.height),
            slice(rect.column, rect.column + rect.width),
        )
        assert tissue.sum() > 5000
        for other in seen[1:]:
            assert np.array_equal(other[box][tissue], seen[0][box][tissue])
    assert not np.array_equal(seen[0], seen[1])


def test_rule_25_the_name_on_a_pane_is_that_of_the_image(application, show):
    """IHE MAMMO rule 25."""
    show(make_exam(views={R_CC: make_mammogram(R_CC, title="R CC implant displaced")}))
    assert words_on(application.window, R_CC).startswith("R CC implant displaced")
    assert words_on(application.window, L_CC).startswith("L CC"), "an empty pane is named too"


def test_rule_28_a_phantom_says_so_in_every_pane(application, show):
    """IHE MAMMO rule 28."""
    views = {view: make_mammogram(view, is_phantom=True) for view in STANDARD_VIEWS}
    show(make_exam(views=views))
    for view in STANDARD_VIEWS:
        assert "PHANTOM · QC IMAGE" in words_on(application.window, view)


def test_mixed_patients_alarm_across_the_window_the_panes_and_the_scores(application, show):
    window = application.window
    show(described())
    assert not window.alarm.isVisible()
    exam = described(alarm="Mixed patients: images of this exam name different people.")
    show(exam)
    assert window.alarm.isVisible()
    assert window.alarm.width() == window.centralWidget().width()
    assert "Mixed patients" in window.alarm.text()
    style = resource_path("style.qss").read_text(encoding="utf-8")
    assert f'QLabel[role="{window.alarm.property("role")}"] {{ background: {ALARM};' in style
    for view in STANDARD_VIEWS:
        assert "MIXED PATIENTS IN THIS EXAM" in words_on(window, view)
    views = {view: exam.mammograms[view] for view in STANDARD_VIEWS if view != L_CC}
    show(replace(exam, mammograms=views))
    assert "MIXED PATIENTS IN THIS EXAM" in words_on(window, L_CC), "an empty pane says it too"
    result = make_result(exam)
    application.session.apply(lambda s: trusting.analysed(s, result, {}))
    assert window.evidence._alarm.isVisible()
    show(described())
    assert not window.alarm.isVisible()
    assert not window.evidence._alarm.isVisible()


def test_the_export_dialog_can_take_identity_away(application, show, qtbot, tmp_path):
    show(described())
    window = application.window
    pages = {}
    for name in ("named", "nameless"):
        window.actions_by_name["export_page"].trigger()
        (dialog,) = window.findChildren(ExportDialog)
        if name == "nameless":
            dialog._deidentified.click()
        path = tmp_path / f"{name}.png"
        dialog.choose(path)
        qtbot.waitUntil(lambda: not window.findChildren(ExportDialog))
        qtbot.waitUntil(
            lambda path=path: (
                "is written" in application.session.state.message
                and path.name in application.session.state.message
            )
        )
        pages[name] = read_context(path)
    assert pages["named"].images
    assert not pages["named"].deidentified
    assert pages["nameless"].deidentified
    assert not pages["nameless"].images
    assert pages["nameless"].exam_id == ""


def test_the_words_of_an_empty_pane_go_on_in_the_next_row_instead_of_leaving_it(qtbot):
    scene, caption = QGraphicsScene(), PaneCaption(Letters())
    scene.addItem(caption)
    words = "No prior: no earlier exam of this patient is open"
    caption.show_caption(QRectF(100, 0, 150, 300), Caption("", Align.LEFT, missing=words))
    image = QImage(400, 300, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    scene.render(painter, QRectF(0, 0, 400, 300), QRectF(0, 0, 400, 300))
    painter.end()
    ink = np.array(image.constBits()).reshape(300, -1)[:, :400] > 0
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    assert columns.min() >= 100
    assert columns.max() < 250
    assert np.ptp(rows) > 20, "in several rows"
