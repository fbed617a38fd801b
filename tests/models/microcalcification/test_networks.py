"""The networks give the reference's numbers for the recipe's weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from models.microcalcification.classifier import load_classifier, region_input
from models.microcalcification.explain import grad_cam
from models.microcalcification.network_classifiers import (
    ResNet18Classifier,
    RoiClassifier,
    Vgg16Classifier,
)
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.predictor import LoadedDeepMiCa, load_unet, probabilities
from tests import recipe
from tests.models.microcalcification.conftest import CPU, Arrays, save

Goldens = tuple[Arrays, Mapping[str, Any]]
CLASSIFIERS: Mapping[str, type[RoiClassifier]] = {
    "resnet18": ResNet18Classifier,
    "vgg16bn": Vgg16Classifier,
}


@pytest.fixture(scope="module")
def unet_file(tmp_path_factory: pytest.TempPathFactory, network_goldens: Goldens) -> Path:
    with torch.device("meta"):
        network = UNet(UNetArchitecture())
    gain = network_goldens[1]["unet_gain"]
    return save(network, tmp_path_factory.mktemp("unet") / "unet.pt", gain)


def shapes_of(network: nn.Module) -> Mapping[str, list[int]]:
    return {key: list(tensor.shape) for key, tensor in network.state_dict().items()}


def test_the_unet_has_the_checkpoint_s_entries(network_goldens: Goldens) -> None:
    with torch.device("meta"):
        network = UNet(UNetArchitecture())
    assert shapes_of(network) == network_goldens[1]["unet_keys"]
    assert len(shapes_of(network)) == 136
    assert sum(each.numel() for each in network.parameters()) == 31_042_369


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_classifiers_have_the_checkpoints_entries(network_goldens: Goldens, name: str) -> None:
    with torch.device("meta"):
        network = CLASSIFIERS[name]()
    assert shapes_of(network) == network_goldens[1][f"{name}_keys"]
    parameters = sum(each.numel() for each in network.parameters())
    assert parameters == network_goldens[1][f"{name}_params"]


def test_the_recipe_is_the_goldens(network_goldens: Goldens) -> None:
    numbers = network_goldens[1]
    for key, digest in numbers["unet_seed_sha"].items():
        value = recipe.torch_value(key, tuple(numbers["unet_keys"][key]), numbers["unet_gain"])
        assert hashlib.sha256(value.numpy().tobytes()).hexdigest()[:16] == digest


def test_the_unet_s_logits_are_the_reference_s(unet_file: Path, network_goldens: Goldens) -> None:
    arrays, _ = network_goldens
    network = load_unet(unet_file, CPU)
    y, x = np.mgrid[:256, :256]
    pattern = ((3 * y * y + 5 * x * x + 7 * y * x) // 64 + 13 * y + 29 * x) % 256
    real = arrays["padded"][256:512, :256]
    tiles = torch.from_numpy(np.stack((pattern, real)).astype(np.float32))[:, None] / 255
    with torch.inference_mode():
        logits = network(tiles)[:, 0].numpy()
    np.testing.assert_allclose(logits[0], arrays["unet_syn_logits"], atol=1e-4)
    np.testing.assert_allclose(logits[1], arrays["unet_patch_1_0_logits"], atol=1e-4)


def test_every_level_of_the_unet_sees_what_the_reference_s_sees(
    network_goldens: Goldens,
) -> None:
    arrays, numbers = network_goldens
    network = UNet(UNetArchitecture())
    network.load_state_dict(recipe.torch_state(network, numbers["unet_gain"]))
    network.eval()
    seen: dict[str, torch.Tensor] = {}
    for name in ("e1", "e2", "e3", "e4", "b", "d1", "d2", "d3", "d4"):
        network.get_submodule(name).register_forward_hook(
            lambda _module, _given, out, name=name: seen.update({name: out})
        )
    y, x = np.mgrid[:256, :256]
    pattern = ((3 * y * y + 5 * x * x + 7 * y * x) // 64 + 13 * y + 29 * x) % 256
    with torch.inference_mode():
        network(torch.from_numpy(pattern.astype(np.float32))[None, None] / 255)
    for name, maps in seen.items():
        shape, mean, highest = numbers["unet_syn_probe"][name]
        assert list(maps.shape) == shape
        assert float(maps.mean()) == pytest.approx(mean, abs=1e-4)
        assert float(maps.max()) == pytest.approx(highest, abs=1e-3)
        step = maps.shape[-1] // 16
        probe = maps[0, :4, ::step, ::step].numpy()
        np.testing.assert_allclose(probe, arrays[f"unet_syn_probe_{name}"], atol=1e-4)


@pytest.mark.slow
def test_the_stitched_map_is_the_reference_s(unet_file: Path, network_goldens: Goldens) -> None:
    arrays, _ = network_goldens
    loaded = LoadedDeepMiCa(load_unet(unet_file, CPU), None, CPU)
    found = probabilities(arrays["padded"], loaded, lambda: None)
    logits = np.log(found / (1 - found))
    np.testing.assert_allclose(logits[::4, ::4], arrays["unet_logits_sample_4"], atol=1e-4)
    expected = np.unpackbits(arrays["unet_mask"]).reshape(found.shape).astype(np.bool_)
    assert (np.abs(logits[(found >= 0.5) != expected]) < 1e-4).all()


@pytest.mark.parametrize(("name", "gain"), [("resnet18", 1.25), ("vgg16bn", 2.0)])
def test_the_classifiers_scores_and_grad_cam_are_the_reference_s(
    tmp_path: Path, network_goldens: Goldens, name: str, gain: float
) -> None:
    arrays, numbers = network_goldens
    assert numbers[f"{name}_gain"] == gain
    with torch.device("meta"):
        network = CLASSIFIERS[name]()
    classifier = load_classifier(save(network, tmp_path / "c.pt", gain), CPU)
    region = arrays["roi_u8"]
    ramp = torch.arange(224 * 224, dtype=torch.float32) / (224 * 224 - 1)
    inputs = {
        "roi": region_input(region),
        "zeros": torch.zeros(1, 3, 224, 224),
        "big": region_input(np.tile(region, (3, 3))),
        "ramp": ramp.reshape(1, 1, 224, 224).expand(-1, 3, -1, -1),
    }
    with torch.inference_mode():
        logits = {key: float(classifier(each)) for key, each in inputs.items()}
    assert logits == pytest.approx(numbers[f"{name}_logits"], abs=1e-3)
    cam = grad_cam(classifier, region)
    np.testing.assert_allclose(cam, arrays[f"{name}_cam"][0, 0], atol=1e-3)


def test_grad_cam_of_a_region_that_speaks_for_malignancy_is_the_reference_s(
    tmp_path: Path, network_goldens: Goldens
) -> None:
    arrays, numbers = network_goldens
    with torch.device("meta"):
        network = ResNet18Classifier()
    classifier = load_classifier(save(network, tmp_path / "c.pt", 0.5), CPU)
    with torch.inference_mode():
        logit = float(classifier(region_input(arrays["roi_u8"])))
    assert logit == pytest.approx(numbers["resnet18_gain0.5_logit_roi"], abs=1e-3)
    cam = grad_cam(classifier, arrays["roi_u8"])
    assert cam.max() == 1.0
    np.testing.assert_allclose(cam, arrays["resnet18_gain0.5_cam"][0, 0], atol=1e-3)


def test_regions_are_resized_without_antialiasing(network_goldens: Goldens) -> None:
    arrays, _ = network_goldens
    for region, name in (
        (arrays["roi_u8"], "roi_224_noantialias"),
        (np.tile(arrays["roi_u8"], (3, 3)), "roi_big_224_noantialias"),
    ):
        given = region_input(region)
        assert given.shape == (1, 3, 224, 224)
        for channel in given[0]:
            np.testing.assert_allclose(channel.numpy(), arrays[name], atol=1e-6)


@pytest.mark.parametrize("network", [UNet(UNetArchitecture((3, 5, 7))), ResNet18Classifier(4, 6)])
def test_folding_changes_no_answer_and_happens_once(network: UNet | RoiClassifier) -> None:
    network.load_state_dict(recipe.torch_state(network))
    network.eval()
    channels = 1 if isinstance(network, UNet) else 3
    given = torch.from_numpy(recipe.draw("given", (2, channels, 224, 224)).astype(np.float32))
    with torch.inference_mode():
        before = network(given)
        network.fold_norms()
        torch.testing.assert_close(network(given), before, atol=1e-4, rtol=1e-4)
    with pytest.raises(TypeError, match="once"):
        network.fold_norms()
