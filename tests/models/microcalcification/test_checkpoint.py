"""Checkpoints that pickle whole modules are read, and no code of a file ever runs."""

from __future__ import annotations

import os
import pickle
import sys
import time
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from models.errors import WeightsMismatchError, WeightsNotFoundError, WeightsUnreadableError
from models.microcalcification.checkpoint import read_checkpoint
from models.microcalcification.classifier import load_classifier
from models.microcalcification.network_classifiers import ResNet18Classifier, Vgg16Classifier
from models.microcalcification.network_unet import UNet, UNetArchitecture
from models.microcalcification.predictor import load_unet
from tests import recipe
from tests.hostile import Hostile
from tests.models.microcalcification.conftest import CPU, save

FILES = {
    "unet_structure_FOLD_x.pt": 136,
    "resnet18_structure_FT.pt": 124,
    "vgg16bn_structure_FT.pt": 95,
}


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> type[nn.Module]:
    """A module class as the authors name theirs, there only while a file is written."""
    module = ModuleType("UNet")

    class build_unet(nn.Sequential):  # noqa: N801 - their name
        def __setstate__(self, state: object) -> None:
            pytest.fail("code of the module ran")

    build_unet.__module__, build_unet.__qualname__ = "UNet", "build_unet"
    module.build_unet = build_unet  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "UNet", module)
    return build_unet


def published(path: Path, model: object, state: object) -> Path:
    """A file laid out as the authors save theirs."""
    torch.save(
        {
            "epoch": 3,
            "model": model,
            "model_state_dict": state,
            "optimizer_state_dict": {"state": {}, "param_groups": [{"lr": 1e-3}]},
            "loss": [0.5, 0.25],
            "val_loss": [0.75, 0.5],
        },
        path,
    )
    return path


@pytest.mark.parametrize("name", FILES)
def test_the_published_layouts_are_read(deepmica: Path, name: str) -> None:
    state = read_checkpoint(deepmica / name)
    assert len(state) == FILES[name]
    if name.startswith("unet"):
        network: nn.Module = load_unet(deepmica / name, CPU)
        assert isinstance(network, UNet)
    else:
        network = load_classifier(deepmica / name, CPU)
        wanted = ResNet18Classifier if "resnet" in name else Vgg16Classifier
        assert isinstance(network, wanted)


def test_a_pickled_module_is_left_aside_and_its_state_dict_taken(
    tmp_path: Path, theirs: type[nn.Module]
) -> None:
    model = theirs(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2))
    path = published(tmp_path / "FOLD_1.pt", model, model.state_dict())
    state = read_checkpoint(path)
    assert list(state) == list(model.state_dict())
    torch.testing.assert_close(state["0.weight"], model.state_dict()["0.weight"])


def test_prefixes_bare_state_dicts_and_safetensors_are_taken(tmp_path: Path) -> None:
    weights = {"a.weight": torch.arange(3.0), "a.bias": torch.zeros(2)}
    prefixed = {f"module.{key}": tensor for key, tensor in weights.items()}
    torch.save(weights, tmp_path / "bare.pt")
    published(tmp_path / "whole.pt", None, prefixed)
    save_file(prefixed, tmp_path / "some.safetensors")
    torch.save(weights, tmp_path / "legacy.pt", _use_new_zipfile_serialization=False)
    for name in ("bare.pt", "whole.pt", "some.safetensors", "legacy.pt"):
        state = read_checkpoint(tmp_path / name)
        assert set(state) == set(weights), name
        torch.testing.assert_close(state["a.weight"], weights["a.weight"])


def test_the_unet_of_a_checkpoint_computes_what_its_tensors_say(tmp_path: Path) -> None:
    """The same numbers by way of a pickled module and of a bare state dict."""
    with torch.device("meta"):
        shapes = UNet(UNetArchitecture())
    weights = dict(recipe.torch_state(shapes, 1.5))
    whole = published(tmp_path / "FOLD_1.pt", {"left": "aside"}, weights)
    torch.save(weights, tmp_path / "bare.pt")
    first, second = load_unet(whole, CPU), load_unet(tmp_path / "bare.pt", CPU)
    for key, tensor in first.state_dict().items():
        assert torch.equal(tensor, second.state_dict()[key])


class Shell:
    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.witness}",)


@pytest.mark.parametrize("kind", [Hostile, Shell])
@pytest.mark.parametrize("place", ["model", "model_state_dict"])
def test_a_checkpoint_that_would_run_code_is_refused_and_does_not(
    tmp_path: Path, kind: type[Hostile], place: str
) -> None:
    witness = tmp_path / "was-here"
    content = {"model": None, "model_state_dict": {}, place: kind(witness)}
    torch.save(content, tmp_path / "hostile.pt")
    with pytest.raises(WeightsUnreadableError, match=r"hostile\.pt cannot be read safely"):
        read_checkpoint(tmp_path / "hostile.pt")
    torch.save(content, tmp_path / "legacy.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(WeightsUnreadableError, match="read safely"):
        read_checkpoint(tmp_path / "legacy.pt")
    (tmp_path / "bare.pt").write_bytes(pickle.dumps(content))
    with pytest.raises(WeightsUnreadableError, match="read safely"):
        read_checkpoint(tmp_path / "bare.pt")
    assert not witness.exists()


def test_a_module_that_deepmica_does_not_use_is_refused_by_name(tmp_path: Path) -> None:
    published(tmp_path / "other.pt", nn.GELU(), {})
    with pytest.raises(WeightsUnreadableError, match=r"asks for torch\.nn\.modules.*GELU"):
        read_checkpoint(tmp_path / "other.pt")


@pytest.mark.parametrize("content", [torch.zeros(3), {"model_state_dict": 3}, {"a": 3}, {3: 4}])
def test_a_file_without_a_state_dict_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "odd.pt")
    with pytest.raises(WeightsUnreadableError, match="not a plain state dict"):
        read_checkpoint(tmp_path / "odd.pt")


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_checkpoint_is_refused(tmp_path: Path, kept: float) -> None:
    whole = save(UNet(UNetArchitecture((2, 2))), tmp_path / "whole.pt").read_bytes()
    (tmp_path / "cut.pt").write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(WeightsUnreadableError, match=r"cut\.pt"):
        read_checkpoint(tmp_path / "cut.pt")


def test_a_missing_checkpoint_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError, match=r"gone\.pt does not exist"):
        read_checkpoint(tmp_path / "gone.pt")


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    with torch.device("meta"):
        network = UNet(UNetArchitecture())
    weights = {
        key: torch.zeros(1).expand(tensor.shape) if tensor.ndim else torch.tensor(0)
        for key, tensor in network.state_dict().items()
    }
    del weights["d3.up.bias"]
    weights["surplus"] = torch.zeros(1)
    weights["b.conv1.weight"] = torch.zeros(1).expand(10**6, 10**6)
    torch.save(weights, tmp_path / "odd.pt")
    started = time.monotonic()
    with pytest.raises(WeightsMismatchError) as refused:
        load_unet(tmp_path / "odd.pt", CPU)
    assert time.monotonic() - started < 5
    assert refused.value.missing == ("d3.up.bias",)
    assert refused.value.unexpected == ("surplus",)
    assert refused.value.misshapen == ("b.conv1.weight",)


@pytest.mark.parametrize("network", [ResNet18Classifier(4, 6), Vgg16Classifier(3, 5)])
def test_a_classifier_s_width_is_read_from_its_checkpoint(
    tmp_path: Path, network: nn.Module
) -> None:
    loaded = load_classifier(save(network, tmp_path / "c.pt"), CPU)
    assert type(loaded) is type(network)
    assert sum(each.numel() for each in loaded.parameters()) <= sum(
        each.numel() for each in network.parameters()
    )
    assert not any(each.requires_grad for each in loaded.parameters())


def test_a_file_of_neither_classifier_is_refused(tmp_path: Path) -> None:
    path = save(UNet(UNetArchitecture((2, 2))), tmp_path / "unet.pt")
    with pytest.raises(WeightsUnreadableError, match="neither of DeepMiCa's classifiers"):
        load_classifier(path, CPU)


@pytest.mark.parametrize(
    "shapes",
    [
        {"net.conv1.weight": (10**9, 3, 7, 7), "net.fc.0.weight": (128, 512)},
        {"net.conv1.weight": (64, 3, 7, 7), "net.fc.0.weight": (10**9, 512)},
        {"net.features.0.weight": (64, 3, 3, 3)},
        {"net.features.0.weight": (), "net.classifier.0.weight": ()},
    ],
)
def test_a_classifier_of_absurd_width_is_refused_before_it_is_built(
    tmp_path: Path, shapes: dict[str, tuple[int, ...]]
) -> None:
    weights = {key: torch.zeros(()).expand(shape) for key, shape in shapes.items()}
    torch.save(weights, tmp_path / "wide.pt")
    with pytest.raises(WeightsUnreadableError, match="no classifier of DeepMiCa's"):
        load_classifier(tmp_path / "wide.pt", CPU)


def test_a_zip_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "notes.pt", "w") as archive:
        archive.writestr("notes.txt", "nothing here")
    with pytest.raises(WeightsUnreadableError, match=r"notes\.pt is damaged, or is no checkpoint"):
        read_checkpoint(tmp_path / "notes.pt")
