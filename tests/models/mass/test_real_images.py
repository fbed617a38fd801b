"""Real mammograms go through the published networks with seeded weights, and nothing fails."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.analysis import analyse
from models.exam import L_MLO, STANDARD_VIEWS, Exam, Mammogram, Origin, View
from models.grayscale import Grayscale
from models.mass.results import MassResult
from models.mass.room import check, request
from models.runtime import Runtime
from tests.mass_recipe import layers_of, write_keras

FILES = {
    "segmentation": "upp_xception",
    "breast": "breast_unet5L_1024x768",
    "classifier": "cls_vgg16",
}


@pytest.fixture(scope="module")
def weights(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("weights")
    found = {}
    for role, tag in FILES.items():
        table = json.loads((shared / f"golden/mass/layers/{tag}.json").read_text())
        layers = layers_of(table["weights"], table["gain"])
        found[role] = write_keras(folder / f"{tag}.h5", layers)
    return found


def read(path: Path, view: View) -> Mammogram:
    with Image.open(path) as image:
        pixels = np.asarray(image).astype(np.uint16)
    bits = max(8, int(pixels.max()).bit_length())
    return Mammogram(
        path.stem, path.stem, view.label, view, Origin.LIST, pixels, Grayscale(bits_stored=bits)
    )


def masses(exam: Exam, files: dict[str, Path]) -> MassResult:
    result = analyse(exam, [request(files, {})], Runtime("cpu"))
    assert result.problems == ()
    assert isinstance(result.mass, MassResult)
    return result.mass


def require_sound(result: MassResult, exam: Exam) -> None:
    assert result.views.keys() == exam.mammograms.keys()
    for view, found in result.views.items():
        rows, columns = exam.mammograms[view].shape
        assert found.mask_in_source().shape == (rows, columns)
        assert 0.05 < found.breast_in_source().mean() < 1.0
        for mass in found.findings:
            points = np.concatenate(mass.outline)
            assert (points >= -1e-6).all()
            assert (points <= np.array((rows, columns)) + 1e-6).all()
            assert mass.area_mm2 is None


@pytest.mark.slow
def test_a_whole_exam_goes_through_all_three_networks(
    shared: Path, weights: dict[str, Path]
) -> None:
    images = shared / "data/glam_exam/images"
    exam = Exam(
        "1", "1", {view: read(images / f"0_{view.name}.png", view) for view in STANDARD_VIEWS}
    )
    result = masses(exam, weights)
    require_sound(result, exam)
    assert result.provenance.weights_name == "upp_xception.h5"
    assert result.breast is not None
    assert result.classifier is not None
    assert any(found.findings for found in result.views.values())
    for found in result.views.values():
        assert all(mass.score is not None for mass in found.findings)


@pytest.mark.slow
def test_film_goes_through_too(shared: Path, weights: dict[str, Path]) -> None:
    alone = {"segmentation": weights["segmentation"]}
    for path in sorted((shared / "data/mias_calcs").glob("*.pgm")):
        exam = Exam(path.stem, path.stem, {L_MLO: read(path, L_MLO)})
        result = masses(exam, alone)
        require_sound(result, exam)
        assert result.breast is None


@pytest.mark.parametrize("role", FILES)
def test_the_store_s_check_takes_what_fits(weights: dict[str, Path], role: str) -> None:
    check(role, weights[role])
