"""Models from outside in the window: chosen, run, drawn and told like ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from models.exam import R_CC, STANDARD_VIEWS
from models.results import ExamResult, OwnResult, OwnView, Provenance
from models.rooms import room_of
from models.store.install import import_file
from tests.models.test_own_models import documented, write_package
from tests.models.test_own_models import install as install  # noqa: PLC0414 - a fixture
from tests.models.test_own_models import weights as weights  # noqa: PLC0414 - a fixture
from tests.phantoms import make_exam
from viewer.jobs.tasks import exam_marks
from viewer.session import trusting
from viewer.session.model_choice import ModelChoice, ready
from viewer.session.state import Phase
from viewer.widgets.models_dialog import ModelsDialog
from viewer.widgets.own_model_page import OwnModelPage

MADE = Provenance("brightest", "Brightest spot", "spot.pt", "a" * 64, "fp32", "cpu", "Fourview 0")
SQUARE = np.array([[100.0, 50.0], [100.0, 90.0], [150.0, 90.0], [150.0, 50.0]])


def say(application, exam) -> None:
    view = OwnView({"brightness": 0.75}, outlines=(SQUARE,), points=np.array([[200.0, 60.0]]))
    own = OwnResult(MADE, {R_CC: view}, {"whole": 0.5})
    result = ExamResult(exam.exam_id, others={"brightest": own})
    marks = exam_marks(exam, result)
    application.session.apply(lambda s: trusting.analysed(s, result, marks))


def pink(window) -> int:
    image = window.grid.grab().toImage()
    image = image.convertToFormat(image.Format.Format_RGB32)
    array = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    blue, green, red = (array[..., channel].astype(int) for channel in range(3))
    return int(((red - green > 90) & (blue - green > 50)).sum())


def test_its_marks_come_and_go_with_their_switch(application, show) -> None:
    exam = make_exam()
    show(exam)
    window = application.window
    row = window.evidence.layers.own
    assert row.isHidden(), "no model from outside is used"
    say(application, exam)
    assert not row.isHidden()
    assert pink(window) == 0
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert pink(window) > 20
    window.actions_by_name["marks"].trigger()
    assert pink(window) == 0


def test_its_numbers_and_findings_are_in_the_panel(application, show) -> None:
    exam = make_exam()
    show(exam)
    say(application, exam)
    panel = application.window.evidence
    assert panel.findings.item(0).text() == "O1   R CC\nBrightest spot"
    column = panel._rows._column
    told = [column.itemAt(place).widget().text() for place in range(column.count())]
    assert "Brightest spot, brightness: R CC 0.75 · not calibrated" in told
    assert "Brightest spot, whole: exam 0.50 · not calibrated" in told


def test_it_is_used_once_its_box_is_ticked_and_then_reads_the_exam(
    install, weights: Path, application, show, qtbot, tmp_path, monkeypatch
) -> None:
    import sys

    install(documented())
    application.window.actions_by_name["models"].trigger()
    (dialog,) = application.window.findChildren(ModelsDialog)
    (page,) = dialog.findChildren(OwnModelPage)
    (box,) = page.findChildren(QCheckBox)
    assert not box.isChecked()
    box.click()
    assert application.session.state.model.models[-1] == "brightest"
    assert "brightest.room" not in sys.modules, "nothing of it is loaded by ticking a box"
    dialog.close()
    from models.weights import user_folder

    import_file(weights, [room_of("brightest").CARD], user_folder())
    assert "brightest" in ready(application.session.state.model)
    exam = make_exam()
    show(exam)
    application.session.apply(
        lambda s: replace(s, model=ModelChoice(("brightest",)), ready=("brightest",))
    )
    application.window.actions_by_name["analyse"].trigger()
    state = lambda: application.session.state  # noqa: E731
    qtbot.waitUntil(lambda: state().analysis.phase is Phase.DONE, timeout=20_000)
    assert set(state().result.others["brightest"].views) == set(STANDARD_VIEWS)
    assert application.settings.model.models == ("brightest",)


@pytest.mark.parametrize("installed", [True, False])
def test_a_choice_of_it_is_remembered_as_long_as_it_is_installed(
    tmp_path, monkeypatch, installed
) -> None:
    from viewer.settings import _model, _model_text

    if installed:
        monkeypatch.syspath_prepend(write_package(tmp_path / "site", documented()))
    kept = _model(_model_text(ModelChoice(("glam", "brightest"))))
    assert kept.models == (("glam", "brightest") if installed else ("glam",))
