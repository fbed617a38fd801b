"""`fourview analyze`: every exam that can be analysed is, and whatever cannot is named."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.exam import L_CC, R_MLO
from tests import glam_recipe
from tests.commands.conftest import WriteExam
from viewer import cli
from viewer.commands import analyze


def run(*arguments: object) -> int:
    return cli.main(["analyze", *map(str, arguments)])


def document(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "results.json").read_text())
    return found


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_sound_exam_gives_tables_pictures_and_exit_code_zero(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exam = write_exam("anna")
    assert run(exam, "--out", out, "--weights", f"glam={small_glam}") == 0
    found = document(out)
    assert found["problems"] == []
    (entry,) = found["exams"]
    assert list(entry["views"]) == ["L-CC", "R-CC", "L-MLO", "R-MLO"]
    assert entry["models"]["glam"]["precision"] == "fp32"
    assert entry["models"]["glam"]["weights"] == "small.ckpt"
    assert found["notice"] == "Not a medical device. Research use only."

    with (out / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["image_index"] for row in rows] == [
        view["image"] for view in entry["views"].values()
    ]
    for row, view in zip(rows, entry["views"].values(), strict=True):
        assert row["malignant_pred"] == f"{view['glam']['malignant']:.4f}"
        assert row["benign_label"] == ""
        with Image.open(out / "visualization" / f"{view['image']}.png") as picture:
            assert picture.width == 1500
    assert not (out / "maps").exists()
    assert not list(out.rglob("*.part"))
    assert capsys.readouterr().err == "exam 1 of 1\n"


def test_maps_hold_what_the_results_say(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    exam = write_exam("berta", L_CC)
    weights = f"glam={small_glam}"
    assert run(exam, "--out", out, "--weights", weights, "--save-maps", "--patches", 3) == 0
    view = document(out)["exams"][0]["views"]["L-CC"]
    with np.load(out / "maps" / f"{view['image']}.npz", allow_pickle=False) as maps:
        assert maps["saliency_global"].shape == (2, 184, 120)
        assert maps["saliency_patches"].shape == (3, 2, 128, 128)
        assert maps["patch_upper_left"].tolist() == view["glam"]["patch_upper_left"]
    assert len(view["glam"]["patches"]) == 3
    assert view["glam"]["patches"][0].keys() == {"row", "column", "height", "width"}


def test_what_cannot_be_done_is_named_and_the_rest_is_done(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = write_exam("clara", L_CC, R_MLO)
    (next(sound.glob("*R-MLO*"))).write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    black = write_exam("dora", R_MLO)
    Image.fromarray(np.zeros((500, 400), np.uint16)).save(next(black.glob("*.png")))
    missing = sound.parent / "nowhere"
    arguments = (sound, black, missing, "--out", out, "--weights", f"glam={small_glam}")
    assert run(*arguments) == 1
    found = document(out)
    clara, dora = found["exams"]
    assert "glam" in clara["views"]["L-CC"]
    assert "No breast was found" in dora["views"]["R-MLO"]["withheld"]["glam"]
    assert "glam" not in dora["views"]["R-MLO"]
    told = capsys.readouterr().err
    for word in ("nowhere", "R-MLO", "No breast was found"):
        assert word in told
        assert any(word in json.dumps(problem) for problem in found["problems"]), word
    assert (out / "predictions.csv").read_text().count("\n") == 2


def test_resume_skips_what_is_done_and_keeps_it(
    write_exam: WriteExam, small_glam: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = f"glam={small_glam}"
    first = write_exam("emma", L_CC)
    assert run(first, "--out", out, "--weights", weights) == 0
    before = document(out)["exams"][0]

    write_exam("frida", R_MLO)
    loaded: list[str] = []
    load_exam = analyze.load_exam
    monkeypatch.setattr(
        analyze, "load_exam", lambda record: (loaded.append(record.exam_id), load_exam(record))[1]
    )
    assert run(first.parent, "--out", out, "--weights", weights, "--resume") == 0
    after = document(out)["exams"]
    assert loaded == [after[1]["id"]]
    assert after[0] == before
    assert len((out / "predictions.csv").read_text().splitlines()) == 3


def test_an_interrupted_run_keeps_every_finished_exam(
    write_exam: WriteExam,
    small_glam: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = write_exam("gerda", L_CC).parent
    write_exam("hanna", L_CC)
    load_exam, calls = analyze.load_exam, []

    def interrupt(record: Any) -> Any:
        calls.append(record)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return load_exam(record)

    monkeypatch.setattr(analyze, "load_exam", interrupt)
    assert run(root, "--out", out, "--weights", f"glam={small_glam}") == 1
    assert "--resume" in capsys.readouterr().err
    assert len(document(out)["exams"]) == 1
    monkeypatch.setattr(analyze, "load_exam", load_exam)
    assert run(root, "--out", out, "--weights", f"glam={small_glam}", "--resume") == 0
    assert len(document(out)["exams"]) == 2


def test_resume_never_mixes_weights_or_numbers_of_patches(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exam = write_exam("ida", L_CC)
    common = (exam, "--out", out, "--weights", f"glam={small_glam}")
    assert run(*common) == 0
    before = (out / "results.json").read_bytes()
    assert run(*common, "--resume", "--patches", 2) == 1
    assert "choose another folder" in capsys.readouterr().err
    assert (out / "results.json").read_bytes() == before
    assert run(*common, "--resume") == 0


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"format": 99, "exams": [], "problems": []}'])
def test_a_results_file_that_is_not_ours_is_left_alone_by_resume(
    write_exam: WriteExam, small_glam: Path, out: Path, content: bytes
) -> None:
    out.mkdir()
    (out / "results.json").write_bytes(content)
    exam = write_exam("jana", L_CC)
    assert run(exam, "--out", out, "--weights", f"glam={small_glam}", "--resume") == 1
    assert (out / "results.json").read_bytes() == content


def test_missing_or_foreign_weights_are_said_in_a_sentence(
    write_exam: WriteExam, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exam = write_exam("karla", L_CC)
    assert run(exam, "--out", out, "--weights", f"glam={tmp_path / 'gone.ckpt'}") == 1
    assert "gone.ckpt does not exist" in capsys.readouterr().err
    assert run(exam, "--out", out) == 1
    assert "No weights for GLAM were found" in capsys.readouterr().err
    (tmp_path / "noise.ckpt").write_bytes(b"noise" * 100)
    assert run(exam, "--out", out, "--weights", f"glam={tmp_path / 'noise.ckpt'}") == 1
    assert "noise.ckpt is not a weights file" in capsys.readouterr().err
    import torch

    other = glam_recipe.write(tmp_path / "other.ckpt", {"fc.weight": torch.zeros(1)})
    assert run(exam, "--out", out, "--weights", f"glam={other}") == 1
    assert "fc.weight" in capsys.readouterr().err


def test_a_device_that_is_not_there_is_said_in_a_sentence(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = (write_exam("lina", L_CC), "--out", out, "--weights", f"glam={small_glam}")
    assert run(*common, "--device", "cuda:63") == 1
    assert "cuda:63 is not available" in capsys.readouterr().err


def test_an_output_folder_that_cannot_be_made_is_said_in_a_sentence(
    write_exam: WriteExam, small_glam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").touch()
    exam = write_exam("mara", L_CC)
    assert run(exam, "--out", tmp_path / "taken", "--weights", f"glam={small_glam}") == 1
    assert "results.json could not be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "bad",
    [
        ("--patches", "7"),
        ("--patches", "0"),
        ("--precision", "fp64"),
        ("--device", "gpu"),
        ("--models", "other"),
        ("--weights", "glam"),
        ("--weights", "other=x.ckpt"),
    ],
)
def test_bad_arguments_exit_with_two(
    bad: tuple[str, str], out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run("somewhere", "--out", out, *bad)
    assert ended.value.code == 2
    assert bad[0] in capsys.readouterr().err
    assert not out.exists()
