"""The card of a model: what it is, whose it is, what it needs and what it must not be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from models.exam import FindingClass


@dataclass(frozen=True, slots=True)
class PublishedWeights:
    """One released weights file.

    Attributes
    ----------
    variant : what its authors call it.
    file_name : what it is called in the user's folder of weights.
    git_blob_sha1 : SHA-1 of `blob <size>\\0` and the content, as its repository lists it, or "".
    role : which network of the model it holds; empty for a model of one file.
    size_bytes : exactly, where known.
    address : where its authors offer the very file; empty where only a page leads to it.
    """

    variant: str
    file_name: str
    git_blob_sha1: str = ""
    role: str = ""
    size_bytes: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """One of the files that a model works with.

    Attributes
    ----------
    id : short name on the command line and in folders; empty for the only one.
    what : what the file holds, as words: `the U-Net that marks calcifications`.
    needed : whether the model cannot run without it.
    """

    id: str
    what: str
    needed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class ModelCard:
    """One model.

    Attributes
    ----------
    id : short name in files, folders and on the command line.
    room : the module that runs it: `check` and `request`, as docs/own-models.md describes.
    url : page of its authors, where its weights are offered.
    licence : in a sentence. terms : what a user agrees to before its weights are installed, in
        our words; terms_url : the authors' own words. Empty terms ask for nothing.
    obtain : what a user does to get the weights, one or two sentences.
    weights : the released files, the one to prefer first; none for what comes with Fourview.
    roles : the files it works with. one_role : one of them suffices, the first that is there.
    ignored_keys : entries of released files that have no part in the prediction.
    input_contract : what images it may be given.
    trained_on : what it learned from. limits : what it does not know or must not be asked.
    scores : what its numbers mean.
    colors : `#RRGGBB` of each class.
    demo_of : the id of the model that these weights, which come with Fourview, stand in for.
    phantoms_only : it has seen nothing but phantoms, and must not be given anything else.
    stands_in_for : a demo's model by its name.
    whole_exam : it speaks of an exam and needs all four views. measures : it gives sizes in mm.
    least_bits : of grey that it learned from.
    auto_precision : what `auto` means where the device offers it: half precision only where
        trained weights were measured to give the same scores and patches, else `fp32`.
    """

    id: str
    name: str
    summary: str
    citation: str
    url: str
    licence: str
    obtain: str
    weights: tuple[PublishedWeights, ...]
    input_contract: str
    scores: str
    room: str
    trained_on: str
    limits: str
    terms: str = ""
    terms_url: str = ""
    roles: tuple[Role, ...] = (Role("", "its weights"),)
    one_role: bool = False
    ignored_keys: frozenset[str] = frozenset()
    classes: tuple[FindingClass, ...] = ()
    colors: Mapping[FindingClass, str] = field(default_factory=lambda: MappingProxyType({}))
    demo_of: str = ""
    stands_in_for: str = ""
    phantoms_only: bool = False
    whole_exam: bool = False
    measures: bool = False
    least_bits: int = 8
    auto_precision: str = "fp32"

    @property
    def model(self) -> str:
        """The id that results are filed under: a demo's stand where those of the model would."""
        return self.demo_of or self.id

    def variant(self, git_blob_sha1: str) -> str:
        """Which released file has this digest, or `unknown weights`."""
        for published in self.weights:
            if published.git_blob_sha1 and published.git_blob_sha1 == git_blob_sha1:
                return published.variant
        return "unknown weights"

    def name_with(self, variant: str) -> str:
        """What results call the model: `GLAM (model_sep)`; one without releases by its name."""
        return f"{self.name} ({variant})" if self.weights else self.name

    def role(self, name: str) -> Role | None:
        """The role of this id, or None."""
        return next((role for role in self.roles if role.id == name), None)

    def key(self, role: str) -> str:
        """How a file is named on the command line: `glam`, `mass.breast`."""
        return f"{self.id}.{role}" if role else self.id

    def released(self, role: str) -> tuple[PublishedWeights, ...]:
        """The released files of a role, the one to prefer first."""
        return tuple(published for published in self.weights if published.role == role)
