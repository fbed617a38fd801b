"""Keras files are read by names and numbers alone, whoever wrote them and whatever they claim."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

from models.errors import WeightsError, WeightsMismatchError, WeightsNotFoundError
from models.mass.checkpoint import load_breast, load_classifier, load_segmentation, recognise
from models.mass.keras_file import open_keras
from models.mass.keras_names import SavedLayer, match
from models.mass.registry import build
from tests.mass_recipe import own_layers, write_keras

Layers = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def layers() -> Layers:
    """U-net5L as published, seeded."""
    return {name: dict(weights) for name, weights in own_layers("unet5", 16).items()}


def same_weights(one: Path, two: Path) -> bool:
    first, second = load_segmentation(one).state_dict(), load_segmentation(two).state_dict()
    return all(torch.equal(first[key], second[key]) for key in first)


def reason(path: Path) -> str:
    """Why a file is refused; it must be so within a second."""
    started = time.monotonic()
    with pytest.raises(WeightsError) as refused:
        load_segmentation(path)
    assert time.monotonic() - started < 5
    assert path.name in str(refused.value)
    return str(refused.value)


def edited(path: Path, layers: Layers) -> tuple[h5py.File, h5py.Group]:
    """A file of these layers, open to be spoilt, and the first layer's group of weights."""
    file = h5py.File(write_keras(path, layers), "r+")
    return file, file["model_weights/conv2d/conv2d"]


def test_whole_models_and_weights_alone_and_split_lists_are_the_same(
    tmp_path: Path, layers: Layers
) -> None:
    whole = write_keras(tmp_path / "whole.hdf5", layers)
    alone = write_keras(tmp_path / "alone.h5", layers, whole_model=False)
    split = write_keras(tmp_path / "split.h5", layers, split=True)
    assert same_weights(whole, alone)
    assert same_weights(whole, split)


def test_counters_of_a_longer_session_and_gaps_in_them_do_not_matter(
    tmp_path: Path, layers: Layers
) -> None:
    def later(name: str) -> str:
        kind, _, number = name.rpartition("_") if name[-1].isdigit() else (name, "", "0")
        return f"{kind}_{2 * int(number) + 7}"

    shifted = {later(name): weights for name, weights in layers.items()}
    backwards = dict(reversed(shifted.items()))
    usual = write_keras(tmp_path / "usual.h5", layers)
    assert same_weights(usual, write_keras(tmp_path / "late.h5", shifted))
    assert same_weights(usual, write_keras(tmp_path / "backwards.h5", backwards))


def test_layers_of_one_shape_are_told_apart(tmp_path: Path, layers: Layers) -> None:
    swapped = {**layers, "conv2d_12": layers["conv2d_7"], "conv2d_7": layers["conv2d_12"]}
    assert layers["conv2d_7"]["kernel"].shape == layers["conv2d_12"]["kernel"].shape
    usual = write_keras(tmp_path / "usual.h5", layers)
    assert not same_weights(usual, write_keras(tmp_path / "swapped.h5", swapped))


@pytest.mark.parametrize(
    ("name", "network", "width"),
    [
        ("breast_unet5L_structure_fullmodel.hdf5", "unet5", 16),
        ("upp_xception_structure_fullmodel.hdf5", "upp_xception", 12),
        ("upp_xception_structure_weightsonly.h5", "upp_xception", 12),
        ("cls_vgg16_structure_fullmodel.h5", "vgg16", 64),
    ],
)
def test_files_that_keras_wrote_are_recognised(
    shared: Path, name: str, network: str, width: int
) -> None:
    path = shared / "golden/mass" / name
    assert recognise(path) == network
    with open_keras(path) as file, torch.device("meta"):
        assert match(build(network, width), file.layers).faults == 0


def test_an_unfit_file_is_refused_by_the_names_of_the_nearest_network(
    tmp_path: Path, layers: Layers
) -> None:
    lacking = {name: weights for name, weights in layers.items() if name != "conv2d_22"}
    with pytest.raises(WeightsMismatchError) as refused:
        load_segmentation(write_keras(tmp_path / "lacking.h5", lacking))
    assert len(refused.value.missing) == 2
    assert refused.value.unexpected == refused.value.misshapen == ()

    wide = {**layers, "conv2d": {**layers["conv2d"], "bias": np.zeros(17, np.float32)}}
    with pytest.raises(WeightsMismatchError) as refused:
        load_segmentation(write_keras(tmp_path / "wide.h5", wide))
    assert refused.value.misshapen == ("conv2d/bias (17,) for (16,)",)

    more = {**layers, "dense": {"kernel": np.zeros((2, 2), np.float32)}}
    with pytest.raises(WeightsMismatchError) as refused:
        load_segmentation(write_keras(tmp_path / "more.h5", more))
    assert refused.value.unexpected == ("dense/kernel",)


def test_a_network_of_another_role_is_refused(tmp_path: Path, layers: Layers) -> None:
    outlines = write_keras(tmp_path / "outlines.h5", layers)
    with pytest.raises(WeightsMismatchError, match=r"outlines\.h5"):
        load_classifier(outlines)
    other = write_keras(tmp_path / "other.h5", own_layers("resunet", 2))
    with pytest.raises(WeightsMismatchError, match=r"other\.h5"):
        load_breast(other)


def test_every_counter_is_matched_in_its_order() -> None:
    saved = [SavedLayer(f"dense_{number}", {"kernel": (number, number)}) for number in (10, 2, 1)]
    with torch.device("meta"):
        found = match(build("vgg16", 1), saved)
    assert [text.partition(" ")[0] for text in found.misshapen] == [
        "dense_1/kernel",
        "dense_2/kernel",
        "dense_10/kernel",
    ]


def test_weights_of_a_training_that_failed_are_refused(tmp_path: Path, layers: Layers) -> None:
    layers = {**layers, "conv2d_4": {**layers["conv2d_4"], "bias": np.full(64, np.nan, "f4")}}
    said = reason(write_keras(tmp_path / "failed.h5", layers))
    assert "conv2d_4/bias" in said


def test_what_is_no_hdf5_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError):
        load_segmentation(tmp_path / "gone.h5")
    for name, content in (("empty.h5", b""), ("text.h5", b"weights"), ("zip.h5", b"PK\3\4")):
        path = tmp_path / name
        path.write_bytes(content)
        assert reason(path)
    bare = tmp_path / "bare.h5"
    with h5py.File(bare, "w") as file:
        file["x"] = 1
    assert "layer_names" in reason(bare)


def test_huge_declared_shapes_are_refused_unread(tmp_path: Path, layers: Layers) -> None:
    path = tmp_path / "huge.h5"
    file, group = edited(path, layers)
    with file:
        del group["kernel:0"]
        group.create_dataset("kernel:0", (1 << 40, 1 << 10), "f4", chunks=(1024, 1024))
    assert "conv2d/kernel (1099511627776, 1024)" in reason(path)
    path = tmp_path / "pieces.h5"
    file, group = edited(path, layers)
    with file:
        del group["kernel:0"]
        shape = layers["conv2d"]["kernel"].shape
        group.create_dataset(
            "kernel:0", shape, "f4", chunks=(1 << 10,) * 3 + (1,), maxshape=(None,) * 4
        )
    assert "never" in reason(path)
    path = tmp_path / "declared.h5"
    file, group = edited(path, layers)
    with file:
        del group["kernel:0"]
        space = h5py.h5s.create_simple((1 << 40, 1 << 10))
        plain = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plain.set_alloc_time(h5py.h5d.ALLOC_TIME_LATE)
        h5py.h5d.create(group.id, b"kernel:0", h5py.h5t.IEEE_F32LE, space, plain)
    assert "conv2d/kernel (1099511627776, 1024)" in reason(path)


def test_compressed_and_outside_data_are_refused(tmp_path: Path, layers: Layers) -> None:
    kernel = layers["conv2d"]["kernel"]
    path = tmp_path / "packed.h5"
    file, group = edited(path, layers)
    with file:
        del group["kernel:0"]
        group.create_dataset("kernel:0", data=kernel, compression="gzip")
    assert "never" in reason(path)
    (tmp_path / "raw").write_bytes(os.urandom(kernel.nbytes))
    path = tmp_path / "outside.h5"
    file, group = edited(path, layers)
    with file:
        del group["kernel:0"]
        raw = [(str(tmp_path / "raw"), 0, kernel.nbytes)]
        group.create_dataset("kernel:0", kernel.shape, "f4", external=raw)
    assert "never" in reason(path)
    path = tmp_path / "virtual.h5"
    file, group = edited(path, layers)
    with file:
        del group["kernel:0"]
        layout = h5py.VirtualLayout(kernel.shape, "f4")
        layout[:] = h5py.VirtualSource(str(tmp_path / "packed.h5"), "x", kernel.shape)
        group.create_virtual_dataset("kernel:0", layout)
    assert "never" in reason(path)


@pytest.mark.parametrize("kind", ["soft", "external"])
def test_links_are_never_followed(tmp_path: Path, layers: Layers, kind: str) -> None:
    elsewhere = write_keras(tmp_path / "elsewhere.h5", layers)
    for place in ("model_weights/conv2d/conv2d/kernel:0", "model_weights/conv2d", "model_weights"):
        path = tmp_path / f"{kind}{place.count('/')}.h5"
        file, _ = edited(path, layers)
        with file:
            file.move(place, "aside")
            file[place] = (
                h5py.SoftLink("/aside")
                if kind == "soft"
                else h5py.ExternalLink(str(elsewhere), f"/{place}")
            )
        assert reason(path)


def test_lists_that_lie_are_refused(tmp_path: Path, layers: Layers) -> None:
    lies: dict[str, Any] = {
        "numbers": np.arange(4),
        "long": [b"x" * 300],
        "unprintable": [b"conv2d\n"],
        "twice": [b"conv2d", b"conv2d"],
        "away": [b"../conv2d"],
        "absent": [b"conv2d", b"conv2d_99"],
        "many": [b"layer_%d" % number for number in range(2000)],
    }
    for name, lie in lies.items():
        path = tmp_path / f"{name}.h5"
        file, _ = edited(path, layers)
        with file:
            file["model_weights"].attrs["layer_names"] = lie
        assert reason(path)


def test_texts_in_the_place_of_numbers_are_refused(tmp_path: Path, layers: Layers) -> None:
    path = tmp_path / "texts.h5"
    file, group = edited(path, layers)
    with file:
        del group["bias:0"]
        group["bias:0"] = [b"os.system"] * 16
    assert "no numbers" in reason(path)


def test_damaged_files_are_refused_or_read_but_never_end_the_program(
    tmp_path: Path, layers: Layers
) -> None:
    sound = write_keras(tmp_path / "sound.h5", layers).read_bytes()
    path = tmp_path / "damaged.h5"
    for part in (0.999, 0.7, 0.3, 0.01):
        path.write_bytes(sound[: int(part * len(sound))])
        assert reason(path)
    chance = random.Random(0)
    refused = 0
    for _ in range(60):
        spoilt = bytearray(sound)
        for _ in range(20):
            spoilt[chance.randrange(40_000)] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        try:
            load_segmentation(path)
        except WeightsError:
            refused += 1
    assert refused > 30
