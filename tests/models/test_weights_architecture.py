"""Weights of another build bring their architecture; whatever else a file states is refused."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from models.density.architecture import STATED as DENSITY
from models.density.network import CnnArchitecture
from models.errors import ExportError, WeightsNotFoundError, WeightsUnreadableError
from models.glam.architecture import STATED as GLAM
from models.glam.predictor import PUBLISHED
from models.mass.architecture import STATED as MASS
from models.mass.architecture import MassArchitecture
from models.microcalcification.architecture import STATED as MICROCALCIFICATION
from models.microcalcification.network_unet import UNetArchitecture
from models.weights import ARCHITECTURE_KEY, stated
from models.weights_architecture import StatedArchitecture, to_json

KINDS: dict[str, tuple[StatedArchitecture[Any], Any]] = {
    "glam": (GLAM, PUBLISHED),
    "density": (DENSITY, CnnArchitecture((4, 6, 8), (1, 2, 1), hidden=10, reduction=4)),
    "microcalcification": (MICROCALCIFICATION, UNetArchitecture((2, 3, 4))),
    "mass": (MASS, MassArchitecture("unet5", 6, (320, 256))),
}
Kind = tuple[StatedArchitecture[Any], Any]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Every model's, with an architecture of it."""
    return KINDS[request.param]


def test_a_file_states_its_architecture_beside_what_else_it_says(
    tmp_path: Path, kind: Kind
) -> None:
    architectures, one = kind
    path = tmp_path / "deeper" / "own.safetensors"
    architectures.save(torch.nn.Linear(2, 3), one, path, {"trained": "on phantoms"})
    assert architectures.of(path) == one
    assert stated(path)["trained"] == "on phantoms"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_states_nothing_is_of_the_published_architecture(
    tmp_path: Path, kind: Kind
) -> None:
    save_file({"a": torch.zeros(1)}, tmp_path / "plain.safetensors")
    assert kind[0].of(tmp_path / "plain.safetensors") is None
    torch.save({"a": torch.zeros(1)}, tmp_path / "published.ckpt")
    assert kind[0].of(tmp_path / "published.ckpt") is None


def test_what_is_no_description_is_refused_with_file_and_reason(
    tmp_path: Path, kind: Kind
) -> None:
    architectures, one = kind
    fields = dataclasses.asdict(one)
    names = ", ".join(sorted(fields))
    for text, reason in {
        "": "is no JSON",
        "{": "is no JSON",
        "[" * 900: "is no JSON",
        "[" * 5000: "is too long",
        " " * 1001: "is too long",
        "[]": f"must have exactly {names}",
        "{}": f"must have exactly {names}",
        json.dumps({**fields, "extra": 1}): f"must have exactly {names}",
    }.items():
        path = tmp_path / "odd.safetensors"
        save_file({"a": torch.zeros(2)}, path, {ARCHITECTURE_KEY: text})
        with pytest.raises(
            WeightsUnreadableError,
            match=rf"^odd\.safetensors states no architecture that .+: its description {reason}",
        ):
            architectures.of(path)


@pytest.mark.parametrize("odd", [True, 2.0, "2", None, [2.0], [True], {}])
def test_no_field_takes_a_value_of_another_type(kind: Kind, odd: object) -> None:
    architectures, one = kind
    fields = dataclasses.asdict(one)
    for name, value in fields.items():
        if type(value) is type(odd) and not isinstance(odd, list):
            continue
        with pytest.raises(ValueError, match=name):
            architectures.from_json(json.dumps({**fields, name: odd}))


def test_a_missing_or_damaged_file_states_nothing_but_its_fault(
    tmp_path: Path, kind: Kind
) -> None:
    architectures, one = kind
    with pytest.raises(WeightsNotFoundError):
        architectures.of(tmp_path / "gone.safetensors")
    architectures.save(torch.nn.Linear(2, 3), one, tmp_path / "whole.safetensors", {})
    content = (tmp_path / "whole.safetensors").read_bytes()
    for kept in (0, 4, 100, len(content) // 2):
        (tmp_path / "cut.safetensors").write_bytes(content[:kept])
        with pytest.raises(WeightsUnreadableError, match=r"cut\.safetensors"):
            architectures.of(tmp_path / "cut.safetensors")


def test_the_published_architectures_are_read_as_they_are_written() -> None:
    assert GLAM.from_json(to_json(PUBLISHED)) == PUBLISHED
    assert DENSITY.from_json(to_json(CnnArchitecture())) == CnnArchitecture()
    assert MICROCALCIFICATION.from_json(to_json(UNetArchitecture())) == UNetArchitecture()
    assert MASS.from_json(to_json(MassArchitecture())) == MassArchitecture()


def test_an_architecture_that_could_not_be_read_back_is_not_saved(tmp_path: Path) -> None:
    odd = dataclasses.replace(PUBLISHED, top_fraction=0.0)
    with pytest.raises(ValueError, match="top_fraction"):
        GLAM.save(torch.nn.Linear(2, 3), odd, tmp_path / "odd.safetensors", {})
    with pytest.raises(ValueError, match="frame"):
        MASS.save(
            torch.nn.Linear(2, 3),
            MassArchitecture(frame=(100, 100)),
            tmp_path / "odd.safetensors",
            {},
        )
    assert list(tmp_path.iterdir()) == []


def test_weights_are_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.safetensors"
    path.write_bytes(b"before")

    def fail(part: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ExportError, match="No space left"):
        GLAM.save(torch.nn.Linear(2, 3), PUBLISHED, path, {})
    monkeypatch.undo()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
