"""Density, clusters and masses beside the images, and the way from a line to the place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from models.density.results import DensityKind, DensityResult
from models.errors import Problem
from models.exam import L_MLO, R_CC
from models.gate import Light, Verdict
from models.microcalcification.results import CalcificationResult
from models.results import ExamResult, GlamResult, Provenance
from tests.display.test_findings import calcifications
from tests.phantoms import make_exam
from viewer.display.findings import FindingKind
from viewer.jobs.tasks import exam_marks
from viewer.session import trusting
from viewer.session.findings import ListedFinding

MADE = Provenance("density", "Breast density", "model.p", "a" * 64, "fp32", "cpu", "Fourview 0")


def say(application, exam, **said) -> ExamResult:
    result = ExamResult(exam.exam_id, **said)
    marks = exam_marks(exam, result)
    application.session.apply(lambda s: trusting.analysed(s, result, marks))
    return result


def rows_of(application) -> list[str]:
    column = application.window.evidence._rows._column
    return [column.itemAt(place).widget().text() for place in range(column.count())]


def test_a_line_leads_to_the_cluster_at_full_size(application, show) -> None:
    exam = make_exam()
    show(exam)
    panel, session = application.window.evidence, application.session
    assert panel.findings.isHidden()
    found = CalcificationResult(MADE, None, {L_MLO: calcifications()})
    say(application, exam, microcalcification=found)
    assert panel.findings.count() == 1
    item = panel.findings.item(0)
    assert item.text() == "C1   L MLO\n3 specks · 9.1 mm · score 0.83"
    panel.findings.itemClicked.emit(item)
    assert session.state.focus is L_MLO
    camera = session.state.camera_of(L_MLO)
    assert camera.scale == 1.0


def test_no_score_of_a_finding_is_cut_off(application, show) -> None:
    show(make_exam())
    found = application.window.evidence.findings
    longest = "188 specks · 118.6 mm · score 0.83"
    target = (L_MLO, 1.0, 1.0)
    found.show_findings([ListedFinding(FindingKind.CALCIFICATIONS, "C12", longest, target)])
    application.window.resize(1366, 768)
    room = found.visualItemRect(found.item(0))
    QApplication.processEvents()
    needed = found.fontMetrics().boundingRect(QRect(), 0, found.item(0).text())
    padding = 2 * 8
    assert needed.width() + padding <= found.viewport().width()
    assert needed.height() <= room.height() <= found.viewport().height()


def test_findings_are_drawn_when_switched_on_and_go_with_all_marks(application, show) -> None:
    exam = make_exam()
    show(exam)
    window = application.window
    found = CalcificationResult(MADE, None, {R_CC: calcifications()})
    say(application, exam, microcalcification=found)

    def violet() -> int:
        pixels = (
            window.grid.grab()
            .toImage()
            .convertToFormat(window.grid.grab().toImage().Format.Format_RGB32)
        )
        array = np.frombuffer(pixels.constBits(), np.uint8).reshape(pixels.height(), -1, 4)
        blue, green, red = (array[..., channel].astype(int) for channel in range(3))
        return int(((blue - green > 60) & (red - green > 20)).sum())

    assert violet() == 0
    window.actions_by_name["overlay_calcifications"].trigger()
    assert violet() > 0
    window.actions_by_name["marks"].trigger()
    assert violet() == 0


def test_density_is_told_with_four_bars_or_with_the_reason_why_not(application, show) -> None:
    exam = make_exam()
    show(exam)
    panel = application.window.evidence
    assert panel._density.isHidden()
    density = DensityResult(MADE, DensityKind.CNN, (0.1, 0.2, 0.65, 0.05), {}, "Placed by us.")
    say(application, exam, density=density)
    assert panel._density._class.text() == "Density c: heterogeneously dense"
    assert panel._density._bars.accessibleName() == "Density: a 0.10, b 0.20, c 0.65, d 0.05"
    assert "Placed by us." in panel._density.toolTip()
    withheld = replace(density, probabilities=(), withheld="Two views are missing.")
    say(application, exam, density=withheld)
    assert panel._density._words.text() == "Not applicable: Two views are missing."
    assert not panel._density._bars.isVisibleTo(panel)
    assert panel._density.toolTip() == "", "nothing of the exam before"


def test_the_gate_speaks_by_shape_and_in_full_sentences(application, show) -> None:
    exam = make_exam()
    show(exam)
    verdicts = {
        "glam": {R_CC: Verdict(), L_MLO: Verdict(Light.AMBER, ("It shows only a part.",))},
        "density": {None: Verdict(Light.RED, ("It needs all four views.",))},
        "mass": {R_CC: Verdict(), L_MLO: Verdict()},
    }
    say(application, exam, verdicts=verdicts)
    assert rows_of(application) == [
        "▲  GLAM: with a caution",
        "L MLO: It shows only a part.",
        "■  Breast density: withheld",
        "It needs all four views.",
        "●  Masses",
        "○  Microcalcifications: not run",
    ]


def test_a_model_that_failed_or_was_not_run_never_looks_like_one_that_found_nothing(
    application, show
) -> None:
    exam = make_exam()
    show(exam)
    made = replace(MADE, model_name="Demo (phantoms only)")
    failed = Problem("Masses", "mass.h5 is damaged."), Problem("L MLO, GLAM", "No breast.")
    verdicts = {"glam": {R_CC: Verdict(), L_MLO: Verdict()}}
    say(application, exam, glam=GlamResult(made, {}), verdicts=verdicts, problems=failed)
    assert rows_of(application) == [
        "●  Demo (phantoms only)",
        "■  Masses: failed",
        "mass.h5 is damaged.",
        "■  L MLO, GLAM: failed",
        "No breast.",
        "○  Breast density: not run",
        "○  Microcalcifications: not run",
    ]


def test_the_bar_tells_the_density_once_a_model_has(application, show) -> None:
    exam = make_exam()
    show(exam)
    density = application.window.bar.density
    assert density.isHidden()
    found = DensityResult(MADE, DensityKind.CNN, (0.1, 0.2, 0.65, 0.05), {}, "Placed by us.")
    say(application, exam, density=found)
    assert density.text() == "density c"
    assert "Breast density" in density.toolTip()
    say(application, exam, density=replace(found, probabilities=(), withheld="Views miss."))
    assert density.isHidden()
