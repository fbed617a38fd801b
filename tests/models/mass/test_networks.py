"""Every published network, from a Keras file to the golden probabilities."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.mass.checkpoint import (
    load_breast,
    load_classifier,
    load_segmentation,
    recognise,
)
from models.mass.network.layers import fold_norms
from tests.mass_recipe import layers_of, write_keras

TOLERANCE = {"uresnet50": 5e-5}
FAST = ("upp_xception",)
SLOW = (
    "mass_unet5L_640_ntf16",
    "uxception",
    "uxception_sn8",
    "uvgg16",
    "uresnet50",
    "resunet",
    "deeplabv3plus",
    "multiresunet",
    "attention_unet",
)
NETWORKS = {"mass_unet5L_640_ntf16": "unet5", "uxception_sn8": "uxception"}


@cache
def golden(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "golden/mass/mass_golden.json").read_text())
    return found


def pattern(rows: int, columns: int) -> NDArray[np.uint8]:
    """The goldens' input: a texture with no symmetry and a disc off its centre."""
    y, x = np.mgrid[:rows, :columns]
    g = ((3 * y * y + 5 * x * x + 7 * y * x) // 64 + 13 * y + 29 * x) % 256
    disc = (y - rows // 2) ** 2 + (x - columns // 3) ** 2 < (rows // 4) ** 2
    return np.where(disc, 255 - g // 2, g // 3).astype(np.uint8)


def grey(rows: int, columns: int) -> Tensor:
    """The pattern as input, shape (1, 1, rows, columns)."""
    return torch.from_numpy((pattern(rows, columns) / 255).astype(np.float32))[None, None]


def keras_file(shared: Path, tag: str, folder: Path) -> Path:
    table = json.loads((shared / f"golden/mass/layers/{tag}.json").read_text())
    return write_keras(folder / f"{tag}.hdf5", layers_of(table["weights"], table["gain"]))


def require_golden_map(shared: Path, tag: str, found: NDArray[np.float32]) -> None:
    tolerance = TOLERANCE.get(tag, 2e-5)
    facts = golden(shared)[tag]["out_stats"]
    with np.load(shared / "golden/mass/mass_golden.npz") as arrays:
        expected = arrays[f"{tag}|out"]
    thinned = found if expected.shape == found.shape else found[::8, ::8]
    np.testing.assert_allclose(thinned, expected, atol=tolerance, rtol=0)
    assert found.min() == pytest.approx(facts["min"], abs=tolerance)
    assert found.max() == pytest.approx(facts["max"], abs=tolerance)
    assert found.mean() == pytest.approx(facts["mean"], abs=tolerance)
    above = np.count_nonzero(np.trunc(found * np.float32(255)) > 127)
    assert above == pytest.approx(facts["u8_gt127"], abs=20)


@pytest.mark.parametrize(
    "tag", [*FAST, *(pytest.param(tag, marks=pytest.mark.slow) for tag in SLOW)]
)
def test_a_segmentation_network_gives_the_published_probabilities(
    shared: Path, tmp_path: Path, tag: str
) -> None:
    segmenter = load_segmentation(keras_file(shared, tag, tmp_path))
    assert segmenter.architecture.network == NETWORKS.get(tag, tag)
    assert segmenter.architecture.frame == (640, 640)
    parameters = sum(parameter.numel() for parameter in segmenter.parameters())
    buffers = sum(b.numel() for name, b in segmenter.named_buffers() if "running" in name)
    assert parameters + buffers == golden(shared)[tag]["params"]
    fold_norms(segmenter)
    with torch.inference_mode():
        found = segmenter(grey(640, 640))[0, 0].numpy()
    require_golden_map(shared, tag, found)


def test_the_breast_network_gives_the_published_probabilities(
    shared: Path, tmp_path: Path
) -> None:
    tag = "breast_unet5L_1024x768"
    segmenter = load_breast(keras_file(shared, tag, tmp_path))
    assert segmenter.architecture.frame == (1024, 768)
    fold_norms(segmenter)
    with torch.inference_mode():
        found = segmenter(grey(1024, 768))[0, 0].numpy()
    require_golden_map(shared, tag, found)


@pytest.mark.parametrize(
    "tag",
    [
        "cls_vgg16",
        pytest.param("cls_resnet50v2", marks=pytest.mark.slow),
        pytest.param("cls_inceptionv3", marks=pytest.mark.slow),
    ],
)
def test_a_classifier_gives_the_published_scores(shared: Path, tmp_path: Path, tag: str) -> None:
    path = keras_file(shared, tag, tmp_path)
    assert f"cls_{recognise(path)}" == tag
    network = load_classifier(path)
    fold_norms(network)
    image = grey(224, 224).expand(-1, 3, -1, -1)
    with torch.inference_mode():
        scores = network(torch.cat((image, image.flip(2), torch.zeros_like(image)))).numpy()
    facts = golden(shared)[tag]
    expected = [facts["out_stats"]["mean"], facts["prob_on_flipud"], facts["prob_on_zeros"]]
    np.testing.assert_allclose(scores, expected, atol=2e-5, rtol=0)


# Where the goldens look into U-net++Xception.
PROBES = {
    "block1_conv1": "encoder.conv1.conv",
    "block1_conv2_act": "encoder.conv2",
    "block2_sepconv2_bn": "encoder.entry.0.sepconv2",
    "block3_sepconv2_bn": "encoder.entry.1.sepconv2",
    "block4_sepconv2_bn": "encoder.entry.2.sepconv2",
    "add_10": "encoder.middle.7",
    "block13_sepconv2_bn": "encoder.exit2",
    "up42": "decoder.up42",
    "dp42_2": "decoder.conv42",
    "up12": "decoder.up12",
    "dp12_2": "decoder.conv12",
    "dp33_2": "decoder.conv33",
    "dp24_2": "decoder.conv24",
    "dp15_2": "decoder.conv15",
}


def remember(seen: dict[str, Tensor], name: str, module: torch.nn.Module) -> None:
    # A copy: what comes next may activate in place.
    module.register_forward_hook(lambda _, __, out: seen.update({name: out.clone()}))


@pytest.mark.slow
def test_every_layer_that_a_golden_looks_into_gives_the_published_features(
    shared: Path, tmp_path: Path
) -> None:
    network = load_segmentation(keras_file(shared, "upp_xception", tmp_path)).network.eval()
    seen: dict[str, Tensor] = {}
    for name, path in PROBES.items():
        remember(seen, name, network.get_submodule(path))
    with torch.inference_mode():
        network(grey(640, 640).expand(-1, 3, -1, -1))
    seen["block1_conv2_act"] = seen["block1_conv2_act"].relu()
    facts = golden(shared)["upp_xception"]["probe_mean_absmax"]
    with np.load(shared / "golden/mass/mass_golden.npz") as arrays:
        probes = {key.rpartition("|")[2]: arrays[key] for key in arrays if "|probe|" in key}
    assert probes.keys() == PROBES.keys() == facts.keys()
    for name, expected in probes.items():
        found = seen[name][0].permute(1, 2, 0).numpy()
        mean, absmax, shape = facts[name]
        assert list(found.shape) == shape
        step = max(1, found.shape[0] // 20)
        tolerance = 2e-5 * absmax
        np.testing.assert_allclose(found[::step, ::step, :4], expected, atol=tolerance, rtol=0)
        assert found.mean() == pytest.approx(mean, abs=tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["cls_vgg16", "cls_resnet50v2", "cls_inceptionv3"])
def test_a_classifier_s_features_are_the_published_ones(
    shared: Path, tmp_path: Path, tag: str
) -> None:
    network = load_classifier(keras_file(shared, tag, tmp_path)).eval()
    seen: list[Tensor] = []
    network.get_submodule("head").register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    with torch.inference_mode():
        network(grey(224, 224).expand(-1, 3, -1, -1))
    (features,) = seen
    with np.load(shared / "golden/mass/mass_golden.npz") as arrays:
        sample, pooled = arrays[f"{tag}|base_out_sample"], arrays[f"{tag}|gap"]
    found = features[0].permute(1, 2, 0).numpy()
    tolerance = 2e-5 * float(np.abs(found).max())
    np.testing.assert_allclose(found[..., :8], sample, atol=tolerance, rtol=0)
    np.testing.assert_allclose(found.mean(axis=(0, 1)), pooled, atol=tolerance, rtol=0)
