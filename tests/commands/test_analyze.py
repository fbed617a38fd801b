"""`fourview analyze`: every exam that can be analysed is, and whatever cannot is named."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.exam import L_CC, R_MLO
from tests import glam_recipe
from tests.commands.conftest import WriteExam, document
from tests.commands.conftest import analyze as run
from tests.dicom_factory import make_exam as make_dicom_exam


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
    notice = "Not a medical device. Research use only.\n"
    told = f"exam 1 of 1\n{len(rows)} views analysed; the results are in {out}.\n"
    assert capsys.readouterr().err == notice + told


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


def test_an_exam_without_a_standard_view_is_listed_with_every_reason(
    tmp_path: Path, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_dicom_exam(tmp_path / "raw", PresentationIntentType="FOR PROCESSING")
    assert run(tmp_path / "raw", "--out", out, "--weights", f"glam={small_glam}") == 1
    (entry,) = document(out)["exams"]
    assert entry["views"] == {}
    assert len(entry["set_aside"]) == 4
    told = capsys.readouterr().err
    for side in ("L_CC", "R_CC", "L_MLO", "R_MLO"):
        assert f"{side}.dcm" in told
        assert any(f"{side}.dcm" in problem["reason"] for problem in entry["problems"])


def test_what_is_missing_set_aside_or_guessed_is_said_but_is_no_failure(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exam = write_exam("rosa", L_CC, R_MLO)
    mirrored = exam / "rosa_R-MLO.png"
    with Image.open(mirrored) as image:
        Image.fromarray(np.asarray(image)[:, ::-1].copy()).save(mirrored)
    (exam / "rosa_L-CC_spot.png").write_bytes((exam / "rosa_L-CC.png").read_bytes())
    assert run(exam, "--out", out, "--weights", f"glam={small_glam}") == 0
    found = document(out)
    (entry,) = found["exams"]
    assert found["problems"] == entry["problems"] == []
    assert entry["missing"] == ["R-CC", "L-MLO"]
    assert [Path(aside["file"]).name for aside in entry["set_aside"]] == ["rosa_L-CC_spot.png"]
    assert [Path(remark["file"]) for remark in entry["remarks"]] == [mirrored]
    told = capsys.readouterr().err
    for words in ("nothing to analyse for R CC, L MLO", "set aside: ", "rosa_R-MLO.png"):
        assert words in told


def test_problems_stand_in_their_exam_and_in_the_whole_list(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    exam = write_exam("sara", L_CC, R_MLO)
    (exam / "sara_L-CC.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    (exam / "odd.dcm").write_bytes(b"no DICOM at all")
    assert run(exam, "--out", out, "--weights", f"glam={small_glam}") == 1
    found = document(out)
    (entry,) = found["exams"]
    assert [problem["subject"] for problem in entry["problems"]] == ["L CC"]
    of_none, of_exam = found["problems"]
    assert (of_none["exam"], of_none["subject"]) == (None, "odd.dcm")
    assert of_exam == {"exam": entry["id"], **entry["problems"][0]}


def test_names_that_are_no_text_stop_nothing(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    folder = write_exam("tess", L_CC)
    odd = folder.with_name("t\udcffss")
    try:
        folder.rename(odd)
        (odd / "tess_L-CC.png").rename(odd / "\udcfe_L-CC.png")
    except OSError:
        pytest.skip("this file system takes no such names")
    (odd / "\udcfd_R-CC.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    common = (odd.parent, "--out", out, "--weights", f"glam={small_glam}", "--save-maps")
    write_exam("ute", L_CC)
    for more in ((), ("--resume",)):
        assert run(*common, *more) == 1
        ids = [entry["id"] for entry in document(out)["exams"]]
        assert any(r"t\udcffss" in exam_id for exam_id in ids)
        assert "ute" in ids
    assert len((out / "predictions.csv").read_text().splitlines()) == 3


def test_long_names_are_shortened_and_stay_apart(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    exam = write_exam("vera", L_CC)
    start = "x" * 240
    (exam / "vera_L-CC.png").rename(exam / f"{start}_L-CC.png")
    (exam / f"{start}_R-CC.png").write_bytes((exam / f"{start}_L-CC.png").read_bytes())
    assert run(exam, "--out", out, "--weights", f"glam={small_glam}", "--save-maps") == 0
    names = {view["image"] for view in document(out)["exams"][0]["views"].values()}
    for folder, suffix in (("visualization", "png"), ("maps", "npz")):
        assert {f"{name}.{suffix}" for name in names} == {
            path.name for path in (out / folder).iterdir()
        }
    assert len(names) == 2


def test_a_picture_that_cannot_be_written_is_a_problem_of_its_exam_alone(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = (write_exam("wilma", L_CC).parent, "--out", out, "--weights", f"glam={small_glam}")
    write_exam("xenia", L_CC)
    blocked = out / "visualization" / "wilma_L-CC.png"
    blocked.mkdir(parents=True)
    assert run(*common) == 1
    wilma, xenia = document(out)["exams"]
    assert "could not be written" in wilma["problems"][0]["reason"]
    assert "glam" in wilma["views"]["L-CC"]
    assert xenia["problems"] == []
    assert "could not be written" in capsys.readouterr().err
    blocked.rmdir()
    assert run(*common, "--resume") == 0
    assert blocked.is_file()


@pytest.mark.parametrize("place", ["out", "."])
def test_results_within_the_input_are_never_analysed(
    write_exam: WriteExam, small_glam: Path, place: str
) -> None:
    exam = write_exam("yara")
    out = exam / place
    common = (exam, "--out", out, "--weights", f"glam={small_glam}", "--save-maps")
    for more in ((), (), ("--resume",)):
        assert run(*common, *more) == 0
        assert [entry["id"] for entry in document(out)["exams"]] == ["yara"]
        assert len(list(out.rglob("visualization/*"))) == 4


def test_results_given_by_name_are_refused_in_a_sentence(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--weights", f"glam={small_glam}")
    assert run(write_exam("zoe"), "--out", out, *common) == 0
    elsewhere = out.with_name("elsewhere")
    assert run(out, "--out", elsewhere, *common) == 1
    assert "no mammogram was found" in capsys.readouterr().err
    assert document(elsewhere)["exams"] == []


def test_a_precision_that_the_device_does_not_offer_is_said_in_a_sentence(
    write_exam: WriteExam, small_glam: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = (write_exam("amy", L_CC), "--out", out, "--weights", f"glam={small_glam}")
    assert run(*common, "--device", "cpu", "--precision", "fp16") == 1
    assert "fp16 is not available on cpu" in capsys.readouterr().err


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
    assert "noise.ckpt is no weights file" in capsys.readouterr().err
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


def test_whatever_else_lies_in_the_output_folder_is_no_input(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    exam = write_exam("ben", L_CC)
    inside = exam / "out" / "earlier"
    inside.mkdir(parents=True)
    (inside / "L-CC.png").write_bytes((exam / "ben_L-CC.png").read_bytes())
    (inside / "damaged.dcm").write_bytes(b"no DICOM at all")
    weights = ("--weights", f"glam={small_glam}")
    assert run(exam, "--out", exam / "out", *weights) == 0
    assert [entry["id"] for entry in document(exam / "out")["exams"]] == ["ben"]
    assert run(exam, "--out", out, *weights) == 1
    assert len(document(out)["exams"]) == 2
