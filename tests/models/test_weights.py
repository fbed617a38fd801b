"""Weights load when they fit, are refused by name when they do not, and never run code."""

from __future__ import annotations

import dataclasses
import hashlib
import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from models.catalog import CARDS, DEMO, GLAM
from models.errors import WeightsMismatchError, WeightsNotFoundError, WeightsUnreadableError
from models.exam import FindingClass
from models.glam.network import GlamArchitecture, GlamNetwork
from models.weights import (
    ARCHITECTURE_KEY,
    MODEL_KEY,
    find,
    identify,
    load_into,
    read_state,
    stated,
    user_folder,
)
from tests import glam_recipe
from tests.hostile import Hostile

SMALL = GlamArchitecture((2, 2, 2, 2, 2), (1, 1, 1, 1, 1), (2, 4), (1, 1))
A_KEY = "global_network.postprocess_module.gn_conv_1.weight"


def small_network() -> GlamNetwork:
    with torch.device("meta"):
        return GlamNetwork(SMALL)


def loaded(path: Path) -> GlamNetwork:
    network = small_network()
    load_into(network, path, GLAM)
    return network


def assert_holds_the_recipe(network: GlamNetwork) -> None:
    recipe = glam_recipe.state_dict(SMALL)
    for key, tensor in network.state_dict().items():
        assert torch.equal(tensor, recipe[key]), key


def test_the_legacy_container_of_the_published_files_loads(tmp_path: Path) -> None:
    path = glam_recipe.write(tmp_path / "sep.ckpt", glam_recipe.state_dict(SMALL))
    assert not path.read_bytes().startswith(b"PK")
    assert_holds_the_recipe(loaded(path))


def test_the_seven_known_extra_keys_of_the_joint_model_are_ignored(tmp_path: Path) -> None:
    weights = glam_recipe.with_joint_extras(glam_recipe.state_dict(SMALL))
    assert set(glam_recipe.JOINT_EXTRAS) == GLAM.ignored_keys
    assert len(GLAM.ignored_keys) == 7
    assert_holds_the_recipe(loaded(glam_recipe.write(tmp_path / "joint.ckpt", weights)))


def test_today_s_container_and_safetensors_load_as_well(tmp_path: Path) -> None:
    weights = glam_recipe.state_dict(SMALL)
    torch.save(weights, tmp_path / "zip.ckpt")
    save_file(weights, tmp_path / "plain.safetensors")
    assert_holds_the_recipe(loaded(tmp_path / "zip.ckpt"))
    assert_holds_the_recipe(loaded(tmp_path / "plain.safetensors"))


def test_safetensors_are_known_by_content_and_in_capitals(tmp_path: Path) -> None:
    for name in ("misnamed.ckpt", "loud.SAFETENSORS"):
        save_file(glam_recipe.state_dict(SMALL), tmp_path / name, {"made": "here"})
        assert stated(tmp_path / name) == {"made": "here"}
        assert_holds_the_recipe(loaded(tmp_path / name))
    home = tmp_path / "glam"
    home.mkdir()
    (tmp_path / "loud.SAFETENSORS").rename(home / "loud.SAFETENSORS")
    assert find(GLAM, folder=tmp_path).name == "loud.SAFETENSORS"


def test_safetensors_that_do_not_fit_are_refused_without_a_word_of_torch(tmp_path: Path) -> None:
    path = tmp_path / "small.ckpt"
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(WeightsMismatchError):  # warnings are errors here
        loaded(path)


@pytest.mark.parametrize("model", [None, "", "resnet"])
def test_networks_of_another_build_that_do_not_say_whose_they_are_are_refused(
    tmp_path: Path, model: str | None
) -> None:
    path = tmp_path / "stripped.safetensors"
    facts = {ARCHITECTURE_KEY: "{}"} | ({} if model is None else {MODEL_KEY: model})
    save_file({"a": torch.zeros(2)}, path, facts)
    with pytest.raises(WeightsUnreadableError, match=r"^stripped\.safetensors holds .* file\.$"):
        identify(path, GLAM)
    for card in (DEMO, GLAM):
        save_file({"a": torch.zeros(2)}, path, {**facts, MODEL_KEY: card.id})
        assert identify(path, GLAM).card is card


def test_missing_unexpected_and_misshapen_keys_are_named(tmp_path: Path) -> None:
    weights = glam_recipe.state_dict(SMALL)
    del weights[A_KEY]
    weights["fusion_dnn.weights"] = torch.zeros(2)
    weights["detection_network.gn_conv_last.weight"] = torch.zeros(2, 5, 1, 1)
    with pytest.raises(WeightsMismatchError) as caught:
        loaded(glam_recipe.write(tmp_path / "other.ckpt", weights))
    assert caught.value.missing == (A_KEY,)
    assert caught.value.unexpected == ("fusion_dnn.weights",)
    assert caught.value.misshapen == ("detection_network.gn_conv_last.weight",)
    for key in (A_KEY, "fusion_dnn.weights", "detection_network.gn_conv_last.weight"):
        assert key in str(caught.value)


def test_integers_in_place_of_weights_do_not_fit(tmp_path: Path) -> None:
    weights = glam_recipe.state_dict(SMALL)
    weights[A_KEY] = weights[A_KEY].to(torch.int32)
    with pytest.raises(WeightsMismatchError, match="misshapen"):
        loaded(glam_recipe.write(tmp_path / "ints.ckpt", weights))


@pytest.mark.parametrize("legacy", [True, False])
def test_a_checkpoint_that_would_run_code_is_refused_and_does_not(
    tmp_path: Path, legacy: bool
) -> None:
    witness = tmp_path / "was-here"
    path = tmp_path / "hostile.ckpt"
    torch.save(
        {**glam_recipe.state_dict(SMALL), "x": Hostile(witness)},
        path,
        _use_new_zipfile_serialization=not legacy,
    )
    with pytest.raises(WeightsUnreadableError, match="read safely"):
        loaded(path)
    assert not witness.exists()


def test_a_bare_hostile_pickle_is_refused_and_does_not_run(tmp_path: Path) -> None:
    witness = tmp_path / "was-here"
    path = tmp_path / "bare.ckpt"
    path.write_bytes(pickle.dumps(Hostile(witness)))
    with pytest.raises(WeightsUnreadableError):
        loaded(path)
    assert not witness.exists()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    small, bomb = tmp_path / "small.ckpt", tmp_path / "bomb.ckpt"
    torch.save({"a": torch.zeros(1 << 24)}, small)
    with (
        zipfile.ZipFile(small) as stored,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for entry in stored.infolist():
            packed.writestr(entry.filename, stored.read(entry))
    assert bomb.stat().st_size < small.stat().st_size / 100
    with pytest.raises(WeightsUnreadableError, match=r"^bomb\.ckpt is a compressed archive"):
        read_state(bomb)


@pytest.mark.parametrize("kept", [0.0, 0.02, 0.5, 0.99])
@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors"])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: float, suffix: str) -> None:
    whole = tmp_path / f"whole{suffix}"
    if suffix == ".ckpt":
        glam_recipe.write(whole, glam_recipe.state_dict(SMALL))
    else:
        save_file(glam_recipe.state_dict(SMALL), whole)
    content = whole.read_bytes()
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(WeightsUnreadableError, match=f"cut{suffix}"):
        loaded(path)


@pytest.mark.parametrize("content", [torch.zeros(3), [torch.zeros(3)], {"a": 3}, {3: 4}])
def test_anything_but_a_plain_state_dict_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "odd.ckpt")
    with pytest.raises(WeightsUnreadableError, match="not a plain state dict"):
        loaded(tmp_path / "odd.ckpt")


def test_released_files_are_known_by_their_git_digest(tmp_path: Path) -> None:
    assert {each.git_blob_sha1 for each in GLAM.weights} == {
        "d8b6e1333a7b8bfded7aa5d0e7990115f2264093",
        "853dbe9b9deb452ea681031fd598092be1aba9e7",
    }
    assert GLAM.variant("853dbe9b9deb452ea681031fd598092be1aba9e7") == "model_sep"
    assert GLAM.variant("d8b6e1333a7b8bfded7aa5d0e7990115f2264093") == "model_joint"

    path = tmp_path / "own.ckpt"
    path.write_bytes(b"weights")
    identity = identify(path, GLAM)
    assert identity.variant == "unknown weights"
    assert identity.sha256 == hashlib.sha256(b"weights").hexdigest()


def test_the_git_digest_is_git_s(tmp_path: Path) -> None:
    path = tmp_path / "hello"
    path.write_bytes(b"hello\n")
    released = dataclasses.replace(
        GLAM.weights[0], git_blob_sha1="ce013625030ba8dba906f756967f9e9ca394464a"
    )
    card = dataclasses.replace(GLAM, weights=(released,))
    assert identify(path, card).variant == "model_sep"


def test_a_file_is_digested_again_only_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.ckpt"
    path.write_bytes(b"one")
    first = identify(path, GLAM).sha256
    monkeypatch.setattr(hashlib, "sha256", lambda: pytest.fail("digested again"))
    assert identify(path, GLAM).sha256 == first
    monkeypatch.undo()
    path.write_bytes(b"three")
    assert identify(path, GLAM).sha256 != first


def test_released_names_come_first_among_the_user_s_weights(tmp_path: Path) -> None:
    home = tmp_path / "glam"
    home.mkdir()
    for name in ("a.ckpt", "model_joint.ckpt", "notes.txt"):
        (home / name).touch()
    assert find(GLAM, folder=tmp_path).name == "model_joint.ckpt"
    (home / "model_sep.ckpt").touch()
    assert find(GLAM, folder=tmp_path).name == "model_sep.ckpt"
    explicit = home / "a.ckpt"
    assert find(GLAM, explicit, folder=tmp_path) == explicit


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError) as nowhere:
        find(GLAM, folder=tmp_path)
    for word in ("github.com/nyukat/GLAM", "--weights glam=", str(tmp_path / "glam")):
        assert word in str(nowhere.value)
    with pytest.raises(WeightsNotFoundError, match=r"gone\.ckpt does not exist"):
        find(GLAM, tmp_path / "gone.ckpt")
    with pytest.raises(WeightsNotFoundError, match=r"gone\.ckpt does not exist"):
        identify(tmp_path / "gone.ckpt", GLAM)
    assert user_folder().name == "weights"


def test_the_catalogue_states_classes_in_the_networks_order() -> None:
    assert GLAM.classes == tuple(FindingClass)
    assert CARDS["glam"] is GLAM
    assert GLAM.colors[FindingClass.BENIGN] == "#39B27A"
    assert GLAM.colors[FindingClass.MALIGNANT] == "#E5534B"
