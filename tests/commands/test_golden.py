"""`fourview analyze` on the real exam list gives the published implementation's numbers."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.glam.evidence import fuse
from viewer import cli

VIEWS = ("L-CC", "R-CC", "L-MLO", "R-MLO")


@pytest.fixture(scope="module")
def analysed(
    shared: Path, glam_recipe_weights: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    """The folder with the results of the whole exam list, and the exit code."""
    out = tmp_path_factory.mktemp("golden")
    weights = f"glam={glam_recipe_weights}"
    exams = str(shared / "data/glam_exam")
    command = ["analyze", exams, "--weights", weights, "--out", str(out), "--save-maps"]
    return out, cli.main(command)


@pytest.fixture(scope="module")
def document(analysed: tuple[Path, int]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((analysed[0] / "results.json").read_text())
    return found


@pytest.fixture(scope="module")
def golden(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "golden/glam/expected.json").read_text())
    return found


def test_the_three_exams_without_images_are_named_and_the_exit_code_is_one(
    analysed: tuple[Path, int], document: dict[str, Any]
) -> None:
    assert analysed[1] == 1
    assert [exam["id"] for exam in document["exams"] if exam["views"]] == ["0"]
    assert {problem["exam"] for problem in document["problems"]} == {"1", "2", "3"}
    missing = {problem["subject"] for problem in document["problems"]}
    assert missing == {f"{exam}_{view}.png" for exam in "123" for view in VIEWS}


@pytest.mark.parametrize("view", VIEWS)
def test_every_number_of_a_view_is_the_published_one(
    document: dict[str, Any], golden: dict[str, Any], view: str
) -> None:
    found, expected = document["exams"][0]["views"][view], golden[view]
    assert found["image"] == f"0_{view}"
    assert found["window_location"] == expected["window_location"]
    assert found["best_center"] == expected["best_center"]
    assert found["glam"]["patch_upper_left"] == expected["patch_upper_left"]
    assert found["glam"]["benign"] == pytest.approx(expected["benign_pred"], abs=5e-6)
    assert found["glam"]["malignant"] == pytest.approx(expected["malignant_pred"], abs=5e-6)


@pytest.mark.parametrize("view", VIEWS)
def test_every_saved_map_is_the_published_one(
    analysed: tuple[Path, int], golden: dict[str, Any], shared: Path, view: str
) -> None:
    ours = np.load(analysed[0] / "maps" / f"0_{view}.npz", allow_pickle=False)
    theirs = np.load(shared / "golden/glam" / f"0_{view}.npz", allow_pickle=False)
    with ours, theirs:
        for name in ("saliency_global", "saliency_patches"):
            np.testing.assert_allclose(ours[name], theirs[name], atol=1e-5)
        assert ours["patch_upper_left"].tolist() == golden[view]["patch_upper_left"]
        corners = tuple((row, column) for row, column in ours["patch_upper_left"].tolist())
        fused = fuse(ours["saliency_global"], ours["saliency_patches"], corners)
        np.testing.assert_allclose(
            fused[:, ::4, ::4], theirs["saliency_fused_stride16"], atol=1e-5
        )


def test_the_table_has_the_published_columns_scores_and_labels(
    analysed: tuple[Path, int], golden: dict[str, Any]
) -> None:
    with (analysed[0] / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["image_index"] for row in rows] == [f"0_{view}" for view in VIEWS]
    for row, view in zip(rows, VIEWS, strict=True):
        assert row["benign_pred"] == f"{golden[view]['benign_pred']:.4f}"
        assert row["malignant_pred"] == f"{golden[view]['malignant_pred']:.4f}"
        assert row["benign_label"] == ("1" if view.startswith("R") else "0")
        assert row["malignant_label"] == "0"
