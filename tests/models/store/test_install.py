"""Weights come from their authors or a mirror, checked before they count, and nothing is lost."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
import torch

from models.catalog import DENSITY, MASS, ModelCard
from models.errors import TermsNotAcceptedError, WeightsFetchError, WeightsMismatchError
from models.store.install import Installed, install
from models.store.terms import accept, are_accepted
from tests import glam_recipe
from tests.models.store.conftest import QUICK, Server


@pytest.fixture
def folder(tmp_path: Path, card: ModelCard) -> Path:
    """The user's folder of weights, GLAM's terms being accepted."""
    folder = tmp_path / "weights"
    accept(card, folder)
    return folder


def bring(card: ModelCard, folder: Path, source: str = "") -> Installed:
    return install(card, card.weights[0], folder, source=source, patience=QUICK)


def files(folder: Path) -> list[str]:
    return sorted(
        path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"
    )


def test_a_released_file_is_fetched_checked_and_put_in_its_place(
    card: ModelCard, small_glam: Path, folder: Path, server: Server
) -> None:
    server.content = small_glam.read_bytes()
    installed = bring(card, folder, server.address)
    assert installed.path == folder / "glam" / "model_small.ckpt"
    assert installed.path.read_bytes() == server.content
    assert (installed.variant, installed.new, installed.fit.key) == ("small", True, "glam")
    assert server.asked == [("/glam/model_small.ckpt", None)]
    assert files(folder) == ["model_small.ckpt"]
    again = bring(card, folder, server.address)
    assert (again.path, again.new) == (installed.path, False)
    assert len(server.asked) == 1, "what is there is not fetched again"


def test_without_a_mirror_it_comes_from_the_authors_address(
    card: ModelCard, small_glam: Path, folder: Path, server: Server
) -> None:
    server.content = small_glam.read_bytes()
    released = dataclasses.replace(card.weights[0], address=f"{server.address}/raw/model.ckpt")
    assert install(card, released, folder, patience=QUICK).new
    assert server.asked == [("/raw/model.ckpt", None)]


def test_a_wrong_file_leaves_what_was_there(card: ModelCard, folder: Path, server: Server) -> None:
    server.content = b"wrong"
    own = folder / "glam" / "model_small.ckpt"
    own.write_bytes(b"the user's own")
    with pytest.raises(WeightsFetchError):
        bring(card, folder, server.address)
    assert own.read_bytes() == b"the user's own"
    assert files(folder) == ["model_small.ckpt"]


def test_a_released_file_lets_another_of_its_name_move_aside(
    card: ModelCard, small_glam: Path, folder: Path, server: Server
) -> None:
    server.content = small_glam.read_bytes()
    (folder / "glam" / "model_small.ckpt").write_bytes(b"the user's own")
    assert bring(card, folder, server.address).path.read_bytes() == server.content
    kept, place = files(folder)
    assert place == "model_small.ckpt"
    assert (folder / "glam" / kept).read_bytes() == b"the user's own"


def test_nothing_is_fetched_before_somebody_agrees_to_the_terms(
    card: ModelCard, tmp_path: Path, server: Server
) -> None:
    folder = tmp_path / "fresh"
    with pytest.raises(TermsNotAcceptedError, match="New York University") as caught:
        bring(card, folder, server.address)
    assert caught.value.model == "glam"
    assert server.asked == []
    accept(card, folder)
    assert are_accepted(card, folder)
    changed = dataclasses.replace(card, terms="Pay.")
    assert not are_accepted(changed, folder), "other words are another agreement"
    assert are_accepted(dataclasses.replace(card, terms=""), tmp_path / "elsewhere")


def test_a_folder_is_a_mirror_with_or_without_subfolders(
    card: ModelCard, small_glam: Path, folder: Path, tmp_path: Path
) -> None:
    for place in (tmp_path / "usb" / "glam", tmp_path / "flat"):
        place.mkdir(parents=True)
        shutil.copy(small_glam, place / "model_small.ckpt")
    for source in (tmp_path / "usb", tmp_path / "flat"):
        installed = bring(card, folder, str(source))
        assert installed.path.read_bytes() == small_glam.read_bytes()
        installed.path.unlink()
    with pytest.raises(WeightsFetchError, match=r"has no model_small\.ckpt"):
        bring(card, folder, str(tmp_path / "empty"))
    (tmp_path / "flat" / "model_small.ckpt").write_bytes(b"other")
    with pytest.raises(WeightsFetchError, match="digest differs"):
        bring(card, folder, str(tmp_path / "flat"))


def test_a_file_without_a_known_digest_is_never_fetched(tmp_path: Path, server: Server) -> None:
    accept(MASS, tmp_path)
    with pytest.raises(WeightsFetchError, match=r"nothing would tell .*weights import"):
        install(MASS, MASS.weights[0], tmp_path, source=server.address, patience=QUICK)
    assert server.asked == []


def test_a_published_file_that_does_not_work_is_not_installed(
    card: ModelCard, folder: Path, server: Server, tmp_path: Path
) -> None:
    foreign = glam_recipe.write(tmp_path / "foreign.ckpt", {"a": torch.zeros(2)})
    server.content = foreign.read_bytes()
    from models.digests import digests_of

    released = dataclasses.replace(
        card.weights[0], git_blob_sha1=digests_of(foreign).git_blob_sha1, size_bytes=None
    )
    with pytest.raises(WeightsMismatchError):
        install(card, released, folder, source=server.address, patience=QUICK)
    assert files(folder) == []


def test_density_files_have_folders_of_their_own(tmp_path: Path) -> None:
    from models.weights import home_of

    homes = {home_of(DENSITY, role.id, tmp_path) for role in DENSITY.roles}
    assert homes == {tmp_path / "density" / "cnn", tmp_path / "density" / "histogram"}
