"""A folder of phantoms opens as complete exams with their truth, and is whole or not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.errors import ExportError
from models.exam import (
    L_CC,
    L_MLO,
    R_CC,
    STANDARD_VIEWS,
    BreastLabels,
    FindingClass,
    Laterality,
    View,
)
from models.phantom.plan import ExamPlan
from models.progress import Progress
from tests.phantom_io.factory import make_study, small_view
from tests.phantoms import BRIGHT
from viewer.exam_io.load import load_exam
from viewer.exam_io.scan import scan
from viewer.phantom_io.folder import holds_exams, write_exams
from viewer.phantom_io.people import demo_studies, drawn_study

pytestmark = pytest.mark.usefixtures("small_phantoms")


def names(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_one_exam_opens_whole_with_labels_truth_and_patient(tmp_path: Path) -> None:
    study = make_study()
    write_exams(tmp_path / "out", [study])
    assert names(tmp_path / "out") == [
        "L-CC.dcm",
        "L-MLO.dcm",
        "R-CC.dcm",
        "R-MLO.dcm",
        "exams.json",
        "masks/L-CC_malignant.png",
        "masks/L-MLO_malignant.png",
    ]
    found = scan([tmp_path / "out"])
    (record,) = found.exams
    exam = load_exam(record)
    assert found.problems == exam.problems == exam.set_aside == ()
    assert (exam.exam_id, exam.title, exam.date) == ("one", "One", "2026-03-09")
    assert exam.patient_id == "P1"
    assert exam.is_phantom
    assert tuple(exam.mammograms) == STANDARD_VIEWS
    assert exam.labels == {
        Laterality.RIGHT: BreastLabels(benign=False, malignant=False),
        Laterality.LEFT: BreastLabels(benign=False, malignant=True),
    }
    for view in (L_CC, L_MLO):
        mammogram = exam.mammograms[view]
        (truth,) = mammogram.truth
        assert truth.finding is FindingClass.MALIGNANT
        assert np.array_equal(truth.mask, mammogram.pixels >= BRIGHT)
        assert truth.mask.any()
    assert exam.mammograms[R_CC].truth == ()


def test_a_prior_lies_beside_its_exam_under_the_same_patient(tmp_path: Path) -> None:
    study = make_study()
    write_exams(tmp_path / "out", [study, study.prior(0.5)])
    assert names(tmp_path / "out")[-3:] == [
        "one/R-MLO.dcm",
        "one/masks/L-CC_malignant.png",
        "one/masks/L-MLO_malignant.png",
    ]
    now, before = map(load_exam, scan([tmp_path / "out"]).exams)
    assert now.patient_id == before.patient_id
    assert now.date > before.date
    assert now.problems == before.problems == ()
    assert len({image.name for exam in (now, before) for image in exam.mammograms.values()}) == 8


def test_equal_studies_give_equal_folders(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_exams(tmp_path / name, [make_study()])
    assert names(tmp_path / "a") == names(tmp_path / "b")
    for name in names(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_progress_counts_the_views(tmp_path: Path) -> None:
    told: list[Progress] = []
    write_exams(tmp_path / "out", [make_study()], told.append)
    assert [(progress.done, progress.total) for progress in told] == [(n, 4) for n in range(5)]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "out" / "kept.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    for taken in (kept.parent, kept):
        with pytest.raises(ExportError, match="choose another folder"):
            write_exams(taken, [make_study()])
    assert names(tmp_path) == ["out/kept.txt"]


def test_an_empty_folder_may_be_there_already(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_exams(tmp_path / "out", [make_study()])
    assert holds_exams(tmp_path / "out", [make_study()])


def test_work_that_breaks_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(plan: ExamPlan, view: View) -> object:
        if view == L_MLO:
            raise OSError(28, "No space left on device")
        return small_view(plan, view)

    monkeypatch.setattr("viewer.phantom_io.folder.draw_view", draw)
    with pytest.raises(ExportError, match="No space left on device"):
        write_exams(tmp_path / "new" / "out", [make_study()])
    assert names(tmp_path) == []


def test_whether_a_folder_holds_the_wanted_exams_is_told(tmp_path: Path) -> None:
    study, folder = make_study(), tmp_path / "out"
    assert not holds_exams(folder, [study])
    write_exams(folder, [study])
    assert holds_exams(folder, [study])
    assert not holds_exams(folder, [make_study(seed=4)])
    assert not holds_exams(folder, [study, study.prior(0.5)])
    (folder / "masks" / "L-CC_malignant.png").unlink()
    assert not holds_exams(folder, [study])


def test_the_demo_shows_what_it_promises() -> None:
    studies = {study.name: study for study in demo_studies()}
    assert list(studies) == ["normal", "benign", "malignant", "follow-up", "follow-up-prior"]
    ill = {
        name: [finding.value for finding in FindingClass if _has(study.plan, finding)]
        for name, study in studies.items()
    }
    assert ill["normal"] == []
    assert ill["benign"] == ["benign"]
    assert ill["malignant"] == ["malignant"]
    assert studies["follow-up"].person == studies["follow-up-prior"].person
    people = {study.person.patient_id for study in studies.values()}
    assert len(people) == 4
    syntaxes = {name for study in studies.values() for name in study.syntaxes}
    assert len(syntaxes) == 6
    assert all(len(set(study.syntaxes)) > 1 for study in studies.values())


def _has(plan: ExamPlan, finding: FindingClass) -> bool:
    return any(labels.of(finding) for labels in plan.labels.values())


def test_people_drawn_by_chance_are_of_screening_age_and_their_names_tell_nothing() -> None:
    plans = [ExamPlan(seed, "c") for seed in range(20)]
    studies = [drawn_study(plan, ("rle",)) for plan in plans]
    assert len({study.person.patient_id for study in studies}) == 20
    for study in studies:
        assert 45 <= (study.date - study.person.born).days / 365.25 <= 70
    same_seed = drawn_study(ExamPlan(3, "d"), ("rle",))
    assert same_seed.person.patient_id != studies[3].person.patient_id
    assert "malignant" not in repr(drawn_study(make_study().plan, ("rle",)).person).lower()
