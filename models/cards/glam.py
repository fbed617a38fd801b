"""GLAM (Liu et al., MIDL 2021), and a demo of our own that stands in for it on phantoms."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from models.cards.card import ModelCard, PublishedWeights
from models.exam import FindingClass

_FILES = "https://raw.githubusercontent.com/nyukat/GLAM/c9fadfabf60c89880e5ca82a23aeb23c16eecaeb"

GLAM = ModelCard(
    id="glam",
    name="GLAM",
    room="models.glam.room",
    summary="Benign and malignant scores and saliency maps for each of the four views.",
    citation=(
        "K. Liu, Y. Shen, N. Wu, J. Chłędowski, C. Fernandez-Granda, K. J. Geras: "
        "Weakly-supervised High-resolution Segmentation of Mammography Images for Breast Cancer "
        "Diagnosis. Medical Imaging with Deep Learning (MIDL), 2021."
    ),
    url="https://github.com/nyukat/GLAM",
    licence="Non-commercial research use; the weights must not be redistributed.",
    terms=(
        "The weights belong to New York University (copyright 2021). You may use them inside your "
        "own institution for non-commercial research and evaluation, without fee. You may not "
        "pass them on, change them, or hand this permission to others. There is no warranty of "
        "any kind. The authors ask to be cited."
    ),
    terms_url="https://github.com/nyukat/GLAM/blob/c9fadfabf60c89880e5ca82a23aeb23c16eecaeb/LICENSE",
    obtain=(
        "Run `fourview weights install glam`, or download models/model_sep.ckpt or "
        "models/model_joint.ckpt from https://github.com/nyukat/GLAM under its licence."
    ),
    weights=(
        PublishedWeights(
            "model_sep",
            "model_sep.ckpt",
            "853dbe9b9deb452ea681031fd598092be1aba9e7",
            address=f"{_FILES}/models/model_sep.ckpt",
        ),
        PublishedWeights(
            "model_joint",
            "model_joint.ckpt",
            "d8b6e1333a7b8bfded7aa5d0e7990115f2264093",
            address=f"{_FILES}/models/model_joint.ckpt",
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
    trained_on=(
        "12-bit digital screening mammograms of one institution (New York University), with "
        "labels of whole breasts, none of single pixels."
    ),
    limits=(
        "It has no say on implants, spot, magnification or biopsy views, images For Processing, "
        "film, or synthetic views. Scores are not calibrated, and saliency is no outline."
    ),
    scores="Image scores between 0 and 1, not calibrated.",
    classes=(FindingClass.BENIGN, FindingClass.MALIGNANT),
    least_bits=10,
    colors=MappingProxyType({FindingClass.BENIGN: "#39B27A", FindingClass.MALIGNANT: "#E5534B"}),
)

DEMO = replace(
    GLAM,
    id="demo",
    name="Demo (phantoms only)",
    summary="Small networks of GLAM's kind, trained by Fourview on phantoms that it draws itself.",
    licence="Apache License 2.0.",
    terms="",
    terms_url="",
    obtain="Built into Fourview, nothing to fetch. It reads phantoms, and never anything else.",
    weights=(),
    ignored_keys=frozenset(),
    input_contract="CC and MLO views of Fourview's phantoms.",
    trained_on="Phantoms that Fourview draws from seeds; no person's image.",
    limits="It knows nothing but phantoms and says nothing about any person.",
    demo_of=GLAM.id,
    stands_in_for=GLAM.name,
    phantoms_only=True,
)
