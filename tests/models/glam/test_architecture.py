"""Weights of another architecture load as saved; a hostile description is refused by name."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from models.errors import WeightsUnreadableError
from models.glam.architecture import STATED, require_sound
from models.glam.network import GlamArchitecture, GlamNetwork
from models.glam.predictor import PUBLISHED, load
from models.runtime import Placement

SMALL = GlamArchitecture(
    (4, 8, 16, 32, 64), (2, 1, 2, 1, 1), (8, 8, 4), (1, 2, 1), top_fraction=0.01
)
FP32 = Placement("cpu", "fp32")


def seeded(architecture: GlamArchitecture = SMALL) -> GlamNetwork:
    torch.manual_seed(3)
    return GlamNetwork(architecture).eval()


def scores(network: GlamNetwork) -> torch.Tensor:
    window = torch.randn(1, 1, 256, 192, generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        found: torch.Tensor = network.global_network(window).scores
    return found


def described(**changes: Any) -> str:
    return json.dumps({**dataclasses.asdict(SMALL), **changes})


def test_saved_weights_bring_their_architecture_and_predict_the_same(tmp_path: Path) -> None:
    network, path = seeded(), tmp_path / "own.safetensors"
    STATED.save(network, SMALL, path, {})
    loaded = load(path, FP32)
    assert loaded.global_network.top_fraction == 0.01
    assert torch.allclose(scores(loaded), scores(network), atol=1e-6)


def test_a_network_in_training_layout_saves_as_well(tmp_path: Path) -> None:
    network, path = seeded().to(memory_format=torch.channels_last), tmp_path / "own.safetensors"
    STATED.save(network, SMALL, path, {})
    assert torch.allclose(scores(load(path, FP32)), scores(seeded()), atol=1e-6)


def test_weights_stored_in_half_precision_compute_in_float32(tmp_path: Path) -> None:
    network, path = seeded(), tmp_path / "half.safetensors"
    STATED.save(network.half(), SMALL, path, {})
    loaded = load(path, FP32)
    assert {parameter.dtype for parameter in loaded.parameters()} == {torch.float32}
    assert torch.allclose(scores(loaded), scores(seeded()), atol=1e-2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (described(global_widths=[4, 8, 16, 32]), "five stages"),
        (described(global_widths=[4, 8, 16, 32, 64, 64]), "five stages"),
        (described(global_blocks=[1, 1, 1, 1]), "five stages"),
        (described(global_widths=[4, 8, 16, 32, 10**9]), "global_widths"),
        (described(global_widths=[64, 64, 64, 64, 64]), "global_widths"),
        (described(global_widths=[4, 8, 16, 0, 64]), "global_widths"),
        (described(global_widths=[4, 8, 16, 32.0, 64]), "whole numbers"),
        (described(global_widths=[4, 8, 16, True, 64]), "whole numbers"),
        (described(global_widths="48"), "whole numbers"),
        (described(global_blocks=[1, 1, 1, 1, 10**6]), "blocks"),
        (described(local_blocks=[1, 0, 1]), "blocks"),
        (described(local_widths=[], local_blocks=[]), "local network"),
        (described(local_widths=[8] * 7, local_blocks=[1] * 7), "local network"),
        (described(local_widths=[8, 8]), "local network"),
        (described(local_widths=[8, 8, 1 << 20]), "local_widths"),
        (described(top_fraction=0), "top_fraction"),
        (described(top_fraction=1.01), "top_fraction"),
        (described(top_fraction=float("nan")), "top_fraction"),
        (described(top_fraction=True), "top_fraction"),
        (described(top_fraction="0.03"), "top_fraction"),
        (described(local_widths=list(range(1, 500))), "too long"),
    ],
)
def test_a_description_that_no_glam_can_have_is_refused(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "hostile.safetensors"
    save_file(seeded().state_dict(), path, {"architecture": text})
    with pytest.raises(WeightsUnreadableError, match=rf"hostile\.safetensors .*{reason}"):
        load(path, FP32)


def test_the_published_architecture_is_sound() -> None:
    require_sound(PUBLISHED)
