"""`fourview analyze` with every model: tables, pictures, maps, inputs, each model for itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.exam import L_CC, L_MLO, R_CC, R_MLO, STANDARD_VIEWS
from tests import small_models
from tests.commands.conftest import WriteExam, analyze, document
from tests.dicom_factory import PHANTOM, make_dicom
from tests.phantoms import breast_pixels
from viewer import cli
from viewer.commands import analyze as command

ALL = "glam,density,microcalcification,mass"


@pytest.fixture
def files(tmp_path: Path, small_glam: Path) -> Mapping[str, Path]:
    """Small seeded weights by what they are called on the command line."""
    calcifications = small_models.calcifications(tmp_path)
    return {
        "glam": small_glam,
        "density": small_models.density_histogram(tmp_path),
        "microcalcification.unet": calcifications["unet"],
        "microcalcification.classifier": calcifications["classifier"],
        "mass.segmentation": small_models.masses(tmp_path)["segmentation"],
    }


def given(files: Mapping[str, Path], *names: str) -> list[str]:
    """Arguments that name these weights, all of them where none is said."""
    return [part for name in names or files for part in ("--weights", f"{name}={files[name]}")]


def view_of(out: Path, name: str = "L-CC") -> dict[str, Any]:
    (entry,) = document(out)["exams"]
    found: dict[str, Any] = entry["views"][name]
    return found


def test_all_models_stand_in_one_table_with_their_files(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, capsys
) -> None:
    exam = write_exam("anna")
    arguments = (exam, "--out", out, "--models", ALL, "--save-maps", "--save-inputs")
    assert analyze(*arguments, *given(files)) == 0
    (entry,) = document(out)["exams"]
    assert list(entry["models"]) == ALL.split(",")
    for model, made in entry["models"].items():
        assert len(made["weights_sha256"]) == 64, model
        assert (made["precision"], made["device"]) == ("fp32", "cpu")
    assert set(entry["models"]["microcalcification"]["files"]) == {"classifier"}
    assert entry["models"]["microcalcification"]["seamless"] is False
    density = entry["density"]
    assert density["model"] == "histogram"
    assert sum(density["probabilities"]) == pytest.approx(1)
    assert density["class"] == "abcd"[int(np.argmax(density["probabilities"]))]
    assert f"density {density['class']} (a " in capsys.readouterr().err
    for view in entry["views"].values():
        assert {"glam", "microcalcification", "mass"} <= set(view)
        image = view["image"]
        for name in (f"{image}.png", f"{image}_findings.png"):
            with Image.open(out / "visualization" / name) as picture:
                assert picture.width > 900
        names = {path.name for path in (out / "maps").glob(f"{image}.*")}
        assert names == {f"{image}{end}.npz" for end in ("", ".microcalcification", ".mass")}
        for model in ALL.split(","):
            path = out / "inputs" / f"{image}.{model}.npz"
            assert path.with_suffix(".png").is_file()
            with np.load(path, allow_pickle=False) as saved:
                (name,) = {key.removesuffix("_to_source") for key in saved} - {"image_id", "model"}
                assert saved[name].dtype == np.float32
                assert saved[f"{name}_to_source"].shape == (6,)


def test_marks_are_in_stored_pixels_and_in_millimetres_where_these_are_known(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path
) -> None:
    exam = write_exam("berta", L_CC)
    assert analyze(exam, "--out", out, "--models", "mass,microcalcification", *given(files)) == 0
    view = view_of(out)
    rows, columns = view["shape"]
    for finding in view["mass"]["findings"]:
        outline = np.array(finding["outline"][0])
        assert ((outline >= -50) & (outline <= (rows + 50, columns + 50))).all()
        assert finding["area_mm2"] is None
        assert finding["area_px"] > 0
    for cluster in view["microcalcification"]["clusters"]:
        assert cluster["count"] == len(cluster["specks"]) >= 3
        assert cluster["extent_mm"] is None
    assert "in pixels" in view["gate"]["mass"]["reasons"][-1]
    assert view["gate"]["mass"]["light"] == "amber"
    assert "glam" not in view
    assert not (out / "visualization" / f"{view['image']}.png").exists()
    assert (out / "predictions.csv").read_text().count("\n") == 1


def test_a_model_without_weights_is_a_problem_and_the_others_are_done(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, capsys
) -> None:
    exam = write_exam("clara", L_CC)
    arguments = (exam, "--out", out, "--models", "glam,mass", *given(files, "glam"))
    assert analyze(*arguments) == 1
    (entry,) = document(out)["exams"]
    assert list(entry["models"]) == ["glam"]
    assert "No weights for Masses were found" in entry["problems"][0]["reason"]
    assert "No weights for Masses" in capsys.readouterr().err


def test_density_of_three_views_is_withheld_and_their_scores_are_not(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path
) -> None:
    exam = write_exam("dora", L_CC, R_CC, L_MLO)
    arguments = ("--models", "glam,density", *given(files, "glam", "density"))
    assert analyze(exam, "--out", out, *arguments) == 1
    (entry,) = document(out)["exams"]
    assert "R MLO is missing" in entry["withheld"]["density"]
    assert entry["density"] is None
    assert entry["gate"]["density"]["light"] == "red"
    assert all("glam" in view for view in entry["views"].values())


def test_resume_keeps_what_every_model_did_and_does_what_one_did_not(
    write_exam: WriteExam,
    files: Mapping[str, Path],
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exam = write_exam("emma")
    common = (exam, "--out", out, *given(files))
    assert analyze(*common, "--models", ALL) == 0
    before = (out / "results.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(command, "load_exam", lambda _: pytest.fail("done already"))
        assert analyze(*common, "--models", ALL, "--resume") == 0
        assert (out / "results.json").read_bytes() == before
    seamless = ("--models", "microcalcification", "--seamless", "--resume")
    assert analyze(*common, *seamless) == 0
    (entry,) = document(out)["exams"]
    assert entry["models"]["microcalcification"]["seamless"] is True
    (out / "visualization" / f"{entry['views']['L-CC']['image']}_findings.png").unlink()
    assert analyze(*common, *seamless) == 0
    names = [path.name for path in (out / "visualization").glob("*_findings.png")]
    assert len(names) == len(STANDARD_VIEWS)


def test_resume_never_mixes_two_classifiers(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, tmp_path: Path, capsys
) -> None:
    common = ("--out", out, "--models", "microcalcification")
    unet = given(files, "microcalcification.unet")
    assert analyze(write_exam("frida", L_CC), *common, *unet) == 0
    classifier = given(files, "microcalcification.classifier")
    assert analyze(write_exam("gerda", R_MLO), *common, *unet, *classifier, "--resume") == 1
    assert "choose another folder" in capsys.readouterr().err


def test_the_file_tells_which_part_of_a_model_it_is(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path
) -> None:
    named = [
        part
        for name in ("microcalcification.classifier", "microcalcification.unet")
        for part in ("--weights", f"microcalcification={files[name]}")
    ]
    exam = write_exam("hanna", L_CC)
    assert analyze(exam, "--out", out, "--models", "microcalcification", *named) == 0
    made = document(out)["exams"][0]["models"]["microcalcification"]
    assert made["weights"] == "unet.safetensors"
    assert made["files"]["classifier"]["weights"] == "resnet18.pt"


def test_one_kind_of_density_can_be_asked_for(
    write_exam: WriteExam, files: Mapping[str, Path], out: Path, tmp_path: Path, capsys
) -> None:
    exam = write_exam("ida")
    both = [*given(files, "density"), "--weights", f"density={small_models.density_cnn(tmp_path)}"]
    for kind in ("histogram", "cnn"):
        place = out / kind
        assert analyze(exam, "--out", place, "--models", f"density:{kind}", *both) == 0
        assert document(place)["exams"][0]["density"]["model"] == kind
    assert analyze(exam, "--out", out, "--models", "density:cnn", *given(files, "density")) == 1
    assert "No weights for Breast density" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--models", "glam,nobody"),
        ("--models", "mass:cnn"),
        ("--models", "density:unet"),
        ("--weights", "mass.unet=x"),
        ("--weights", "nobody=x"),
        ("--weights", "mass="),
    ],
)
def test_names_that_nobody_has_are_bad_arguments(arguments, tmp_path: Path, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["analyze", str(tmp_path), "--out", str(tmp_path / "out"), *arguments])
    assert ended.value.code == 2
    assert f"argument {arguments[0]}: " in capsys.readouterr().err


def test_a_phantom_is_read_by_the_demo_of_each_model_and_a_real_exam_never_is(
    write_exam: WriteExam, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = small_models.density_cnn(tmp_path, "demo-density")
    monkeypatch.setattr(command, "demo_weights", lambda: {"density": demo})
    for view in STANDARD_VIEWS:
        make_dicom(
            tmp_path / "phantom" / f"{view.name}.dcm",
            view=view.position.value,
            laterality=view.laterality.value,
            pixels=breast_pixels(view),
            **PHANTOM,
        )
    assert analyze(tmp_path / "phantom", "--out", out, "--models", "density") == 0
    (entry,) = document(out)["exams"]
    name = "Breast density demo (phantoms only)"
    assert entry["models"]["density"]["model"] == name
    assert entry["density"]["class"] in "abcd"
    real = write_exam("real")
    arguments = ("--models", "density", "--weights", f"density.cnn={demo}")
    assert analyze(real, "--out", tmp_path / "second", *arguments) == 1
    (entry,) = document(tmp_path / "second")["exams"]
    assert f"{name} has seen nothing but phantoms" in entry["withheld"]["density"]
    assert json.dumps(entry["density"]) == "null"
