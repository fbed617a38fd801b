"""`fourview analyze` on phantoms: read by the demo and named as such; real exams never are."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from models import weights_choice
from models.exam import L_CC, R_CC, View
from tests import demo_weights
from tests.commands.conftest import WriteExam, analyze, document
from tests.dicom_factory import PHANTOM, make_dicom
from tests.models.conftest import small_demo as small_demo  # noqa: PLC0414 - a fixture
from tests.phantoms import breast_pixels
from viewer import cli
from viewer.commands import analyze as command
from viewer.export.png import read_context

NAME = "Demo (phantoms only)"


@pytest.fixture(autouse=True)
def built_in(small_demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo weights that come with Fourview, in this test."""
    monkeypatch.setattr(command, "demo_weights", lambda: {"glam": small_demo})
    return small_demo


def write_phantom(folder: Path, *views: View, patient: str = "PHANTOM") -> Path:
    for view in views:
        make_dicom(
            folder / f"{view.name}.dcm",
            view=view.position.value,
            laterality=view.laterality.value,
            pixels=breast_pixels(view),
            PatientID=patient,
            **PHANTOM,
        )
    return folder


def test_a_folder_with_phantoms_just_works_and_everything_bears_the_demo_s_name(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_phantom(tmp_path / "phantom", L_CC, R_CC)
    assert analyze(folder, "--models", "glam", "--out", out, "--save-maps") == 0
    (entry,) = document(out)["exams"]
    assert entry["models"]["glam"]["model"] == NAME
    assert entry["models"]["glam"]["weights"] == "demo_glam.safetensors"
    with (out / "predictions.csv").open(newline="") as file:
        assert [row["model"] for row in csv.DictReader(file)] == [NAME, NAME]
    assert f"2 views analysed, 2 of them by {NAME};" in capsys.readouterr().err

    page = tmp_path / "page.png"
    arguments = (folder, "--out", page, "--results", out, "--overlays", "malignant")
    assert cli.main(["render", *map(str, arguments), "--size", "640x480"]) == 0
    made = read_context(page).made["glam"].files[""]
    assert (made.model_id, made.model_name) == ("demo", NAME)


def test_real_exams_beside_phantoms_are_read_by_the_installed_weights(
    tmp_path: Path,
    write_exam: WriteExam,
    small_glam: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = weights_choice.find
    monkeypatch.setattr(
        weights_choice,
        "find",
        lambda card, path=None, folder=None, role="": find(card, path or small_glam),
    )
    real = write_exam("real", L_CC)
    write_phantom(real.parent / "phantom", L_CC)
    assert analyze(real.parent, "--out", out) == 0
    models = {entry["id"]: entry["models"]["glam"] for entry in document(out)["exams"]}
    assert models.pop("real")["model"] == "GLAM (unknown weights)"
    assert [made["model"] for made in models.values()] == [NAME]
    with (out / "predictions.csv").open(newline="") as file:
        assert {row["model"] for row in csv.DictReader(file)} == {NAME, "GLAM (unknown weights)"}
    before = (out / "results.json").read_bytes()
    monkeypatch.setattr(command, "load_exam", lambda _: pytest.fail("analysed again"))
    assert analyze(real.parent, "--out", out, "--resume") == 0
    assert (out / "results.json").read_bytes() == before


def test_a_real_exam_without_published_weights_is_not_given_to_the_demo(
    write_exam: WriteExam, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert analyze(write_exam("real", L_CC), "--out", out) == 1
    assert "No weights for GLAM were found" in capsys.readouterr().err
    assert not (out / "predictions.csv").exists()


def test_real_exams_without_weights_do_not_keep_phantoms_from_being_read(
    tmp_path: Path, write_exam: WriteExam, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = write_exam("real", L_CC)
    write_phantom(real.parent / "phantom", L_CC)
    for more in ((), ("--resume",)):
        assert analyze(real.parent, "--out", out, *more) == 1
        entries = {entry["id"]: entry for entry in document(out)["exams"]}
        (problem,) = entries.pop("real")["problems"]
        (phantom,) = entries.values()
        assert problem["reason"].startswith("No weights for GLAM were found")
        assert phantom["models"]["glam"]["model"] == NAME
        told = capsys.readouterr().err
        assert told.count("No weights for GLAM were found") == 1
        assert "1 view analysed, 1 of them by" in told


def test_demo_weights_that_somebody_names_refuse_a_real_exam_in_one_sentence(
    write_exam: WriteExam, built_in: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exam = write_exam("real", L_CC)
    assert analyze(exam, "--out", out, "--weights", f"glam={built_in}") == 1
    (entry,) = document(out)["exams"]
    reason = entry["views"]["L-CC"]["withheld"]["glam"]
    assert reason.startswith(f"{NAME} has seen nothing but phantoms")
    assert "glam" not in entry["views"]["L-CC"]
    assert reason in capsys.readouterr().err
    assert len((out / "predictions.csv").read_text().splitlines()) == 1
    assert not (out / "visualization").exists()


def test_published_weights_that_somebody_names_may_read_a_phantom(
    tmp_path: Path, small_glam: Path, out: Path
) -> None:
    folder = write_phantom(tmp_path / "phantom", L_CC)
    assert analyze(folder, "--out", out, "--weights", f"glam={small_glam}") == 0
    (entry,) = document(out)["exams"]
    assert entry["models"]["glam"]["model"] == "GLAM (unknown weights)"
    header = (out / "predictions.csv").read_text().splitlines()[0]
    assert header == "image_index,benign_pred,malignant_pred,benign_label,malignant_label"


def test_resume_does_a_phantom_again_that_other_weights_read(
    tmp_path: Path, small_glam: Path, out: Path
) -> None:
    folder = write_phantom(tmp_path / "phantom", L_CC)
    assert analyze(folder, "--out", out, "--weights", f"glam={small_glam}") == 0
    assert analyze(folder, "--out", out, "--resume") == 0
    (entry,) = document(out)["exams"]
    assert entry["models"]["glam"]["model"] == NAME


def test_resume_never_mixes_two_demos(
    tmp_path: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = write_phantom(tmp_path / "a", L_CC, patient="A")
    second = write_phantom(tmp_path / "b", L_CC, patient="B")
    assert analyze(first, "--out", out) == 0
    before = json.loads((out / "results.json").read_text())
    newer = demo_weights.write(tmp_path / "newer.safetensors", seed=8)
    monkeypatch.setattr(command, "demo_weights", lambda: {"glam": newer})
    assert analyze(second, "--out", out, "--resume") == 1
    assert "choose another folder" in capsys.readouterr().err
    assert document(out) == before


def test_missing_demo_weights_are_said_in_a_sentence(
    tmp_path: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "demo_weights", dict)
    assert analyze(write_phantom(tmp_path / "phantom", L_CC), "--out", out) == 1
    assert f"{NAME} are missing: install Fourview again" in capsys.readouterr().err
