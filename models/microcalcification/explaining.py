"""Which scores of an exam can be explained, and how: by the very classifier that gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.cards.card import ModelCard
from models.cards.microcalcification import CLASSIFIER
from models.catalog import MICROCALCIFICATION
from models.errors import NotApplicableError, WeightsError, name_of
from models.exam import STANDARD_VIEWS, Exam, View
from models.microcalcification.results import CalcificationResult, Explanation
from models.reading import Networks
from models.runtime import Runtime
from models.weights import WeightsIdentity

if TYPE_CHECKING:
    from models.microcalcification.explain import Begin

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ScoredCluster:
    """A cluster with a score.

    Attributes
    ----------
    place : in the clusters of its view.
    """

    view: View
    place: int
    score: float

    @property
    def label(self) -> str:
        """`C1`, as marks and lists call it."""
        return f"C{self.place + 1}"


def scored(result: CalcificationResult | None) -> tuple[ScoredCluster, ...]:
    """The clusters of an exam that have a score, view by view."""
    if result is None:
        return ()
    return tuple(
        ScoredCluster(view, place, cluster.score)
        for view in STANDARD_VIEWS
        if view in result.views
        for place, cluster in enumerate(result.views[view].clusters)
        if cluster.score is not None
    )


def no_classifier(card: ModelCard) -> str:
    """Why weights of this card, which have none, leave nothing to explain."""
    if card.phantoms_only:
        return (
            "The demo weights have no classifier: they give clusters of calcifications no score, "
            "so there is nothing to explain."
        )
    return (
        f"No classifier of {card.name} is there: clusters have no score, so there is nothing to "
        "explain. Its weights are a file of their own."
    )


def explained(
    exam: Exam,
    result: CalcificationResult,
    cluster: ScoredCluster,
    files: Mapping[str, WeightsIdentity],
    runtime: Runtime,
    begin: Begin,
) -> Explanation:
    """Explain a score with the weights at hand, which must be those that it comes from.

    Parameters
    ----------
    exam, result : what was analysed, and what was said of it.
    files : weights by role.

    Raises
    ------
    WeightsError : the classifier is not there, or another than that of the result.
    NotApplicableError : the image is not there.
    ModelError : the score cannot be had again; see `explain`.
    """
    from models.microcalcification.classifier import load_classifier
    from models.microcalcification.explain import explain

    _require_same(result, files)
    if cluster.view not in exam.mammograms:
        raise NotApplicableError(f"The image of {cluster.view.label} is not there any longer.")
    found, _ = runtime.run(
        lambda placement: explain(
            exam.mammograms[cluster.view],
            result.views[cluster.view],
            cluster.place,
            Networks(MICROCALCIFICATION, files, placement, runtime).of(
                CLASSIFIER, load_classifier
            ),
            begin,
        ),
        runtime.placement(),
    )
    return found


def _require_same(result: CalcificationResult, files: Mapping[str, WeightsIdentity]) -> None:
    made, there = result.classifier, files.get(CLASSIFIER)
    if made is not None and there is not None and made.weights_sha256 == there.sha256:
        return
    by = (
        "no classifier" if made is None else f"{made.weights_name} {made.weights_sha256[:_DIGITS]}"
    )
    now = "none" if there is None else f"{name_of(there.path)} {there.sha256[:_DIGITS]}"
    raise WeightsError(
        f"The classifier that gave this score is {by}, the one that is there is {now}: only the "
        "same can say why."
    )
