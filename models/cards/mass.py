"""Masses (Tiryaki, 2023): the breast, masses in it, and a score of each."""

from __future__ import annotations

from models.cards.card import ModelCard, PublishedWeights, Role
from models.cards.demo import demo_of

BREAST, SEGMENTATION, CLASSIFIER = "breast", "segmentation", "classifier"

MASS = ModelCard(
    id="mass",
    name="Masses",
    room="models.mass.room",
    summary="Outlines of masses in each view with area and diameter, and a score of each where a "
    "classifier is installed.",
    citation=(
        "V. M. Tiryaki: Mass segmentation and classification from film mammograms using cascaded "
        "deep transfer learning. Biomedical Signal Processing and Control, 104819, 2023."
    ),
    url="https://github.com/tiryakiv/Mass-segmentation",
    licence="None stated: all rights are the author's.",
    terms=(
        "The author states no licence, so all rights are his, and what you may do with the "
        "weights is between him and you: Fourview cannot grant anything. There is no warranty of "
        "any kind. Cite the paper."
    ),
    terms_url="https://github.com/tiryakiv/Mass-segmentation",
    obtain=(
        "Open https://github.com/tiryakiv/Mass-segmentation, download the weights by the links "
        "there, and run `fourview weights import FILE`."
    ),
    weights=(
        PublishedWeights("U-net++Xception", "unetpp_xception.hdf5", role=SEGMENTATION),
        PublishedWeights("U-net5L", "breast_unet5l.hdf5", role=BREAST),
        PublishedWeights("VGG16", "mass_class_VGG16.h5", role=CLASSIFIER),
    ),
    roles=(
        Role(SEGMENTATION, "the network that outlines masses"),
        Role(BREAST, "the network that outlines the breast", needed=False),
        Role(CLASSIFIER, "the network that scores a mass", needed=False),
    ),
    measures=True,
    input_contract="CC and MLO views of screening mammograms For Presentation.",
    trained_on="Digitised film mammograms of the Breast Cancer Digital Repository (BCDR).",
    limits=(
        "It has seen film only: on digital mammograms nobody has measured it. The step between "
        "its two networks is not published: Fourview's own stands in for it."
    ),
    scores="Mass scores between 0 and 1, not calibrated; above 0.5 malignant as published.",
)

DEMO_MASS = demo_of(MASS, SEGMENTATION)
