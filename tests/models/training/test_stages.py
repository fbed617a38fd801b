"""Training looks where the product would, and measures the map that the product would show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from models.glam.evidence import fuse
from models.training import validation
from models.training.samples import Sample, read_samples, write_stack
from models.training.stages import (
    Computing,
    WeakTerms,
    chosen_corners,
    chosen_patches,
    joint_losses,
    new_network,
    patch_saliency,
)
from models.training.validation import early_numbers
from tests.models.training.small import ARCHITECTURE, stored

COMPUTING = Computing()


def test_rare_findings_weigh_more() -> None:
    samples = [stored(0, malignant=True), stored(1), stored(2), stored(3), stored(4)]
    assert WeakTerms.balancing(samples, 0.2).positive_weight == pytest.approx((1.0, 2.0))


def test_each_image_s_patch_is_cut_where_its_own_map_is_highest() -> None:
    images = torch.arange(2 * 640 * 768, dtype=torch.float32).reshape(2, 1, 640, 768)
    levels = torch.zeros(2, 3, 2, 40, 48)
    levels[0, :, 1, 4:36, 8:40] = 1
    levels[1, :, 0, 8:40, 16:48] = 1
    assert chosen_corners(levels) == [(64, 128), (128, 256)]
    patches = chosen_patches(images, levels)
    assert patches.shape == (2, 1, 512, 512)
    assert torch.equal(patches[0], images[0, :, 64:576, 128:640])
    assert torch.equal(patches[1], images[1, :, 128:640, 256:768])


def test_the_joint_stage_teaches_both_networks() -> None:
    network = new_network(ARCHITECTURE, 1, COMPUTING)
    images = torch.randn(2, 1, 512, 576, generator=torch.Generator().manual_seed(1))
    images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    losses = joint_losses(network, images, labels, (WeakTerms(0.1), WeakTerms(0.1)), COMPUTING)
    assert set(losses) == {"global", "local"}
    sum(losses.values()).backward()
    for part in (network.global_network, network.detection_network):
        learned = [one.grad for one in part.parameters() if one.grad is not None]
        assert sum(float(grad.abs().sum()) for grad in learned) > 0


def test_the_early_overlap_is_that_of_the_map_the_product_fuses() -> None:
    network = new_network(ARCHITECTURE, 1, COMPUTING).eval()
    image = torch.randn(1, 1, 2944, 1920, generator=torch.Generator().manual_seed(1))
    saliency = torch.rand(2, 184, 120, generator=torch.Generator().manual_seed(2))
    corner = (256, 160)
    with torch.inference_mode():
        fused = validation._fused(network, image, saliency.clone(), corner, COMPUTING)
        patch = image[..., 256:768, 160:672]
        close = patch_saliency(network.detection_network, patch, half=True).numpy()
    expected = fuse(saliency.numpy(), close, (corner,))
    assert np.allclose(fused.numpy(), expected, atol=1e-6)


def test_early_numbers_are_of_breasts_and_of_views_with_lesions(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    masks = np.zeros((1, 512, 512), bool)
    masks[0, 100:200, 100:300] = True
    for seed in (1, 2):
        for view in ("L-CC", "L-MLO"):
            pixels = chance.integers(0, 1000, (1, 512, 512)).astype(np.uint16)
            lesions = (("malignant", "mass"),) if seed == 1 else ()
            sample = Sample(f"{seed}-L", False, seed == 1, 500.0, 300.0, lesions=lesions)
            path = tmp_path / f"{seed}-{view}.npy"
            write_stack(path, pixels, [sample], masks if lesions else None)
    network = new_network(ARCHITECTURE, 1, COMPUTING)
    numbers = early_numbers(network, read_samples(tmp_path), COMPUTING, local=True)
    assert numbers.auc["malignant"] in (0.0, 1.0)  # one breast of either kind
    assert np.isnan(numbers.auc["benign"])
    assert numbers.hit_any == numbers.hit["malignant"] == 1.0  # the patch is the whole view
    # At the lowest threshold everything is marked.
    assert numbers.dice["malignant"] >= 2 * 20_000 / (512**2 + 20_000) - 1e-9
    assert "malignant: AUC" in numbers.line()


def test_a_shortcut_sums_the_same_whether_it_learns_or_not() -> None:
    shortcut = new_network(ARCHITECTURE, 1, COMPUTING).global_network.get_submodule(
        "downsampling_branch.layer_list.1.0.downsample"
    )
    features = torch.randn(2, shortcut[0].in_channels, 13, 10)
    learning = shortcut(features)
    with torch.inference_mode():
        assert torch.allclose(shortcut(features), learning, atol=1e-6)
    assert learning.shape[2:] == (7, 5)
