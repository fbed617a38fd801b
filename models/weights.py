"""Weights files: find, identify, load without running code, refuse what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from models.catalog import CARDS, DEMOS, ModelCard
from models.digests import digests_of
from models.errors import (
    WeightsMismatchError,
    WeightsNotFoundError,
    WeightsUnreadableError,
    name_of,
)
from models.weights_archive import require_plain
from models.weights_parsing import named_tensors, translated

if TYPE_CHECKING:
    from torch import Tensor, nn

# Where a weights file states, in its metadata, the id of the model that it is of, and how the
# networks are built where they are not the published ones.
MODEL_KEY, ARCHITECTURE_KEY = "model", "architecture"
_SAFETENSORS = ".safetensors"
# What weights files are called, and how those end that came without any such ending.
NAMELESS = ".weights"
SUFFIXES = (".ckpt", _SAFETENSORS, ".p", ".pt", ".pth", ".h5", ".hdf5", ".index", NAMELESS)
# What the format allows a header to be.
_LONGEST_HEADER_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class WeightsIdentity:
    """Which weights a file holds.

    Attributes
    ----------
    card : of the model that they belong to, as the file states.
    variant : name of the released file with this content, or `unknown weights`.
    """

    path: Path
    sha256: str
    card: ModelCard
    variant: str

    @property
    def model_name(self) -> str:
        """What results call the model with these weights."""
        return self.card.name_with(self.variant)


def user_folder() -> Path:
    """Where weights are looked for: `weights/<model id>/<role>/` in the user's data folder."""
    return platformdirs.user_data_path("fourview", appauthor=False) / "weights"


def home_of(card: ModelCard, role: str = "", folder: Path | None = None) -> Path:
    """The folder of a model's weights files of one role, within `user_folder()` when None."""
    return (user_folder() if folder is None else folder) / card.id / role


def find(
    card: ModelCard, explicit: Path | None = None, folder: Path | None = None, role: str = ""
) -> Path:
    """The weights file to use.

    Parameters
    ----------
    explicit : a file somebody named; it must exist.
    folder : where to look otherwise, `user_folder()` when None. Released file names come first
        in the order of the card, then others by name.
    role : which of the files that the model works with.

    Raises
    ------
    WeightsNotFoundError : with what to do about it.
    """
    if explicit is not None:
        if not explicit.is_file():
            raise WeightsNotFoundError(f"The {card.name} weights file {explicit} does not exist.")
        return explicit
    home = home_of(card, role, folder)
    released = [published.file_name for published in card.released(role)]
    present = sorted(
        (path for path in home.glob("*") if path.suffix.lower() in SUFFIXES and path.is_file()),
        key=lambda path: (
            released.index(path.name) if path.name in released else len(released),
            path.name,
        ),
    )
    if not present:
        raise WeightsNotFoundError(
            f"No weights for {card.name} were found: {card.obtain} Name the file with "
            f"--weights {card.key(role)}=FILE or put it into {home}."
        )
    return present[0]


def identify(path: Path, card: ModelCard) -> WeightsIdentity:
    """Digest a file; it is read again only when its time or size has changed.

    Parameters
    ----------
    card : of the model that was asked for; demo weights are known as such all the same.

    Raises
    ------
    WeightsNotFoundError : there is no such file.
    WeightsUnreadableError : the file cannot be read, or is damaged, or holds networks of
        another build and does not state of which model.
    """
    try:
        digests = digests_of(path)
    except FileNotFoundError as error:
        raise WeightsNotFoundError(
            f"The {card.name} weights file {path} does not exist."
        ) from error
    except OSError as error:
        raise WeightsUnreadableError(
            f"{path.name} cannot be read: {error.strerror or error}."
        ) from error
    card = _card_stated(path, card)
    return WeightsIdentity(path, digests.sha256, card, card.variant(digests.git_blob_sha1))


def _card_stated(path: Path, asked: ModelCard) -> ModelCard:
    """The card of the demo where a file states one, else of the model that was asked for.

    Raises
    ------
    WeightsError : as `stated` does; the file states another model; or it states an architecture
        of its own, so that it is no published one, and no model that is known.
    """
    model = _model_stated(path, asked.id)
    stated_card = DEMOS.get(model) or CARDS.get(model, asked)
    if stated_card.model != asked.model:
        raise WeightsUnreadableError(
            f"{name_of(path)} holds weights of {stated_card.name}, not of {asked.name}."
        )
    return stated_card if stated_card.phantoms_only else asked


def stated(path: Path) -> Mapping[str, str]:
    """What a safetensors file says of itself; nothing for files of other kinds.

    Raises
    ------
    WeightsNotFoundError : there is no such file.
    WeightsUnreadableError : the file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if not _is_safetensors(path):
            return {}
        with safe_open(path, framework="numpy") as file:
            return file.metadata() or {}
    except FileNotFoundError as error:
        raise WeightsNotFoundError(f"The weights file {path} does not exist.") from error
    except (SafetensorError, OSError) as error:
        raise WeightsUnreadableError(f"{path.name} is no weights file: it is damaged.") from error


def _model_stated(path: Path, asked: str = "") -> str:
    facts = stated(path)
    model = facts.get(MODEL_KEY, "")
    known = model in DEMOS or model in CARDS or (model and model == asked)
    if ARCHITECTURE_KEY in facts and not known:
        raise WeightsUnreadableError(
            f"{name_of(path)} holds networks of its own build and does not state of which model "
            "they are: choose another weights file."
        )
    return model


def _is_safetensors(path: Path) -> bool:
    """By name or by content: a header's length in eight bytes, then JSON."""
    with path.open("rb") as file:
        start = file.read(9)
    length = int.from_bytes(start[:8], "little")
    says_so = start[8:] == b"{" and length <= _LONGEST_HEADER_BYTES
    return says_so or path.suffix.lower() == _SAFETENSORS


def load_into(network: nn.Module, path: Path, card: ModelCard) -> None:
    """Give a network (built on the meta device) the tensors of a file, as float32 on the CPU.

    Raises
    ------
    WeightsUnreadableError : damaged, or holding more than a plain state dict of tensors.
    WeightsMismatchError : missing, unexpected or misshapen entries, by name.
    """
    state = {key: each for key, each in read_state(path).items() if key not in card.ignored_keys}
    fit_into(network, state, path)


def fit_into(network: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Give a network (built on the meta device) these tensors, in the types that it has.

    Parameters
    ----------
    path : where the tensors are from, for the message.

    Raises
    ------
    WeightsMismatchError : missing, unexpected or misshapen entries, by name.
    """
    wanted = network.state_dict()
    missing = [key for key in wanted if key not in state]
    unexpected = [key for key in state if key not in wanted]
    misshapen = [key for key in wanted if key in state and not _fits(state[key], wanted[key])]
    if missing or unexpected or misshapen:
        raise WeightsMismatchError(path, missing, unexpected, misshapen)
    fitting = {key: state[key].to(wanted[key].dtype) for key in wanted}
    network.load_state_dict(fitting, assign=True)


def _fits(given: Tensor, wanted: Tensor) -> bool:
    return (
        given.shape == wanted.shape
        and given.layout == wanted.layout
        and given.is_floating_point() == wanted.is_floating_point()
    )


def read_state(path: Path) -> Mapping[str, Tensor]:
    """The named tensors of a safetensors file or of a PyTorch state dict, on the CPU.

    No code of the file runs, and nothing in it is unpacked to more than the file holds.

    Raises
    ------
    WeightsNotFoundError : there is no such file.
    WeightsUnreadableError : damaged, or holding more than a plain state dict of tensors.
    """
    import torch
    from safetensors.torch import load_file

    damage = (
        "is not a weights file that can be read safely: it is damaged or holds more than plain "
        "tensors"
    )
    with translated(path, damage):
        if _is_safetensors(path):
            return load_file(path)
        require_plain(path)
        # PyTorch's restricted unpickler builds tensors and plain containers only.
        content = torch.load(path, map_location="cpu", weights_only=True)
    return named_tensors(content, path)
