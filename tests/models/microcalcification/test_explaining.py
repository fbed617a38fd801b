"""A score is explained by the very classifier that gave it, and by no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
import torch

from models.catalog import MICROCALCIFICATION, demo_for
from models.errors import ModelError, NotApplicableError, WeightsError
from models.exam import R_MLO, Exam
from models.geometry import Box
from models.microcalcification import explain as module
from models.microcalcification.classifier import load_classifier, region_input
from models.microcalcification.explaining import ScoredCluster, explained, no_classifier, scored
from models.microcalcification.laying import lie_left
from models.microcalcification.network_classifiers import ResNet18Classifier
from models.microcalcification.predictor import LoadedDeepMiCa
from models.microcalcification.regions import plain_regions
from models.microcalcification.results import CalcificationResult
from models.microcalcification.roi import surroundings_of
from models.reading import identified
from models.results import Provenance
from models.runtime import Runtime
from models.weights import WeightsIdentity
from tests.models.microcalcification.conftest import CPU, Arrays, save
from tests.models.microcalcification.test_predictor import mammogram, read
from tests.phantoms import make_exam

Files = dict[str, WeightsIdentity]


def identities(unet: Path, classifier: Path) -> Files:
    return dict(identified(MICROCALCIFICATION, {"unet": unet, "classifier": classifier}))


def made_by(weights: WeightsIdentity) -> Provenance:
    return Provenance("m", "M", weights.path.name, weights.sha256, "fp32", "cpu", "Fourview 0")


@pytest.fixture
def classifier_file(tmp_path: Path) -> Path:
    return save(ResNet18Classifier(4, 8), tmp_path / "resnet18.pt", 0.5)


@pytest.fixture
def analysed(
    dot_finder: LoadedDeepMiCa, classifier_file: Path
) -> tuple[Exam, CalcificationResult, Files]:
    """A right breast, one cluster in it, and the file that scored it."""
    classifier = load_classifier(classifier_file, CPU)
    image = mammogram(view=R_MLO)
    found = read(image, replace(dot_finder, classifier=classifier))
    files = identities(classifier_file, classifier_file)
    made = made_by(files["classifier"])
    result = CalcificationResult(made, made, MappingProxyType({R_MLO: found}))
    return make_exam("right", {R_MLO: image}), result, files


def test_values_add_up_to_the_score_that_is_shown(analysed) -> None:
    exam, result, files = analysed
    (cluster,) = scored(result)
    assert (cluster.label, cluster.view) == ("C1", R_MLO)
    told: list[tuple[int, int]] = []
    said = explained(exam, result, cluster, files, Runtime(), lambda *each: told.append(each))
    assert said.score == pytest.approx(cluster.score, abs=1e-4)
    assert said.compared == len(told) == told[0][1] > 1
    assert [done for done, _ in told] == list(range(said.compared))
    classifier = load_classifier(files["classifier"].path, CPU)
    view = result.views[R_MLO]
    laid = lie_left(exam.mammograms[R_MLO])
    others = plain_regions(view.specks, 78, laid, surroundings_of(laid.image), said.compared)
    with torch.inference_mode():
        logits = [float(classifier(region_input(each))) for each in others]
    own = np.log(said.score / (1 - said.score))
    assert said.shap.sum() == pytest.approx(own - np.mean(logits), rel=1e-3, abs=1e-4)
    assert said.region.shape == said.shap.shape == (224, 224)
    assert 0 <= said.region.min() < said.region.max() <= 1
    assert not said.region.flags.writeable


@pytest.mark.parametrize("gain", [0.5, 1.25])
def test_goldens_hold_the_whole_way_from_the_file(
    analysed, network_goldens, tmp_path: Path, gain: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays: Arrays
    arrays, numbers = network_goldens
    key = "resnet18_gain0.5" if gain == 0.5 else "resnet18"
    logit = (
        numbers["resnet18_gain0.5_logit_roi"] if gain == 0.5 else numbers["resnet18_logits"]["roi"]
    )
    path = save(ResNet18Classifier(), tmp_path / "golden.pt", gain)
    exam, result, _ = analysed
    files = identities(path, path)
    view = result.views[R_MLO]
    score = 1 / (1 + np.exp(-logit))
    scored_so = replace(view.clusters[0], score=float(score))
    result = replace(
        result,
        classifier=made_by(files["classifier"]),
        views={R_MLO: replace(view, clusters=(scored_so,))},
    )
    region = arrays["roi_u8"]
    monkeypatch.setattr(module, "region_of", lambda *_: (region, Box(0, 0, *region.shape)))
    monkeypatch.setattr(module, "BACKGROUNDS", 1)
    said = explained(exam, result, scored(result)[0], files, Runtime(), lambda *_: None)
    assert said.score == pytest.approx(score, abs=1e-3)
    np.testing.assert_allclose(said.cam.values, arrays[f"{key}_cam"][0, 0], atol=1e-3)
    assert said.cam.values.any() == (gain == 0.5), "the other has nothing that speaks for it"


def test_another_classifier_or_none_explains_nothing(analysed, tmp_path: Path) -> None:
    exam, result, files = analysed
    (cluster,) = scored(result)
    other = save(ResNet18Classifier(4, 8), tmp_path / "other.pt", 1.0)
    for given in (identities(other, other), {"unet": files["unet"]}):
        with pytest.raises(WeightsError, match="only the same can say why"):
            explained(exam, result, cluster, given, Runtime(), lambda *_: None)


def test_an_image_that_is_another_or_gone_explains_nothing(analysed) -> None:
    exam, result, files = analysed
    (cluster,) = scored(result)
    image = exam.mammograms[R_MLO]
    other = replace(image, pixels=np.ascontiguousarray(image.pixels[::-1]))
    with pytest.raises(ModelError, match="does not give this cluster the score"):
        explained(
            make_exam("other", {R_MLO: other}), result, cluster, files, Runtime(), lambda *_: None
        )
    with pytest.raises(NotApplicableError, match="R MLO is not there"):
        explained(replace(exam, mammograms={}), result, cluster, files, Runtime(), lambda *_: None)


def test_clusters_are_called_as_on_the_image_and_those_without_score_left_out(analysed) -> None:
    _, result, _ = analysed
    view = result.views[R_MLO]
    silent = replace(view.clusters[0], score=None)
    two = replace(result, views={R_MLO: replace(view, clusters=(silent, view.clusters[0]))})
    assert scored(two) == (ScoredCluster(R_MLO, 1, view.clusters[0].score),)
    assert scored(two)[0].label == "C2"
    assert scored(None) == ()


def test_it_is_said_whether_the_demo_or_an_installation_lacks_the_classifier() -> None:
    demo = demo_for(MICROCALCIFICATION.id)
    assert demo is not None
    assert "demo weights have no classifier" in no_classifier(demo)
    assert "Microcalcifications" in no_classifier(MICROCALCIFICATION)
