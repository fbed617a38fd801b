"""The window on a phantom: the demo needs no choosing, and its name stands by every score."""

from __future__ import annotations

import pytest

from models.catalog import DEMO
from models.exam import STANDARD_VIEWS
from tests.models.conftest import small_demo as small_demo  # noqa: PLC0414 - a fixture
from tests.phantoms import make_exam, make_mammogram, make_result
from viewer.session import trusting
from viewer.widgets.models_dialog import ModelsDialog

NAME = "Demo (phantoms only)"


def phantom():
    return make_exam(
        views={view: make_mammogram(view, is_phantom=True) for view in STANDARD_VIEWS}
    )


def test_analysing_a_phantom_asks_for_no_weights_and_a_real_exam_does(
    application, show, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    monkeypatch.setattr(application.controller, "analyse", lambda: begun.append(True))
    asked = lambda: application.window.findChildren(ModelsDialog)  # noqa: E731
    assert application.session.state.ready == ()
    show(phantom())
    application.window.actions_by_name["analyse"].trigger()
    assert (len(begun), asked()) == (1, [])
    show(make_exam())
    application.window.actions_by_name["analyse"].trigger()
    assert (len(begun), len(asked())) == (1, 1)


def test_the_panel_names_the_demo_before_and_after_the_analysis(application, show) -> None:
    panel = application.window.evidence
    show(make_exam())
    assert panel._title.text() == "GLAM scores"
    exam = phantom()
    show(exam)
    assert panel._title.text() == f"{NAME} scores"
    assert NAME in panel._model.text()
    assert panel._install.isHidden(), "with weights, the bar above leads to the models"
    result = make_result(exam, DEMO)
    application.session.apply(lambda s: trusting.analysed(s, result, {}))
    assert panel._title.text() == f"{NAME} scores"
    line = panel._model.text().splitlines()[0]
    assert line == f"test.ckpt · {'0' * 12}", "no line ends in a dot between words"
    tips = [label.toolTip() for label in panel._scores._numbers.values()]
    assert all(NAME in tip for tip in tips)
    show(make_exam())
    assert panel._title.text() == "GLAM scores"
    assert not panel._install.isHidden()


def test_glam_s_own_scores_of_a_phantom_are_not_called_the_demo_s(application, show) -> None:
    exam = phantom()
    show(exam)
    application.session.apply(lambda s: trusting.analysed(s, make_result(exam), {}))
    assert application.window.evidence._title.text() == "GLAM scores"
