"""`fourview phantom` writes exams as asked for, and nothing else."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest

from models.exam import FindingClass, Laterality, View
from models.phantom.exam import STORED_SHAPE, PhantomView
from models.phantom.plan import ExamPlan
from tests.phantom_io.conftest import small_phantoms as small_phantoms  # noqa: PLC0414 - a fixture
from tests.phantom_io.factory import small_view
from viewer import cli
from viewer.exam_io.load import load_exam
from viewer.exam_io.scan import scan
from viewer.phantom_io.encode import SYNTAXES


def phantom(*arguments: object) -> int:
    """Run `fourview phantom`; returns its exit code."""
    return cli.main(["phantom", *map(str, arguments)])


def test_a_full_size_exam_opens_hung_with_its_truth_on_a_bright_lesion(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert phantom("--seed", 5, "--density", "b", "--lesion", "malignant", "--out", out) == 0
    (record,) = scan([out]).exams
    exam = load_exam(record)
    assert exam.problems == exam.set_aside == ()
    assert len(exam.mammograms) == 4
    assert exam.is_phantom
    ill = [side for side, labels in exam.labels.items() if labels.malignant]
    assert len(ill) == 1
    for view, image in exam.mammograms.items():
        assert image.shape == STORED_SHAPE
        right = view.laterality is Laterality.RIGHT
        hung = image.orientation.apply(image.pixels)
        chest_wall, opposite = (-1, 0) if right else (0, -1)
        assert np.count_nonzero(hung[:, chest_wall]) > STORED_SHAPE[0] // 4
        assert not hung[:, opposite].any()
        assert [truth.finding for truth in image.truth] == [
            FindingClass.MALIGNANT for _ in ill if view.laterality in ill
        ]
        for truth in image.truth:
            breast = image.pixels[image.pixels > 0]
            assert image.pixels[truth.mask].min() > 0
            assert np.median(image.pixels[truth.mask]) > np.median(breast)


@pytest.mark.usefixtures("small_phantoms")
def test_several_exams_with_priors_are_of_as_many_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert phantom("--seed", 8, "--count", 2, "--prior", "--out", out) == 0
    exams = scan([out]).exams
    assert [exam.exam_id for exam in exams] == [
        "phantom-8",
        "phantom-8-prior",
        "phantom-9",
        "phantom-9-prior",
    ]
    patients = [exam.patient_id for exam in exams]
    assert patients[0] == patients[1] != patients[2] == patients[3]
    told = capsys.readouterr().err
    assert told.splitlines()[-1] == f"4 phantom exams written to {out.resolve()}"
    assert "exam 4 of 4" in told


@pytest.mark.usefixtures("small_phantoms")
@pytest.mark.parametrize("name", SYNTAXES)
def test_the_transfer_syntax_is_the_one_asked_for(tmp_path: Path, name: str) -> None:
    assert phantom("--seed", 1, "--transfer-syntax", name, "--out", tmp_path / "out") == 0
    syntaxes = {_syntax(path) for path in (tmp_path / "out").glob("*.dcm")}
    assert syntaxes == {SYNTAXES[name]}


@pytest.mark.usefixtures("small_phantoms")
def test_syntaxes_are_mixed_otherwise(tmp_path: Path) -> None:
    assert phantom("--seed", 0, "--count", 3, "--out", tmp_path / "out") == 0
    syntaxes = [_syntax(path) for path in sorted((tmp_path / "out").rglob("*.dcm"))]
    assert len(set(syntaxes[:4])) == 4
    assert set(syntaxes) == set(SYNTAXES.values())


def _syntax(path: Path) -> str:
    return str(pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID)


@pytest.mark.usefixtures("small_phantoms")
def test_files_that_are_there_are_left_alone_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert phantom("--seed", 1, "--out", tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"{tmp_path} is there already and is not empty: choose another folder."


@pytest.mark.parametrize(
    "arguments",
    [
        ("--seed", "-1"),
        ("--seed", "x"),
        ("--seed", "4294967296"),
        ("--seed", "1", "--count", "0"),
        ("--seed", "1", "--density", "e"),
        ("--seed", "1", "--lesion", "cyst"),
        ("--seed", "1", "--transfer-syntax", "jpeg"),
        (),
    ],
)
def test_bad_arguments_exit_with_two_and_write_nothing(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        phantom(*arguments, "--out", tmp_path / "out")
    assert ended.value.code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("small_phantoms")
def test_the_last_of_several_seeds_must_be_one_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = ("--seed", 4294967295)
    assert phantom(*last, "--count", 2, "--out", tmp_path / "out") == 2
    assert "beyond 4294967295" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()
    assert phantom(*last, "--out", tmp_path / "out") == 0


@pytest.mark.usefixtures("small_phantoms")
def test_the_working_directory_may_take_the_exams_and_is_told_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert phantom("--seed", 1, "--out", ".") == 0
    assert Path("exams.json").is_file()
    assert capsys.readouterr().err.splitlines()[-1].endswith(f" {tmp_path.resolve()}")


@pytest.mark.skipif(sys.platform == "win32", reason="there SIGTERM ends a program at once")
def test_termination_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end(plan: ExamPlan, view: View) -> PhantomView:
        os.kill(os.getpid(), signal.SIGTERM)
        return small_view(plan, view)

    monkeypatch.setattr("viewer.phantom_io.folder.draw_view", end)
    handler = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        assert phantom("--seed", 1, "--out", tmp_path / "out") == 1
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert list(tmp_path.iterdir()) == []
    assert "nothing was written" in capsys.readouterr().err


def test_stopping_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("viewer.phantom_io.folder.draw_view", stop)
    assert phantom("--seed", 1, "--out", tmp_path / "out") == 1
    assert list(tmp_path.iterdir()) == []
    assert "nothing was written" in capsys.readouterr().err
