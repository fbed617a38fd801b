"""Masses in the frame: results kept and read back, inputs shown, files told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.analysis import analyse
from models.cache import ResultCache
from models.errors import WeightsMismatchError, WeightsNotFoundError
from models.exam import R_MLO, STANDARD_VIEWS
from models.mass.results import MassResult
from models.mass.room import check, request
from models.reading import view_units
from models.runtime import Placement, Runtime
from tests import small_models
from tests.mass_recipe import own_layers, write_keras
from tests.models.conftest import MakeExam

CPU = Placement("cpu", "fp32")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A small network for masses and the published one for breasts, seeded."""
    breast = write_keras(tmp_path / "breast.h5", own_layers("unet5", 16))
    return {**small_models.masses(tmp_path), "breast": breast}


def test_an_exam_is_read_once_and_kept(
    make_exam: MakeExam, files: dict[str, Path], tmp_path: Path
) -> None:
    exam = make_exam(*STANDARD_VIEWS)
    cache = ResultCache(tmp_path / "kept")
    alone = {"segmentation": files["segmentation"]}
    first = analyse(exam, [request(alone, {})], Runtime("cpu"), cache=cache).mass
    again = analyse(exam, [request(alone, {})], Runtime("cpu"), cache=cache).mass
    assert isinstance(first, MassResult)
    assert isinstance(again, MassResult)
    assert first.views.keys() == set(STANDARD_VIEWS)
    assert first.provenance.weights_name == "mass.safetensors"
    assert first.breast is first.classifier is None
    for view, found in first.views.items():
        kept = again.views[view]
        np.testing.assert_array_equal(kept.probability.values, found.probability.values)
        assert kept.probability.grid_to_source == found.probability.grid_to_source
        assert len(kept.findings) == len(found.findings)
        for one, other in zip(kept.findings, found.findings, strict=True):
            assert one.area_px == other.area_px
            for mine, theirs in zip(one.outline, other.outline, strict=True):
                np.testing.assert_array_equal(mine, theirs)
        assert not kept.probability.values.flags.writeable


def test_what_the_networks_see_is_shown_with_its_place(
    make_exam: MakeExam, files: dict[str, Path]
) -> None:
    exam = make_exam(R_MLO)
    reading = request(files, {}).open()
    runtime = Runtime("cpu")
    for unit in view_units(exam):
        whole, crop = reading.inputs(unit, CPU, runtime)
        assert whole.values.shape == (1024, 768)
        assert crop.values.shape == (96, 64)
        (mammogram,) = unit.images
        shown = whole.in_source()
        # The lump is the brightest, in the file and in what the network saw of it.
        lump = mammogram.pixels > 2000
        assert shown[lump].min() > shown[~lump].mean() + 0.2
    reading = request({"segmentation": files["segmentation"]}, {}).open()
    (crop,) = reading.inputs(view_units(exam)[0], CPU, runtime)
    assert crop.name == "crop"


def test_masses_need_the_network_that_outlines_them(files: dict[str, Path]) -> None:
    with pytest.raises(WeightsNotFoundError, match="outlines masses"):
        request({"breast": files["breast"]}, {}).open()


def test_the_store_s_check_refuses_what_does_not_fit(files: dict[str, Path]) -> None:
    check("segmentation", files["segmentation"])
    check("breast", files["breast"])
    with pytest.raises(WeightsMismatchError):
        check("classifier", files["breast"])
