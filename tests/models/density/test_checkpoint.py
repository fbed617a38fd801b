"""Every container gives the same tensors; what does not fit is refused by name, whatever it is."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from models.density.checkpoint import kind_of, read_weights
from models.density.network import CnnArchitecture, CnnNetwork, HistogramNetwork
from models.density.results import DensityKind
from models.density.tensorflow import Checkpoint
from models.errors import (
    WeightsError,
    WeightsMismatchError,
    WeightsNotFoundError,
    WeightsUnreadableError,
)
from tests.models.density import tensorflow_files
from tests.recipe import torch_state

SMALL = CnnArchitecture(widths=(2, 3, 4, 5, 6), depths=(1, 3, 3, 3, 3), hidden=7)
PUBLISHED = "data/density_exam/saved_models"
HISTOGRAM = f"{PUBLISHED}/BreastDensity_BaselineHistogramModel"
CNN = f"{PUBLISHED}/BreastDensity_BaselineBreastModel"


def histogram_state() -> dict[str, torch.Tensor]:
    return dict(torch_state(HistogramNetwork()))


def histogram_variables() -> dict[str, np.ndarray]:
    return tensorflow_files.named_as_published(histogram_state())


def test_the_published_histogram_weights_are_equal_in_both_containers(shared: Path) -> None:
    torch_weights = read_weights(shared / HISTOGRAM / "model.p")
    for name in ("model.ckpt.index", "model.ckpt.data-00000-of-00001"):
        from_tensorflow = read_weights(shared / HISTOGRAM / name)
        assert from_tensorflow.keys() == torch_weights.keys()
        assert kind_of(from_tensorflow) is DensityKind.HISTOGRAM
        for key, tensor in torch_weights.items():
            assert torch.equal(from_tensorflow[key], tensor), key


@pytest.mark.parametrize(("folder", "count"), [(HISTOGRAM, 20), (CNN, 176)])
def test_the_published_indices_say_what_the_golden_says(
    shared: Path, tmp_path: Path, folder: str, count: int
) -> None:
    golden = json.loads((shared / "golden/density/tf_index.json").read_text())
    index = tmp_path / "model.ckpt.index"
    index.write_bytes((shared / folder / "model.ckpt.index").read_bytes())
    (tmp_path / "model.ckpt.data-00000-of-00001").touch()
    found = {
        name: {"shape": list(each.shape), "offset": each.offset, "size": each.size}
        for name, each in Checkpoint(index).variables.items()
    }
    assert found == golden[Path(folder).name]
    assert len(found) == count


def test_an_index_without_its_data_file_names_the_file(shared: Path) -> None:
    with pytest.raises(WeightsNotFoundError, match=r"model\.ckpt\.data-00000-of-00001 is not"):
        read_weights(shared / CNN / "model.ckpt.index")


@pytest.mark.parametrize("network", [HistogramNetwork(), CnnNetwork(SMALL)])
def test_tensorflow_s_layouts_become_pytorch_s(tmp_path: Path, network: torch.nn.Module) -> None:
    state = torch_state(network)
    variables = tensorflow_files.named_as_published(state)
    index = tensorflow_files.write(tmp_path / "model.ckpt", variables)
    found = read_weights(index)
    assert found.keys() == state.keys()
    for key, tensor in state.items():
        assert torch.equal(found[key], tensor), key
    is_cnn = isinstance(network, CnnNetwork)
    assert kind_of(found) is (DensityKind.CNN if is_cnn else DensityKind.HISTOGRAM)


def test_a_checkpoint_under_another_name_is_known_by_its_content(tmp_path: Path) -> None:
    index = tensorflow_files.write(tmp_path / "model.ckpt", histogram_variables())
    renamed = tmp_path / "density"
    index.rename(renamed)
    (tmp_path / "model.ckpt.data-00000-of-00001").rename(tmp_path / "density.data-00000-of-00001")
    assert read_weights(renamed).keys() == histogram_state().keys()


def test_variables_that_do_not_match_are_named(tmp_path: Path) -> None:
    variables = histogram_variables()
    variables["fully_connected_3/weights"] = variables.pop("fully_connected_2/weights")
    variables["fully_connected/biases"] = variables["fully_connected/biases"][None]
    index = tensorflow_files.write(tmp_path / "model.ckpt", variables)
    with pytest.raises(WeightsMismatchError) as caught:
        read_weights(index)
    assert caught.value.missing == ("fully_connected_2/weights",)
    assert caught.value.unexpected == ("fully_connected_3/weights",)
    assert caught.value.misshapen == ("fully_connected/biases",)


def test_a_convolution_that_is_not_there_is_named(tmp_path: Path) -> None:
    variables = tensorflow_files.named_as_published(torch_state(CnnNetwork(SMALL)))
    del variables["conv3b_MLO/weights"]
    index = tensorflow_files.write(tmp_path / "model.ckpt", variables)
    with pytest.raises(WeightsMismatchError, match="conv3b_MLO/weights"):
        read_weights(index)


def entry_of_biases(**changes: object) -> bytes:
    fields = {"shape": (4,), "offset": 0, "size": 16, "checksum": bytes(4), **changes}
    return tensorflow_files.entry(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (entry_of_biases(shape=(1 << 60,), size=1 << 62), "the file ends before it"),
        (entry_of_biases(offset=1 << 40), "the file ends before it"),
        (entry_of_biases(shape=(1 << 62,)), "its size does not match its shape"),
        (entry_of_biases(dtype=2), "it is no float32"),
        (entry_of_biases(), "its checksum is wrong"),
        (entry_of_biases(shape=(1,) * 9), "too many dimensions"),
        (tensorflow_files.number(3, 1), "several pieces"),
        (tensorflow_files.number(2, 1), "a message in it is damaged"),
        (tensorflow_files.message(1, b"x"), "a message in it is damaged"),
        (b"\x07", "a message in it is damaged"),
    ],
)
def test_an_index_that_lies_is_refused_with_the_reason(
    tmp_path: Path, lie: bytes, words: str
) -> None:
    name = "fully_connected_2/biases"
    index = tensorflow_files.write(tmp_path / "model.ckpt", histogram_variables(), **{name: lie})
    with pytest.raises(WeightsUnreadableError, match=rf"model\.ckpt\..*{words}\.$"):
        read_weights(index)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (tensorflow_files.number(1, 2), "one little-endian file"),
        (tensorflow_files.number(1, 1) + tensorflow_files.number(2, 1), "one little-endian file"),
        (b"", "one little-endian file"),
    ],
)
def test_several_data_files_and_another_byte_order_are_refused(
    tmp_path: Path, header: bytes, words: str
) -> None:
    index = tensorflow_files.write(tmp_path / "model.ckpt", histogram_variables(), **{"": header})
    with pytest.raises(WeightsUnreadableError, match=words):
        read_weights(index)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
def test_a_truncated_checkpoint_is_refused(tmp_path: Path, suffix: str, kept: float) -> None:
    index = tensorflow_files.write(tmp_path / "model.ckpt", histogram_variables())
    path = tmp_path / f"model.ckpt{suffix}"
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(WeightsUnreadableError, match=r"model\.ckpt"):
        read_weights(index)


def test_a_flipped_bit_of_the_data_is_seen(tmp_path: Path) -> None:
    index = tensorflow_files.write(tmp_path / "model.ckpt", histogram_variables())
    data = tmp_path / "model.ckpt.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    at = Checkpoint(index).variables["fully_connected/weights"].offset
    content[at + 1234] ^= 0x10
    data.write_bytes(content)
    with pytest.raises(WeightsUnreadableError, match="fully_connected/weights as its index says"):
        read_weights(index)


def test_an_index_larger_than_any_and_weights_larger_than_any_are_not_read(
    tmp_path: Path,
) -> None:
    index = tensorflow_files.write(tmp_path / "model.ckpt", histogram_variables())
    os.truncate(index, 2 << 20)
    with pytest.raises(WeightsUnreadableError, match="larger than any index"):
        read_weights(index)
    huge = tmp_path / "model.p"
    huge.touch()
    os.truncate(huge, 1 << 40)
    started = time.monotonic()
    with pytest.raises(WeightsUnreadableError, match=r"^model\.p is larger than any weights"):
        read_weights(huge)
    assert time.monotonic() - started < 1.0


@pytest.mark.parametrize("legacy", [True, False])
def test_no_bit_of_a_state_dict_makes_anything_but_an_error_of_ours(
    tmp_path: Path, legacy: bool
) -> None:
    path = tmp_path / "model.p"
    torch.save(histogram_state(), path, _use_new_zipfile_serialization=not legacy)
    content = path.read_bytes()
    random = np.random.default_rng(5)
    for _ in range(60):
        flipped = bytearray(content)
        for at in random.integers(0, min(2000, len(content)), 3):
            flipped[at] ^= 1 << int(random.integers(8))
        path.write_bytes(flipped)
        with contextlib.suppress(WeightsError):
            read_weights(path)


def test_a_legacy_file_that_declares_huge_tensors_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "model.p"
    torch.save({"a": torch.zeros(1234)}, path, _use_new_zipfile_serialization=False)
    declared, huge = (1234).to_bytes(2, "little"), b"\xff\xff"
    content = path.read_bytes()
    assert content.count(b"M" + declared) >= 2  # as storage size and as shape
    larger = b"\x8a\x05" + (1 << 36).to_bytes(5, "little")  # LONG1
    path.write_bytes(content.replace(b"M" + declared, larger))
    started = time.monotonic()
    with pytest.raises(WeightsUnreadableError):
        read_weights(path)
    path.write_bytes(content.replace(b"M" + declared, b"M" + huge))
    with pytest.raises(WeightsUnreadableError):
        read_weights(path)
    assert time.monotonic() - started < 2.0


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError, match="does not exist"):
        read_weights(tmp_path / "model.p")
