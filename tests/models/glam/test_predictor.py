"""The networks, the choice of patches and the fused map equal the published ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from models.exam import FindingClass, Mammogram, Origin, View
from models.geometry import Affine
from models.glam import preprocess
from models.glam.evidence import GlamEvidence, fuse
from models.glam.network import GlamArchitecture, GlamNetwork
from models.glam.predictor import LoadedGlam, choose_patches, load, predict
from models.grayscale import Grayscale
from models.preparation import upright
from models.runtime import Placement
from tests import glam_recipe

FP32 = Placement("cpu", "fp32")


@pytest.fixture(scope="module")
def recipe_glam(glam_recipe_weights: Path) -> LoadedGlam:
    return LoadedGlam(load(glam_recipe_weights, FP32), FP32)


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict[str, Any]:
    golden: dict[str, Any] = json.loads((shared / "golden/glam/expected.json").read_text())
    return golden


def real_mammogram(shared: Path, view: str) -> Mammogram:
    with Image.open(shared / f"data/glam_exam/images/0_{view}.png") as png:
        pixels = np.asarray(png).astype(np.uint16)
    named = View.from_name(view)
    return Mammogram(view, f"0_{view}", named.label, named, Origin.LIST, pixels, Grayscale())


def window_of(mammogram: Mammogram) -> torch.Tensor:
    """The normalised input, shape (1, 1, 2944, 1920)."""
    assert mammogram.view is not None
    laid = upright(mammogram)
    frame = preprocess.frame_of(laid.pixels, laid.facing_right, mammogram.view.position)
    placed = preprocess.place(laid.pixels, laid.facing_right, frame)
    return torch.from_numpy(preprocess.normalise(placed))[None, None]


def run(mammogram: Mammogram, glam: LoadedGlam, patches: int) -> GlamEvidence:
    return predict(mammogram, glam, patches, lambda step, what: None, lambda: None)


def test_the_state_dict_is_the_checkpoint_s(shared: Path) -> None:
    manifest = json.loads((shared / "golden/glam/state_dict_manifest.json").read_text())
    with torch.device("meta"):
        network = GlamNetwork(GlamArchitecture())
    ours = {
        key: [list(tensor.shape), str(tensor.dtype).removeprefix("torch.")]
        for key, tensor in network.state_dict().items()
    }
    assert ours == manifest
    assert len(ours) == 352
    assert sum(parameter.numel() for parameter in network.parameters()) == 24_086_140


@pytest.mark.parametrize("view", ["L-CC", "R-CC", "L-MLO", "R-MLO"])
def test_scores_of_every_level_are_the_published_ones(
    shared: Path, expected: dict[str, Any], recipe_glam: LoadedGlam, view: str
) -> None:
    with torch.inference_mode():
        found = recipe_glam.network.global_network(window_of(real_mammogram(shared, view)))
    golden = expected[view]
    scores = [golden["benign_pred"], golden["malignant_pred"]]
    np.testing.assert_allclose(found.scores[0].numpy(), scores, atol=5e-6)
    np.testing.assert_allclose(found.level_scores[0].numpy(), golden["level_preds"], atol=5e-6)
    with np.load(shared / f"golden/glam/0_{view}.npz") as maps:
        np.testing.assert_allclose(found.saliency[0].numpy(), maps["saliency_global"], atol=5e-6)
    corners = choose_patches(found.saliency[0], 1)
    assert [list(corner) for corner in corners] == golden["patch_upper_left"]


def test_six_patches_are_chosen_and_read_as_published(
    shared: Path, expected: dict[str, Any], recipe_glam: LoadedGlam
) -> None:
    """The choice of all six, and the maps of the first and the last; the rest is the slow test."""
    window = window_of(real_mammogram(shared, "R-CC"))
    with torch.inference_mode(), np.load(shared / "golden/glam/0_R-CC_k6.npz") as maps:
        corners = choose_patches(recipe_glam.network.global_network(window).saliency[0], 6)
        assert [list(corner) for corner in corners] == expected["R-CC k=6"]["patch_upper_left"]
        for rank in (0, 5):
            row, column = corners[rank]
            patch = window[..., row : row + 512, column : column + 512]
            found = recipe_glam.network.detection_network(patch)[0].numpy()
            np.testing.assert_allclose(found, maps["saliency_patches"][rank], atol=1e-5)


@pytest.mark.slow
def test_six_patches_give_every_published_number(
    shared: Path, expected: dict[str, Any], recipe_glam: LoadedGlam
) -> None:
    golden = expected["R-CC k=6"]
    found = run(real_mammogram(shared, "R-CC"), recipe_glam, patches=6)
    assert [list(corner) for corner in found.corners] == golden["patch_upper_left"]
    assert found.scores == pytest.approx(
        (golden["benign_pred"], golden["malignant_pred"]), abs=5e-6
    )
    view = found.to_view()
    with np.load(shared / "golden/glam/0_R-CC_k6.npz") as maps:
        np.testing.assert_allclose(view.saliency_global, maps["saliency_global"], atol=1e-5)
        np.testing.assert_allclose(view.saliency_patches, maps["saliency_patches"], atol=1e-5)
        probe = view.saliency.values[:, ::4, ::4]
        np.testing.assert_allclose(probe, maps["saliency_fused_stride16"], atol=1e-5)


def test_the_four_pixel_grid_holds_the_fused_map_without_loss() -> None:
    rng = np.random.default_rng(3)
    whole = rng.random((2, 184, 120), dtype=np.float32)
    close = rng.random((3, 2, 128, 128), dtype=np.float32)
    corners = ((0, 0), (256, 160), (2432, 1408))
    canvas = np.zeros((2, 2944, 1920), np.float32)
    for patch, (row, column) in zip(close, corners, strict=True):
        canvas[:, row : row + 512, column : column + 512] = patch.repeat(4, 1).repeat(4, 2)
    per_pixel = (canvas + whole.repeat(16, 1).repeat(16, 2)) / 2

    evidence = GlamEvidence(
        (0.1, 0.2), whole, close, corners, (0, 2944, 0, 1920), (0, 0), Affine(), (2944, 1920)
    )
    saliency = evidence.to_view().saliency
    assert saliency.values.shape == (2, 736, 480)
    for channel, finding in enumerate(FindingClass):
        assert np.array_equal(saliency.in_source(finding), per_pixel[channel])


def test_fused_values_stay_between_zero_and_one() -> None:
    fused = fuse(
        np.ones((2, 184, 120), np.float32), np.ones((1, 2, 128, 128), np.float32), ((16, 32),)
    )
    assert fused.max() == 1.0
    assert fused[0, 4, 8] == 1.0
    assert fused[0, 3, 8] == 0.5


def test_the_first_of_equal_windows_is_chosen_and_chosen_ground_is_not_chosen_again() -> None:
    saliency = torch.zeros(2, 184, 120)
    saliency[0, 40:72, 20:52] = 1
    saliency[1, 100:132, 70:102] = 1
    assert choose_patches(saliency, 3) == ((640, 320), (1600, 1120), (0, 0))


def test_a_map_without_contrast_still_gives_a_patch() -> None:
    assert choose_patches(torch.full((2, 184, 120), 0.5), 1) == ((0, 0),)


def test_folding_leaves_the_predictions_of_any_architecture() -> None:
    small = GlamArchitecture((2, 3, 4, 5, 6), (2, 1, 2, 1, 2), (4, 6), (2, 2), top_fraction=0.1)
    network = GlamNetwork(small)
    network.load_state_dict(glam_recipe.state_dict(small))
    network.eval()
    image = torch.from_numpy(np.random.default_rng(1).random((1, 1, 320, 256), np.float32))
    with torch.inference_mode():
        evidence = network.global_network(image)
        close = network.detection_network(image[..., :64, 64:128])
        network.fold_norms()
        folded = network.global_network(image)
        assert torch.allclose(folded.saliency, evidence.saliency, atol=1e-5)
        assert torch.allclose(folded.scores, evidence.scores, atol=1e-5)
        assert torch.allclose(network.detection_network(image[..., :64, 64:128]), close, atol=1e-5)
    assert close.shape == (1, 2, 16, 16)


def test_bfloat16_keeps_scores_and_corners_and_nearly_the_saliency(
    shared: Path, expected: dict[str, Any], glam_recipe_weights: Path
) -> None:
    half = Placement("cpu", "bf16")
    found = run(
        real_mammogram(shared, "L-CC"), LoadedGlam(load(glam_recipe_weights, half), half), 1
    )
    golden = expected["L-CC"]
    assert [list(corner) for corner in found.corners] == golden["patch_upper_left"]
    assert found.scores == pytest.approx(
        (golden["benign_pred"], golden["malignant_pred"]), abs=5e-6
    )
    with np.load(shared / "golden/glam/0_L-CC.npz") as maps:
        difference = np.abs(found.saliency_patches - maps["saliency_patches"]).max()
    assert 0 < difference < 2e-2
