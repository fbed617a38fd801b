"""Weights of another build load as saved; a hostile description is refused by name."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from models.density.architecture import (
    architecture_of,
    from_json,
    require_sound,
    save_weights,
    to_json,
)
from models.density.network import CnnArchitecture, CnnNetwork
from models.density.predictor import load
from models.errors import WeightsUnreadableError
from models.runtime import Placement
from models.weights import ARCHITECTURE_KEY, stated
from tests.recipe import torch_state

SMALL = CnnArchitecture((4, 6, 8), (1, 2, 1), hidden=10, reduction=4)


def test_what_was_saved_is_loaded_again(tmp_path: Path) -> None:
    network = CnnNetwork(SMALL)
    network.load_state_dict(torch_state(network))
    path = tmp_path / "small.safetensors"
    save_weights(network, path, {"made": "here"})
    assert architecture_of(path) == SMALL
    assert stated(path)["made"] == "here"
    found = load(path, Placement("cpu", "fp32"))
    assert isinstance(found, CnnNetwork)
    assert found.architecture == SMALL
    for key, tensor in network.state_dict().items():
        assert torch.equal(found.state_dict()[key].float(), tensor), key


def test_the_published_architecture_survives_its_text() -> None:
    assert from_json(to_json(CnnArchitecture())) == CnnArchitecture()


def test_a_file_that_states_no_architecture_holds_the_published_one(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(2)}, tmp_path / "plain.safetensors")
    assert architecture_of(tmp_path / "plain.safetensors") is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"widths": (4,), "depths": (1,)}, "2 to 5 stages"),
        ({"depths": (1, 2)}, "2 to 5 stages"),
        ({"widths": (4, 6, 257)}, "widths must lie"),
        ({"widths": (0, 6, 8)}, "widths must lie"),
        ({"depths": (1, 5, 1)}, "1 to 4 convolutions"),
        ({"hidden": 1 << 40}, "hidden must lie"),
        ({"reduction": 3}, "reduction must divide"),
        ({"reduction": 0}, "reduction must divide"),
        ({"reduction": 200}, "leave nothing"),
    ],
)
def test_what_cannot_be_built_is_refused_with_the_reason(
    changes: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        require_sound(dataclasses.replace(SMALL, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[" * 900, "no JSON"),
        ("[]", "exactly depths, hidden, reduction, widths"),
        (json.dumps({**dataclasses.asdict(SMALL), "hidden": True}), "hidden must be whole"),
        (json.dumps({**dataclasses.asdict(SMALL), "depths": 3}), "depths must be a list"),
        (json.dumps({**dataclasses.asdict(SMALL), "widths": [1e9] * 3}), "widths must be whole"),
        (" " * 2000, "too long"),
    ],
)
def test_hostile_descriptions_are_refused_with_the_file_s_name(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "odd.safetensors"
    save_file({"a": torch.zeros(2)}, path, {ARCHITECTURE_KEY: text})
    with pytest.raises(WeightsUnreadableError, match=rf"^odd\.safetensors states .*{words}"):
        architecture_of(path)
