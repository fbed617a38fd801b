"""A file that a user brings is known by its content, checked as a copy, and never trusted."""

from __future__ import annotations

import os
import pickle
import re
import time
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from models.catalog import CARDS, DENSITY, MASS, ModelCard
from models.errors import (
    TermsNotAcceptedError,
    WeightsError,
    WeightsMismatchError,
    WeightsUnreadableError,
)
from models.store.install import import_file
from models.store.shelf import holdings, remove, verify
from models.store.terms import accept
from models.weights import find
from tests import glam_recipe, small_models
from tests.hostile import Hostile
from tests.mass_recipe import own_layers, write_keras
from tests.models.conftest import small_demo as small_demo  # noqa: PLC0414 - a fixture


@pytest.fixture
def folder(tmp_path: Path, card: ModelCard) -> Path:
    """The user's folder of weights, GLAM's terms being accepted."""
    folder = tmp_path / "weights"
    accept(card, folder)
    return folder


def files(folder: Path) -> list[str]:
    return sorted(
        path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"
    )


def test_a_released_file_is_known_under_any_name(
    card: ModelCard, small_glam: Path, folder: Path
) -> None:
    download = small_glam.rename(small_glam.with_name("model (1).ckpt.bin"))
    installed = import_file(download, [card], folder)
    assert installed.path == folder / "glam" / "model_small.ckpt"
    assert installed.variant == "small"
    assert download.exists(), "the user's own copy stays"


def test_other_weights_that_fit_keep_their_name_and_never_replace_anything(
    card: ModelCard, small_glam: Path, folder: Path, tmp_path: Path
) -> None:
    import_file(small_glam, [card], folder)
    weights = torch.load(small_glam, weights_only=True)
    other = tmp_path / "model_small.ckpt"
    key = "global_network.postprocess_module.gn_conv_1.weight"
    glam_recipe.write(other, {**weights, key: weights[key] + 1})
    installed = import_file(other, [card], folder)
    assert installed.variant == "unknown weights"
    assert installed.path.name.startswith("model_small.")
    assert len(files(folder)) == 2
    assert (folder / "glam" / "model_small.ckpt").read_bytes() == small_glam.read_bytes()
    again = import_file(other, [card], folder)
    assert again.path == installed.path
    assert len(files(folder)) == 2


def test_a_misfit_is_refused_by_the_names_of_what_does_not_fit(
    card: ModelCard, small_glam: Path, folder: Path, tmp_path: Path
) -> None:
    weights = torch.load(small_glam, weights_only=True)
    weights["fc.weight"] = torch.zeros(2)
    path = glam_recipe.write(tmp_path / "more.ckpt", weights)
    with pytest.raises(WeightsMismatchError, match=r"more\.ckpt .*1 unexpected \(fc\.weight\)"):
        import_file(path, [card], folder)
    assert files(folder) == []


def test_weights_that_give_no_numbers_are_refused(
    card: ModelCard, small_glam: Path, folder: Path
) -> None:
    weights = torch.load(small_glam, weights_only=True)
    weights["detection_network.gn_conv_last.weight"].fill_(torch.nan)
    glam_recipe.write(small_glam, weights)
    with pytest.raises(WeightsError, match=r"small\.ckpt gives no finite numbers"):
        import_file(small_glam, [card], folder)
    assert files(folder) == []


def test_demo_weights_are_not_to_be_imported(
    card: ModelCard, small_demo: Path, folder: Path
) -> None:
    with pytest.raises(WeightsUnreadableError, match="comes with Fourview"):
        import_file(small_demo, [card], folder)


def test_terms_are_asked_for_when_the_file_is_known(
    card: ModelCard, small_glam: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    with pytest.raises(TermsNotAcceptedError) as caught:
        import_file(small_glam, [card], fresh)
    assert caught.value.model == "glam"
    assert files(fresh) == []


def _hostile_files(folder: Path) -> list[Path]:
    """Files made to run code, to fill the memory, or to be nothing at all."""
    witness = folder / "was-here"
    made = []

    def path(name: str) -> Path:
        made.append(folder / name)
        return made[-1]

    path("pickle.p").write_bytes(pickle.dumps(Hostile(witness)))
    torch.save({"a": Hostile(witness)}, path("zip.pt"))
    torch.save({"a": Hostile(witness)}, path("old.ckpt"), _use_new_zipfile_serialization=False)
    huge = (2**40).to_bytes(8, "little") + b"{" + b" " * 64
    path("huge-header.safetensors").write_bytes(huge)
    header = b'{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}'
    path("huge-shape.safetensors").write_bytes(
        len(header).to_bytes(8, "little") + header + b"\0" * 16
    )
    with zipfile.ZipFile(path("bomb.pt"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\0" * (200 << 20))
    path("empty.h5").write_bytes(b"")
    path("text.hdf5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\xff" * 5000)
    path("noise.index").write_bytes(os.urandom(5000))
    return made


def test_hostile_files_are_refused_in_a_moment_and_nothing_of_them_runs(
    card: ModelCard, folder: Path, tmp_path: Path
) -> None:
    every_model = (card, *(other for model, other in CARDS.items() if model != card.id))
    for path in _hostile_files(tmp_path):
        began = time.process_time()
        with pytest.raises(WeightsError, match=re.escape(path.name)):
            import_file(path, every_model, folder)
        assert time.process_time() - began < 5, path
    assert not (tmp_path / "was-here").exists()
    assert files(folder) == []
    with pytest.raises(WeightsUnreadableError, match="is no file"):
        import_file(tmp_path, every_model, folder)


def test_weights_of_every_model_are_told_apart_by_their_content(
    card: ModelCard, small_glam: Path, folder: Path, tmp_path: Path
) -> None:
    calcifications = small_models.calcifications(tmp_path)
    expected = {
        small_glam: "glam",
        small_models.density_histogram(tmp_path): "density.histogram",
        small_models.density_cnn(tmp_path): "density.cnn",
        calcifications["unet"]: "microcalcification.unet",
        calcifications["classifier"]: "microcalcification.classifier",
        write_keras(tmp_path / "vgg.h5", own_layers("vgg16", 64)): "mass.classifier",
    }
    every_model = (card, *(other for model, other in CARDS.items() if model != card.id))
    for model in every_model:
        accept(model, folder)
    for number, (path, key) in enumerate(expected.items()):
        unnamed = path.rename(tmp_path / f"download-{number}")
        installed = import_file(unnamed, every_model, folder)
        assert installed.fit.key == key
        assert installed.path.parent == folder.joinpath(*key.split("."))
        assert find(installed.fit.card, folder=folder, role=installed.fit.role) == installed.path


def test_where_the_content_leaves_a_choice_the_user_makes_it(
    card: ModelCard, folder: Path, tmp_path: Path
) -> None:
    accept(MASS, folder)
    (path,) = small_models.masses(tmp_path).values()
    with pytest.raises(WeightsError, match=r"could be mass\.segmentation or mass\.breast"):
        import_file(path, [card, MASS], folder)
    assert import_file(path, [MASS], folder, role="breast").fit.key == "mass.breast"


def test_a_checkpoint_of_two_files_comes_along_whole(
    card: ModelCard, folder: Path, shared: Path
) -> None:
    accept(DENSITY, folder)
    saved = shared / "data/density_exam/saved_models/BreastDensity_BaselineHistogramModel"
    installed = import_file(saved / "model.ckpt.index", [card, DENSITY], folder)
    assert installed.fit.key == "density.histogram"
    (held,) = [each for each in holdings([DENSITY], folder) if each.path]
    assert verify(held).startswith("works")
    remove(held)
    assert files(folder) == []


def test_what_is_there_is_listed_verified_and_removed(
    card: ModelCard, small_glam: Path, folder: Path
) -> None:
    (missing,) = holdings([card], folder)
    assert (missing.path, missing.fault) == (None, "")
    import_file(small_glam, [card], folder)
    (held,) = holdings([card], folder)
    assert (held.key, held.variant, held.accepted) == ("glam", "small", True)
    assert held.size_bytes == small_glam.stat().st_size
    assert verify(held) == "works; the released small, bit for bit"
    content = held.path.read_bytes()
    held.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(WeightsUnreadableError, match=r"model_small\.ckpt"):
        verify(held)
    remove(held)
    assert files(folder) == []


def test_own_weights_are_said_to_be_none_of_the_released(
    card: ModelCard, small_glam: Path, folder: Path, tmp_path: Path
) -> None:
    weights = torch.load(small_glam, weights_only=True)
    save_file(weights, tmp_path / "own.safetensors")
    import_file(tmp_path / "own.safetensors", [card], folder)
    (held,) = holdings([card], folder)
    assert held.variant == "unknown weights"
    assert "not one of the released files" in verify(held)
