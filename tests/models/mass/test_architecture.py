"""Every network can be built at any width, and files state theirs within bounds."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from models.errors import WeightsUnreadableError
from models.mass.architecture import (
    CLASSIFIERS,
    SEGMENTATION,
    STATED,
    MassArchitecture,
)
from models.mass.checkpoint import (
    load_breast,
    load_classifier,
    load_segmentation,
    recognise,
)
from models.mass.network.layers import fold_norms
from models.mass.registry import build
from models.weights import MODEL_KEY
from models.weights_saving import save_network
from tests.recipe import torch_state

SMALL = {
    "attention_unet": 8,
    "deeplabv3plus": 4,
    "upp_xception": 2,
    "uxception": 1,
    "multiresunet": 6,
}


def small(network: str, gain: float = 2.0) -> torch.nn.Module:
    built = build(network, SMALL.get(network, 2 if network in SEGMENTATION else 4))
    built.load_state_dict(torch_state(built, gain))
    return built


@pytest.mark.parametrize("network", SEGMENTATION)
def test_a_network_tells_left_from_right_and_folding_its_norms_changes_nothing(
    network: str,
) -> None:
    built = small(network, gain=1.0).eval()
    noise = torch.Generator().manual_seed(1)
    images = torch.rand(1, SEGMENTATION[network].channels, 64, 96, generator=noise)
    with torch.inference_mode():
        before, mirrored = built(images), built(images.flip(3)).flip(3)
        fold_norms(built)
        after = built(images.to(memory_format=torch.channels_last))
    assert before.shape == (1, 1, 64, 96)
    assert 0 <= before.min() < before.max() <= 1
    # Random kernels have no symmetry, and neither has TensorFlow's padding of odd sizes.
    assert (before - mirrored).abs().max() > 1e-3
    torch.testing.assert_close(after, before, atol=1e-4, rtol=0)


@pytest.mark.parametrize("network", CLASSIFIERS)
def test_a_classifier_scores_every_image_and_folding_changes_nothing(network: str) -> None:
    built = small(network, gain=0.5).eval()
    images = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        before = built(images)
        fold_norms(built)
        after = built(images)
    assert before.shape == (2,)
    assert 0 < before.min() < before.max() < 1
    torch.testing.assert_close(after, before, atol=1e-4, rtol=0)


def test_every_published_network_and_our_own_tenth_are_there() -> None:
    assert len(SEGMENTATION) == 10
    assert [name for name, facts in SEGMENTATION.items() if facts.ours] == ["upp"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"network": "gpt"}, "one of"),
        ({"network": 3}, "a name"),
        ({"width": 0}, "between 1 and 16"),
        ({"width": 1_000_000}, "between 1 and 16"),
        ({"width": True}, "a whole number"),
        ({"frame": [1 << 20, 1 << 20]}, "multiples of 32"),
        ({"frame": [320, 250]}, "multiples of 32"),
        ({"frame": [320]}, "two whole numbers"),
        ({"frame": "320"}, "two whole numbers"),
    ],
)
def test_no_file_can_ask_for_a_network_that_does_not_exist_or_is_too_large(
    change: dict[str, object], reason: str
) -> None:
    ours = asdict(MassArchitecture("unet5", 6, (320, 256)))
    with pytest.raises(ValueError, match=reason):
        STATED.from_json(json.dumps({**ours, **change}))


def test_weights_of_our_own_come_back_with_their_architecture(tmp_path: Path) -> None:
    ours = MassArchitecture("unet5", 2, (96, 64))
    network = small("unet5")
    path = tmp_path / "own.safetensors"
    STATED.save(network, ours, path, {MODEL_KEY: "mass"})
    loaded = load_segmentation(path)
    assert loaded.architecture == ours
    assert recognise(path) == "unet5"
    for key, value in network.state_dict().items():
        assert torch.equal(loaded.network.state_dict()[key], value)
    assert load_breast(path).architecture == ours


def test_files_of_the_wrong_kind_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    ours = MassArchitecture("resunet", 2, (96, 64))
    STATED.save(build("resunet", 2), ours, path, {MODEL_KEY: "mass"})
    with pytest.raises(WeightsUnreadableError, match=r"ResUnet, where U-net5L is wanted"):
        load_breast(path)
    with pytest.raises(WeightsUnreadableError, match=r"own\.safetensors is no HDF5"):
        load_classifier(path)
    bare = tmp_path / "bare.safetensors"
    save_network(build("resunet", 2), bare, {"x": "y"})
    with pytest.raises(WeightsUnreadableError, match=r"bare\.safetensors is neither"):
        load_segmentation(bare)
