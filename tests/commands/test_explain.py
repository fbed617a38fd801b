"""`fourview analyze --explain`: a picture for every score, of that score, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from models.exam import L_CC, R_MLO
from tests import small_models
from tests.commands.conftest import WriteExam, analyze, document
from tests.commands.test_models import given
from tests.dicom_factory import PHANTOM, make_dicom
from tests.phantoms import breast_pixels
from viewer.commands import analyze as command
from viewer.commands import explanations
from viewer.exam_io.own_files import is_own_picture
from viewer.exam_io.scan import scan

MODEL = ("--models", "microcalcification")


@pytest.fixture
def files(tmp_path: Path) -> Mapping[str, Path]:
    """Small weights by what they are called on the command line."""
    found = small_models.calcifications(tmp_path)
    return {f"microcalcification.{role}": path for role, path in found.items()}


def scores_of(out: Path) -> dict[str, float]:
    """By name of the picture that there has to be."""
    (entry,) = document(out)["exams"]
    return {
        f"{view['image']}.C{number}.png": cluster["score"]
        for view in entry["views"].values()
        for number, cluster in enumerate(view["microcalcification"]["clusters"], start=1)
        if cluster["score"] is not None
    }


def pictures(out: Path) -> set[str]:
    return {path.name for path in (out / "explanations").glob("*")}


def test_every_score_has_a_picture_that_is_no_mammogram(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam, said = write_exam("anna", L_CC, R_MLO), {}
    draw = explanations.draw_explanation

    def watched(image, result, cluster, shown):  # type: ignore[no-untyped-def]
        said[f"{image.name}.{cluster.label}.png"] = (cluster.score, shown)
        return draw(image, result, cluster, shown)

    monkeypatch.setattr(explanations, "draw_explanation", watched)
    assert analyze(exam, "--out", out, *MODEL, *given(files), "--explain") == 0
    expected = scores_of(out)
    assert expected
    assert pictures(out) == set(expected)
    for name, score in expected.items():
        told, shown = said[name]
        assert told == pytest.approx(score)
        assert shown.score == pytest.approx(score, abs=1e-3)
        path = out / "explanations" / name
        assert is_own_picture(path)
        with Image.open(path) as picture:
            assert picture.width > 1300
            assert "Research use only" in picture.info["Disclaimer"]
    assert document(out)["problems"] == []
    images = [image.path for exam in scan([out]).exams for image in exam.images]
    assert images == [], "what lies beside results is no mammogram"


def test_without_the_model_or_its_classifier_one_sentence_says_so_before_anything_is_done(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, capsys
) -> None:
    exam = write_exam("berta", L_CC)
    assert analyze(exam, "--out", out, "--models", "mass", "--explain") == 2
    assert "add --models microcalcification" in capsys.readouterr().err
    unet = given(files, "microcalcification.unet")
    assert analyze(exam, "--out", out, *MODEL, *unet, "--explain") == 1
    assert "clusters have no score, so there is nothing to explain" in capsys.readouterr().err
    assert not out.exists()


def test_demo_weights_have_no_classifier_and_say_so(tmp_path: Path, out: Path, capsys) -> None:
    path = tmp_path / "L_CC.dcm"
    make_dicom(path, pixels=breast_pixels(L_CC), **PHANTOM)
    assert analyze(path, "--out", out, *MODEL, "--explain") == 1
    assert "The demo weights have no classifier" in capsys.readouterr().err


def test_an_exam_without_classifier_is_a_problem_beside_those_with_one(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "require_classifier", lambda chosen: None)
    exam = write_exam("clara", L_CC)
    unet = given(files, "microcalcification.unet")
    assert analyze(exam, "--out", out, *MODEL, *unet, "--explain") == 1
    (problem,) = document(out)["exams"][0]["problems"]
    assert problem["subject"] == "Microcalcifications"
    assert "nothing to explain" in problem["reason"]


def test_resume_explains_what_is_not_explained_and_nothing_twice(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = write_exam("dora", L_CC)
    common = (exam, "--out", out, *MODEL, *given(files), "--resume")
    assert analyze(*common) == 0
    assert pictures(out) == set()
    assert analyze(*common, "--explain") == 0
    name = min(scores_of(out))
    with monkeypatch.context() as patch:
        patch.setattr(command, "load_exam", lambda _: pytest.fail("done already"))
        assert analyze(*common, "--explain") == 0
    (out / "explanations" / name).unlink()
    assert analyze(*common, "--explain") == 0
    assert pictures(out) == set(scores_of(out))


def test_pictures_of_clusters_that_are_no_more_go_and_those_of_others_stay(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path
) -> None:
    exam = write_exam("emma", L_CC)
    folder = out / "explanations"
    folder.mkdir(parents=True)
    for name in ("emma_L-CC.C77.png", "emma_L-CC2.C1.png", "emma_L-CC.Cx.png"):
        (folder / name).write_bytes(b"of another run")
    assert analyze(exam, "--out", out, *MODEL, *given(files), "--explain") == 0
    left = {"emma_L-CC2.C1.png", "emma_L-CC.Cx.png"}
    assert pictures(out) == set(scores_of(out)) | left


def test_what_cannot_be_written_or_explained_is_a_problem_and_the_rest_is_done(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = write_exam("frida", L_CC)
    out.mkdir()
    (out / "explanations").write_text("a file where a folder has to be")
    assert analyze(exam, "--out", out, *MODEL, *given(files), "--explain") == 1
    problems = document(out)["exams"][0]["problems"]
    assert {problem["subject"] for problem in problems} == {
        f"L CC, {name.split('.')[-2]}" for name in scores_of(out)
    }
    assert "could not be written" in problems[0]["reason"]
    (out / "explanations").unlink()
    monkeypatch.setattr("models.microcalcification.explain._SAME_SCORE", -1.0)
    assert analyze(exam, "--out", out, *MODEL, *given(files), "--explain") == 1
    problem = document(out)["exams"][0]["problems"][0]
    assert "does not give this cluster the score" in problem["reason"]
    assert problem["file"].endswith("frida_L-CC.png")
    assert not list((out / "explanations").glob("*")) if (out / "explanations").exists() else True
