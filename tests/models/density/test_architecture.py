"""Weights of another build load as saved; a hostile description is refused by name."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from models.density.architecture import STATED, require_sound
from models.density.network import CnnArchitecture, CnnNetwork
from models.density.predictor import load
from models.runtime import Placement
from tests.recipe import torch_state

SMALL = CnnArchitecture((4, 6, 8), (1, 2, 1), hidden=10, reduction=4)


def test_what_was_saved_is_loaded_again(tmp_path: Path) -> None:
    network = CnnNetwork(SMALL)
    network.load_state_dict(torch_state(network))
    path = tmp_path / "small.safetensors"
    STATED.save(network, SMALL, path, {})
    found = load(path, Placement("cpu", "fp32"))
    assert isinstance(found, CnnNetwork)
    assert found.architecture == SMALL
    for key, tensor in network.state_dict().items():
        assert torch.equal(found.state_dict()[key].float(), tensor), key


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
    ("changes", "words"),
    [
        ({"hidden": True}, "hidden must be a whole number"),
        ({"depths": 3}, "depths must be a list of whole numbers"),
        ({"widths": [1e9] * 3}, "widths must be a list of whole numbers"),
    ],
)
def test_a_description_with_other_types_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        STATED.from_json(json.dumps({**dataclasses.asdict(SMALL), **changes}))
