"""Weights of another architecture load as saved; a hostile description is refused by name."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from models.errors import ExportError, WeightsNotFoundError, WeightsUnreadableError
from models.glam.architecture import (
    architecture_of,
    from_json,
    require_sound,
    save_weights,
    to_json,
)
from models.glam.network import GlamArchitecture, GlamNetwork
from models.glam.predictor import PUBLISHED, load
from models.runtime import Placement
from models.weights import stated

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
    network, path = seeded(), tmp_path / "deeper" / "own.safetensors"
    save_weights(network, SMALL, path, {"model": "demo", "trained": "on phantoms"})
    assert architecture_of(path) == SMALL
    assert stated(path)["trained"] == "on phantoms"
    loaded = load(path, FP32)
    assert loaded.global_network.top_fraction == 0.01
    assert torch.allclose(scores(loaded), scores(network), atol=1e-6)
    assert list(path.parent.iterdir()) == [path]


def test_a_network_in_training_layout_saves_as_well(tmp_path: Path) -> None:
    network, path = seeded().to(memory_format=torch.channels_last), tmp_path / "own.safetensors"
    save_weights(network, SMALL, path, {})
    assert torch.allclose(scores(load(path, FP32)), scores(seeded()), atol=1e-6)


def test_weights_stored_in_half_precision_compute_in_float32(tmp_path: Path) -> None:
    network, path = seeded(), tmp_path / "half.safetensors"
    save_weights(network.half(), SMALL, path, {})
    loaded = load(path, FP32)
    assert {parameter.dtype for parameter in loaded.parameters()} == {torch.float32}
    assert torch.allclose(scores(loaded), scores(seeded()), atol=1e-2)


def test_a_file_that_states_nothing_is_of_the_published_architecture(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(1)}, tmp_path / "plain.safetensors")
    assert architecture_of(tmp_path / "plain.safetensors") is None
    torch.save({"a": torch.zeros(1)}, tmp_path / "model_sep.ckpt")
    assert architecture_of(tmp_path / "model_sep.ckpt") is None
    require_sound(PUBLISHED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "no JSON"),
        ("[" * 900, "no JSON"),
        ("[]", "exactly"),
        ("{}", "exactly"),
        (described(extra=1), "exactly"),
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


def test_what_is_written_is_what_is_read() -> None:
    for architecture in (SMALL, PUBLISHED):
        assert from_json(to_json(architecture)) == architecture


def test_an_architecture_that_could_not_be_read_back_is_not_saved(tmp_path: Path) -> None:
    odd = dataclasses.replace(SMALL, top_fraction=0.0)
    with pytest.raises(ValueError, match="top_fraction"):
        save_weights(seeded(), odd, tmp_path / "odd.safetensors", {})
    assert list(tmp_path.iterdir()) == []


def test_weights_are_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.safetensors"
    path.write_bytes(b"before")

    def fill_up(part: Path, content: bytes) -> None:
        with part.open("wb") as file:
            file.write(content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(ExportError, match="No space left"):
        save_weights(seeded(), SMALL, path, {})
    monkeypatch.undo()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_or_damaged_file_states_nothing_but_its_fault(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError):
        architecture_of(tmp_path / "gone.safetensors")
    save_weights(seeded(), SMALL, tmp_path / "whole.safetensors", {})
    content = (tmp_path / "whole.safetensors").read_bytes()
    for kept in (0, 4, 100, len(content) // 2):
        (tmp_path / "cut.safetensors").write_bytes(content[:kept])
        with pytest.raises(WeightsUnreadableError, match=r"cut\.safetensors"):
            architecture_of(tmp_path / "cut.safetensors")
