"""From a mammogram to masses in stored pixels, however the file lies, and back out at any step."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.errors import Cancelled, ModelError, NotApplicableError
from models.exam import L_CC, R_CC, R_MLO, View
from models.geometry import Orientation
from models.mass.architecture import MassArchitecture
from models.mass.checkpoint import Segmenter
from models.mass.predictor import (
    LoadedMass,
    load,
    load_for_breast,
    load_for_scores,
    predict,
)
from models.runtime import Placement
from tests.mass_recipe import own_layers, write_keras
from tests.models.conftest import MakeMammogram

FP32 = Placement("cpu", "fp32")
ORIENTATIONS = [Orientation(*turns) for turns in itertools.product((False, True), repeat=3)]
# The lump of tests.models.conftest.hung_breast as a left breast hangs, 760 × 540.
LUMP_ROW, LUMP_COLUMN, LUMP_RADIUS = 420, 210, 60
COLUMNS = 540


class Bright(nn.Module):
    """Marks what is brighter than a threshold: a model whose answer everybody knows."""

    def __init__(self, above: float) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 1)
        nn.init.constant_(self.conv.weight, 60.0)
        nn.init.constant_(self.conv.bias, -60.0 * above)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.conv(images[:, :1]).sigmoid()
        return out


class Area(nn.Module):
    """Scores a mask by its area."""

    def forward(self, images: Tensor) -> Tensor:
        return images.mean(dim=(1, 2, 3))


def bright(classifier: nn.Module | None = None, above: float = 0.5) -> LoadedMass:
    breast = Segmenter(Bright(0.1), MassArchitecture("unet5", 1, (1024, 768)))
    return LoadedMass(Segmenter(Bright(above), MassArchitecture()), FP32, breast, classifier)


def go_on() -> None:
    pass


def ignore(step: int, what: str) -> None:
    pass


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("view", [L_CC, R_MLO])
def test_a_mass_lies_where_it_is_in_the_file(
    make_mammogram: MakeMammogram, view: View, orientation: Orientation
) -> None:
    mammogram = make_mammogram(view, orientation, pixel_spacing_mm=(0.1, 0.1))
    found = predict(mammogram, bright(), ignore, go_on)
    column = LUMP_COLUMN if view is L_CC else COLUMNS - 1 - LUMP_COLUMN
    y, x = np.mgrid[:760, :COLUMNS]
    lump = (y - LUMP_ROW) ** 2 + (x - column) ** 2 < LUMP_RADIUS**2
    truth = orientation.inverse().apply(lump)
    mask = found.mask_in_source()
    assert mask.shape == mammogram.shape
    assert (mask & truth).sum() > 0.96 * (mask | truth).sum()

    (mass,) = found.findings
    rows, columns = np.nonzero(truth)
    (outline,) = mass.outline
    np.testing.assert_allclose(
        outline[:-1].mean(axis=0), (rows.mean() + 0.5, columns.mean() + 0.5), atol=1.0
    )
    assert mass.area_px == pytest.approx(truth.sum(), rel=0.03)
    assert mass.longest_diameter_mm == pytest.approx(12.0, abs=0.3)
    assert mass.score is found.score is None

    tissue = mammogram.pixels > 0
    breast = found.breast_in_source()
    assert (breast & tissue).sum() > 0.97 * (breast | tissue).sum()


def test_all_orientations_give_the_same_numbers(make_mammogram: MakeMammogram) -> None:
    diameters = {
        predict(make_mammogram(R_CC, turn), bright(), ignore, go_on).findings[0].area_px
        for turn in ORIENTATIONS
    }
    assert max(diameters) == pytest.approx(min(diameters), rel=1e-9)


def test_without_a_network_for_it_the_breast_is_found_by_grey_values(
    make_mammogram: MakeMammogram,
) -> None:
    mammogram = make_mammogram()
    loaded = LoadedMass(bright().segmentation, FP32)
    found = predict(mammogram, loaded, ignore, go_on)
    tissue = mammogram.pixels > 0
    breast = found.breast_in_source()
    assert (breast & tissue).sum() > 0.95 * (breast | tissue).sum()
    assert len(found.findings) == 1


def test_each_outline_is_scored_by_itself_and_all_together(
    make_mammogram: MakeMammogram,
) -> None:
    pixels = make_mammogram().pixels.copy()
    pixels[200:240, 100:160] = 3000
    found = predict(make_mammogram(pixels=pixels), bright(Area()), ignore, go_on)
    larger, smaller = (mass.score for mass in found.findings)
    assert larger is not None
    assert smaller is not None
    assert larger > smaller > 0
    assert found.score == pytest.approx(larger + smaller, rel=0.01)


def test_an_image_without_a_mass_has_no_score(make_mammogram: MakeMammogram) -> None:
    found = predict(make_mammogram(), bright(Area(), above=0.99), ignore, go_on)
    assert found.findings == ()
    assert found.score is None
    assert not found.mask_in_source().any()


def test_every_step_is_announced_and_can_be_the_last(make_mammogram: MakeMammogram) -> None:
    mammogram, loaded = make_mammogram(), bright(Area())
    steps: list[int] = []
    predict(mammogram, loaded, lambda step, what: steps.append(step), go_on)
    assert steps == [0, 1, 2]

    for last in steps:

        def begin(step: int, what: str, last: int = last) -> None:
            if step == last:
                raise Cancelled

        with pytest.raises(Cancelled):
            predict(mammogram, loaded, begin, go_on)


def test_a_network_asks_between_its_convolutions_whether_to_go_on(
    tmp_path: Path, make_mammogram: MakeMammogram
) -> None:
    path = write_keras(tmp_path / "breast.h5", own_layers("unet5", 16))
    loaded = LoadedMass(bright().segmentation, FP32, load_for_breast(path, FP32))
    asked = itertools.count()

    def pause() -> None:
        if next(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        predict(make_mammogram(), loaded, ignore, pause)
    assert next(asked) == 4


def test_an_image_of_no_view_and_one_without_a_breast_are_not_analysed(
    make_mammogram: MakeMammogram,
) -> None:
    with pytest.raises(NotApplicableError, match="none of the four"):
        predict(dataclasses.replace(make_mammogram(), view=None), bright(), ignore, go_on)
    black = np.zeros((100, 80), np.uint16)
    with pytest.raises(NotApplicableError, match="No breast"):
        predict(make_mammogram(pixels=black), bright(), ignore, go_on)


def test_numbers_that_are_none_are_an_error(make_mammogram: MakeMammogram) -> None:
    loaded = bright()
    nn.init.constant_(loaded.segmentation.network.conv.bias, float("nan"))  # type: ignore[arg-type,union-attr]
    with pytest.raises(ModelError, match="no finite numbers"):
        predict(make_mammogram(), loaded, ignore, go_on)


@pytest.mark.slow
def test_published_sizes_read_an_image_in_one_go(
    tmp_path: Path, make_mammogram: MakeMammogram
) -> None:
    files = {
        name: write_keras(tmp_path / f"{name}.h5", own_layers(name, width))
        for name, width in (("upp_xception", 12), ("unet5", 16), ("vgg16", 64))
    }
    loaded = LoadedMass(
        load(files["upp_xception"], FP32),
        FP32,
        load_for_breast(files["unet5"], FP32),
        load_for_scores(files["vgg16"], FP32),
    )
    mammogram = make_mammogram()
    found = predict(mammogram, loaded, ignore, go_on)
    assert found.probability.values.shape == (640, 640)
    assert found.breast.values.shape == (1024, 768)
    assert not found.probability.values.flags.writeable
    assert all(mass.score is not None for mass in found.findings)
    assert torch.is_inference_mode_enabled() is False
