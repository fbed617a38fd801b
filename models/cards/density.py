"""Breast density (Wu et al., ICASSP 2018): a histogram model and a four-view CNN."""

from __future__ import annotations

from models.cards.card import ModelCard, PublishedWeights, Role
from models.cards.demo import demo_of

HISTOGRAM, CNN = "histogram", "cnn"

_FILES = (
    "https://raw.githubusercontent.com/nyukat/breast_density_classifier/"
    "334b14d2289181a5226e7a7313c3123bfcfa148d/saved_models"
)

DENSITY = ModelCard(
    id="density",
    name="Breast density",
    room="models.density.room",
    summary="Probabilities of the four BI-RADS density categories a to d for the whole exam.",
    citation=(
        "N. Wu, K. J. Geras, Y. Shen, J. Su, S. G. Kim, E. Kim, S. Wolfson, L. Moy, K. Cho: "
        "Breast Density Classification with Deep Convolutional Neural Networks. IEEE "
        "International Conference on Acoustics, Speech and Signal Processing (ICASSP), 2018."
    ),
    url="https://github.com/nyukat/breast_density_classifier",
    licence="BSD 2-Clause License.",
    terms=(
        "The weights are offered under the BSD 2-Clause License: you may use, change and pass "
        "them on as long as the authors' copyright notice stays with them. There is no warranty "
        "of any kind. The authors ask to be cited."
    ),
    terms_url=(
        "https://github.com/nyukat/breast_density_classifier/blob/"
        "334b14d2289181a5226e7a7313c3123bfcfa148d/LICENSE"
    ),
    obtain=(
        "Run `fourview weights install density`, or download a model.p from the folder "
        "saved_models of https://github.com/nyukat/breast_density_classifier."
    ),
    weights=(
        PublishedWeights(
            "CNN",
            "density_cnn.p",
            "3dc39ce81c1d504237dab3b2bd24c70640805b57",
            CNN,
            address=f"{_FILES}/BreastDensity_BaselineBreastModel/model.p",
        ),
        PublishedWeights(
            "histogram",
            "density_histogram.p",
            "985269f6f9bc11fced1cba3b7cb286f3e343d5cf",
            HISTOGRAM,
            82_792,
            f"{_FILES}/BreastDensity_BaselineHistogramModel/model.p",
        ),
    ),
    roles=(
        Role(CNN, "the network that reads the four images"),
        Role(HISTOGRAM, "the network that reads the four images' histograms"),
    ),
    one_role=True,
    whole_exam=True,
    input_contract="All four standard views of a screening exam For Presentation, any bit depth.",
    trained_on=(
        "Digital screening mammograms of one institution (New York University), over 200,000 "
        "exams, with the density that radiologists had reported."
    ),
    limits=(
        "It speaks of the whole exam, not of a breast or a place. The authors' crop to 2600 × "
        "2000 is not published: Fourview's own placement stands in for it."
    ),
    scores="Probabilities of the categories a to d, summing to 1; not calibrated on your images.",
)

DEMO_DENSITY = demo_of(DENSITY, CNN)
