"""`fourview analyze --resume`: what is done stays, and never passes for another exam's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.exam import L_CC, R_MLO
from tests.commands.conftest import WriteExam, document
from tests.commands.conftest import analyze as run
from viewer import cli
from viewer.commands import analyze


def darken(path: Path) -> None:
    """Make another image of it: half as bright."""
    with Image.open(path) as image:
        halved = np.asarray(image) // 2
    Image.fromarray(halved).save(path)


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
    exam, other = write_exam("ida", L_CC), write_exam("other", L_CC)
    common = ("--out", out, "--weights", f"glam={small_glam}")
    assert run(exam, *common) == 0
    before = (out / "results.json").read_bytes()
    assert run(other, *common, "--resume", "--patches", 2) == 1
    assert "choose another folder" in capsys.readouterr().err
    assert (out / "results.json").read_bytes() == before
    assert run(exam, *common, "--resume", "--patches", 2) == 0
    (entry,) = document(out)["exams"]
    assert len(entry["views"]["L-CC"]["glam"]["patches"]) == 2


def test_resume_tells_exams_of_the_same_name_apart(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    common = ("--out", out, "--weights", f"glam={small_glam}", "--save-maps")
    first = write_exam("case", L_CC, root="a")
    second = write_exam("case", L_CC, root="b")
    darken(second / "case_L-CC.png")
    assert run(first, *common) == 0
    maps = {path: path.read_bytes() for path in out.rglob("*.npz")}
    assert len(maps) == 1
    for _ in range(2):  # the second time both are done
        assert run(second, *common, "--resume") == 0
        entries = document(out)["exams"]
        assert [entry["id"] for entry in entries] == ["case", "case (2)"]
        files = [Path(entry["views"]["L-CC"]["file"]).parent for entry in entries]
        assert files == [first, second]
    assert all(path.read_bytes() == content for path, content in maps.items())
    assert len(list(out.rglob("*.npz"))) == len(list(out.rglob("*.png"))) == 2


def test_resume_never_writes_over_pictures_and_maps_of_other_exams(
    tmp_path: Path, write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    common = ("--out", out, "--weights", f"glam={small_glam}", "--save-maps")
    folders = [write_exam(name, L_CC) for name in ("one", "two")]
    for folder in folders:
        (folder / f"{folder.name}_L-CC.png").rename(folder / "L-CC.png")
    darken(folders[1] / "L-CC.png")
    assert run(folders[0], *common) == 0
    before = {path: path.read_bytes() for path in (out / "maps").iterdir()}
    assert run(folders[1], *common, "--resume") == 0
    names = [entry["views"]["L-CC"]["image"] for entry in document(out)["exams"]]
    assert names == ["L-CC", "two_L-CC"]
    assert all(path.read_bytes() == content for path, content in before.items())
    for folder in folders:
        page = ("--out", tmp_path / "page.png", "--overlays", "malignant", "--results", out)
        assert cli.main(["render", *map(str, (folder, *page)), "--size", "320x240"]) == 0


def test_resume_does_a_view_again_that_was_repaired(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    common = ("--out", out, "--weights", f"glam={small_glam}")
    exam = write_exam("nora", L_CC, R_MLO)
    path = exam / "nora_R-MLO.png"
    sound = path.read_bytes()
    path.write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    assert run(exam, *common) == 1
    assert list(document(out)["exams"][0]["views"]) == ["L-CC"]
    path.write_bytes(sound)
    assert run(exam, *common, "--resume") == 0
    (entry,) = document(out)["exams"]
    assert list(entry["views"]) == ["L-CC", "R-MLO"]
    assert document(out)["problems"] == []


def test_resume_does_an_exam_again_whose_image_is_another_one_now(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    common = ("--out", out, "--weights", f"glam={small_glam}")
    exam = write_exam("olga", L_CC)
    assert run(exam, *common) == 0
    before = document(out)["exams"][0]["views"]["L-CC"]
    darken(exam / "olga_L-CC.png")
    assert run(exam, *common, "--resume") == 0
    (entry,) = document(out)["exams"]
    assert entry["id"] == "olga"
    assert entry["views"]["L-CC"]["image"] == before["image"]
    assert entry["views"]["L-CC"]["image_id"] != before["image_id"]


def test_resume_adds_maps_that_are_asked_for_later(
    write_exam: WriteExam, small_glam: Path, out: Path
) -> None:
    common = (write_exam("paula", L_CC), "--out", out, "--weights", f"glam={small_glam}")
    assert run(*common) == 0
    assert run(*common, "--resume", "--save-maps") == 0
    assert len(list((out / "maps").glob("*.npz"))) == 1
    assert len(document(out)["exams"]) == 1


@pytest.mark.parametrize(("fact", "value"), [("precision", "bf16"), ("device", "cuda:0")])
def test_resume_does_an_exam_again_that_was_computed_otherwise(
    write_exam: WriteExam, small_glam: Path, out: Path, fact: str, value: str
) -> None:
    common = (write_exam("quinn", L_CC), "--out", out, "--weights", f"glam={small_glam}")
    assert run(*common, "--device", "cpu") == 0
    earlier = document(out)
    made = dict(earlier["exams"][0]["models"]["glam"])
    earlier["exams"][0]["models"]["glam"][fact] = value
    (out / "results.json").write_text(json.dumps(earlier))
    assert run(*common, "--device", "cpu", "--resume") == 0
    (entry,) = document(out)["exams"]
    assert entry["models"]["glam"] == made


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"format": 99, "exams": [], "problems": []}'])
def test_a_results_file_that_is_not_ours_is_left_alone_by_resume(
    write_exam: WriteExam, small_glam: Path, out: Path, content: bytes
) -> None:
    out.mkdir()
    (out / "results.json").write_bytes(content)
    exam = write_exam("jana", L_CC)
    assert run(exam, "--out", out, "--weights", f"glam={small_glam}", "--resume") == 1
    assert (out / "results.json").read_bytes() == content
