"""What is known of every model, as data: the published ones, and a demo of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from models.exam import FindingClass


@dataclass(frozen=True, slots=True)
class PublishedWeights:
    """One released weights file.

    Attributes
    ----------
    variant : what its authors call it.
    git_blob_sha1 : SHA-1 of `blob <size>\\0` and the content, as its repository lists it.
    """

    variant: str
    file_name: str
    git_blob_sha1: str


@dataclass(frozen=True, slots=True, eq=False)
class ModelCard:
    """One model.

    Attributes
    ----------
    id : short name in files, folders and on the command line.
    obtain : what a user does to get the weights, one or two sentences.
    weights : the released files, the one to prefer first; none for what comes with Fourview.
    ignored_keys : entries of released files that have no part in the prediction.
    input_contract : what images it may be given.
    scores : what its numbers mean.
    colors : `#RRGGBB` of each class.
    phantoms_only : it has seen nothing but phantoms, and must not be given anything else.
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
    ignored_keys: frozenset[str]
    input_contract: str
    scores: str
    classes: tuple[FindingClass, ...]
    colors: Mapping[FindingClass, str]
    phantoms_only: bool = False
    auto_precision: str = "fp32"

    def variant(self, git_blob_sha1: str) -> str:
        """Which released file has this digest, or `unknown weights`."""
        for published in self.weights:
            if published.git_blob_sha1 == git_blob_sha1:
                return published.variant
        return "unknown weights"

    def name_with(self, variant: str) -> str:
        """What results call the model: `GLAM (model_sep)`; one without releases by its name."""
        return f"{self.name} ({variant})" if self.weights else self.name


GLAM = ModelCard(
    id="glam",
    name="GLAM",
    summary="Benign and malignant scores and saliency maps for each of the four views.",
    citation=(
        "K. Liu, Y. Shen, N. Wu, J. Chłędowski, C. Fernandez-Granda, K. J. Geras: "
        "Weakly-supervised High-resolution Segmentation of Mammography Images for Breast Cancer "
        "Diagnosis. Medical Imaging with Deep Learning (MIDL), 2021."
    ),
    url="https://github.com/nyukat/GLAM",
    licence="Non-commercial research use; the weights must not be redistributed.",
    obtain=(
        "Download models/model_sep.ckpt or models/model_joint.ckpt from "
        "https://github.com/nyukat/GLAM under its licence."
    ),
    weights=(
        PublishedWeights(
            "model_sep", "model_sep.ckpt", "853dbe9b9deb452ea681031fd598092be1aba9e7"
        ),
        PublishedWeights(
            "model_joint", "model_joint.ckpt", "d8b6e1333a7b8bfded7aa5d0e7990115f2264093"
        ),
    ),
    ignored_keys=frozenset(
        {
            "mil.mil_attn_V.weight",
            "mil.mil_attn_U.weight",
            "mil.mil_attn_w.weight",
            "mil.classifier_linear.weight",
            "fusion_dnn.weight",
            "fusion_dnn.bias",
            "shared_rep_filter.weight",
        }
    ),
    input_contract="CC and MLO views of screening mammograms For Presentation, any bit depth.",
    scores="Image scores between 0 and 1, not calibrated.",
    classes=(FindingClass.BENIGN, FindingClass.MALIGNANT),
    colors=MappingProxyType({FindingClass.BENIGN: "#39B27A", FindingClass.MALIGNANT: "#E5534B"}),
)

DEMO = replace(
    GLAM,
    id="demo",
    name="Demo (phantoms only)",
    summary="Small networks of GLAM's kind, trained by Fourview on phantoms that it draws itself.",
    licence="Apache License 2.0.",
    obtain="Built into Fourview, nothing to fetch. It reads phantoms, and never anything else.",
    weights=(),
    ignored_keys=frozenset(),
    input_contract="CC and MLO views of Fourview's phantoms.",
    phantoms_only=True,
)

# What a user may ask for; the demo is chosen by what an image shows.
CARDS: Mapping[str, ModelCard] = MappingProxyType({card.id: card for card in (GLAM,)})
