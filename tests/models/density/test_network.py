"""The networks have the published names, shapes and values."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from models.density.network import CnnArchitecture, CnnNetwork, HistogramNetwork
from models.density.preprocess import WINDOW
from models.density.whitening import whitened
from tests.models.density.test_whitening import ORDER, sample
from tests.recipe import torch_state


@pytest.fixture(scope="module")
def golden(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "golden/density/density_golden.json").read_text())
    return found


def test_the_cnn_s_state_dict_is_the_checkpoint_s(golden: dict[str, Any]) -> None:
    with torch.device("meta"):
        network = CnnNetwork(CnnArchitecture())
    ours = {key: list(tensor.shape) for key, tensor in network.state_dict().items()}
    assert ours == golden["cnn_state_dict"]
    assert len(ours) == 56
    assert sum(parameter.numel() for parameter in network.parameters()) == 5_813_252


def test_the_histogram_model_s_state_dict_is_the_checkpoint_s() -> None:
    ours = {key: tuple(tensor.shape) for key, tensor in HistogramNetwork().state_dict().items()}
    assert ours == {
        "fc1.weight": (100, 200),
        "fc1.bias": (100,),
        "fc2.weight": (4, 100),
        "fc2.bias": (4,),
    }


def test_the_seeded_cnn_gives_the_golden_s_features_and_probabilities(
    shared: Path, golden: dict[str, Any]
) -> None:
    network = CnnNetwork(CnnArchitecture())
    state = torch_state(network)
    for key, digest in golden["seeded_sha256"].get("cnn", golden["seeded_sha256"]).items():
        if key in state:
            content = state[key].numpy().tobytes()
            assert hashlib.sha256(content).hexdigest()[:16] == digest, key
    network.load_state_dict(state)
    network.eval().convolutions_to("cpu", torch.float32)
    with torch.inference_mode(), np.load(shared / "golden/density/density_golden.npz") as arrays:
        features = torch.cat(
            [
                network.features(
                    torch.from_numpy(whitened(sample(shared, view)))[None, None],
                    view[2:].lower(),
                )
                for view in ORDER
            ],
            dim=1,
        )
        np.testing.assert_allclose(features, arrays["cnn_seeded_features"], rtol=1e-3, atol=1e-5)
        logits = network(features)
        np.testing.assert_allclose(logits, arrays["cnn_seeded_logits"], atol=1e-3)
        np.testing.assert_allclose(logits.softmax(dim=1), arrays["cnn_seeded_probs"], atol=2e-4)


def test_every_stage_has_the_published_size() -> None:
    assert CnnArchitecture().last_shape(WINDOW) == (16, 10)
    assert CnnArchitecture(reduction=4).last_shape(WINDOW)[0] < 1


def test_what_an_architecture_says_of_its_last_shape_is_so() -> None:
    architecture = CnnArchitecture((2, 3, 4), (1, 2, 3), hidden=5, reduction=8)
    network = CnnNetwork(architecture).eval()
    last: list[tuple[int, ...]] = []
    network._conv_layer_ls[-1]["mlo"].register_forward_hook(  # type: ignore[index]
        lambda _module, _inputs, output: last.append(tuple(output.shape[2:]))
    )
    rows, columns = architecture.input_shape(WINDOW)
    network.features(torch.zeros(1, 1, rows, columns), "mlo")
    assert last == [architecture.last_shape(WINDOW)]


def test_pooling_what_is_there_of_an_odd_column_equals_the_published_zero_column() -> None:
    features = torch.rand(1, 3, 10, 7)
    with_zeros = functional.max_pool2d(functional.pad(features, (0, 1)), 2)
    assert torch.equal(functional.max_pool2d(features, 2, ceil_mode=True), with_zeros)


def test_projections_have_weights_of_their_own_and_sides_share_them() -> None:
    network = CnnNetwork(CnnArchitecture((2, 3), (1, 1), hidden=4)).eval()
    image = torch.rand(1, 1, 40, 30)
    assert not torch.equal(network.features(image, "cc"), network.features(image, "mlo"))


def test_a_mirrored_breast_is_another_input() -> None:
    network = CnnNetwork(CnnArchitecture((2, 3), (1, 1), hidden=4)).eval()
    image = torch.rand(1, 1, 41, 32)
    assert not torch.allclose(network.features(image, "cc"), network.features(image.flip(3), "cc"))
