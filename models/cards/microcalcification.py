"""DeepMiCa (Gerbasi et al., 2023): microcalcifications segmented, their regions classified."""

from __future__ import annotations

from models.cards.card import ModelCard, PublishedWeights, Role
from models.cards.demo import demo_of

UNET, CLASSIFIER = "unet", "classifier"

MICROCALCIFICATION = ModelCard(
    id="microcalcification",
    name="Microcalcifications",
    room="models.microcalcification.room",
    summary="Single calcifications and clusters of them in each view (DeepMiCa), and a score of "
    "each cluster where a classifier is installed.",
    citation=(
        "A. Gerbasi, G. Clementi, F. Corsi, S. Albasini, A. Malovini, S. Quaglini, R. Bellazzi: "
        "DeepMiCa: Automatic segmentation and classification of breast MIcroCAlcifications from "
        "mammograms. Computer Methods and Programs in Biomedicine 235, 107483, 2023."
    ),
    url="https://github.com/ales-git/DeepMiCa",
    licence="MIT License (program); of the weights the authors' page tells.",
    terms=(
        "The program of the authors is offered under the MIT License; they share the weights by a "
        "link on their page. Read there what you may do with them: Fourview cannot grant "
        "anything. There is no warranty of any kind. The authors ask to be cited."
    ),
    terms_url="https://github.com/ales-git/DeepMiCa",
    obtain=(
        "Open https://github.com/ales-git/DeepMiCa, download the weights by the link there, and "
        "run `fourview weights import FILE`."
    ),
    weights=(
        PublishedWeights("U-Net", "unet.pt", role=UNET),
        PublishedWeights("ResNet18", "classification_experiment_FT_Resnet18.pt", role=CLASSIFIER),
        PublishedWeights("VGG16", "classification_experiment_FT_Vgg16.pt", role=CLASSIFIER),
    ),
    roles=(
        Role(UNET, "the U-Net that marks calcifications"),
        Role(CLASSIFIER, "the network that scores a cluster", needed=False),
    ),
    measures=True,
    input_contract="CC and MLO views of screening mammograms For Presentation.",
    trained_on="Mammograms with outlined calcifications; the authors' paper names the archives.",
    limits=(
        "It was trained with crops around annotations, which nobody has beforehand: Fourview uses "
        "the image's centre instead. Marks on the borders of tiles may be cut. What is no "
        "calcification but as bright and small, such as clips or noise, may be marked."
    ),
    scores="Cluster scores between 0 and 1, not calibrated; higher speaks for malignancy.",
)

DEMO_MICROCALCIFICATION = demo_of(MICROCALCIFICATION, UNET)
