"""Explanations add up to what they explain."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from models.errors import Cancelled
from models.geometry import Affine
from models.microcalcification.classifier import region_input
from models.microcalcification.explain import grad_cam, shapley_values
from models.microcalcification.laying import LyingLeft
from models.microcalcification.network_classifiers import ResNet18Classifier, RoiClassifier
from models.microcalcification.regions import plain_regions
from models.microcalcification.results import Speck
from models.microcalcification.roi import surroundings_of
from tests import recipe


def region(seed: int, shape: tuple[int, int] = (90, 120)) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def ignore(done: int, of: int) -> None:
    """For those who do not want to know how far it is."""


def logit(classifier: RoiClassifier, given: NDArray[np.uint8]) -> float:
    with torch.inference_mode():
        return float(classifier(region_input(given)))


def test_shapley_values_add_up_to_the_difference_of_the_logits(
    small_classifier: RoiClassifier,
) -> None:
    given, others = region(1), [region(2), region(3, (64, 64))]
    values = shapley_values(small_classifier, given, others, ignore)
    assert values.shape == (224, 224)
    assert not values.flags.writeable
    difference = logit(small_classifier, given) - np.mean(
        [logit(small_classifier, other) for other in others]
    )
    assert values.sum() == pytest.approx(difference, rel=1e-3, abs=1e-3)


def test_a_pixel_that_is_alike_in_both_adds_nothing(small_classifier: RoiClassifier) -> None:
    given = region(1, (224, 224))
    other = given.copy()
    other[60:90, 100:140] = 255 - other[60:90, 100:140]
    values = shapley_values(small_classifier, given, [other], ignore)
    elsewhere = values.copy()
    elsewhere[60:90, 100:140] = 0
    assert np.abs(values).max() > 0
    assert np.abs(elsewhere).max() == 0


def test_nothing_to_compare_with_is_a_mistake_and_stopping_is_possible(
    small_classifier: RoiClassifier,
) -> None:
    with pytest.raises(ValueError, match="compare"):
        shapley_values(small_classifier, region(1), [], ignore)

    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        shapley_values(small_classifier, region(1), [region(2)], stop)


def test_explaining_leaves_no_trace_on_the_classifier(small_classifier: RoiClassifier) -> None:
    before = logit(small_classifier, region(1))
    shapley_values(small_classifier, region(1), [region(2)], ignore)
    grad_cam(small_classifier, region(1))
    assert logit(small_classifier, region(1)) == before
    assert not any(
        module._forward_hooks or module._forward_pre_hooks or module._backward_hooks
        for module in small_classifier.modules()
    )


def test_grad_cam_is_between_0_and_1_on_cells_of_the_region(
    small_classifier: RoiClassifier,
) -> None:
    cam = grad_cam(small_classifier, region(1))
    assert cam.shape == (7, 7)
    assert cam.dtype == np.float32
    assert (cam.min(), cam.max()) in ((0.0, 1.0), (0.0, 0.0))


def test_grad_cam_is_the_same_whether_weights_are_frozen_or_not() -> None:
    network = ResNet18Classifier(4, 8)
    network.load_state_dict(recipe.torch_state(network, 0.5))
    network.fold_norms()
    free = grad_cam(network, region(4))
    network.requires_grad_(False)
    np.testing.assert_array_equal(grad_cam(network, region(4)), free)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_comparisons_are_tissue_without_specks() -> None:
    y, x = np.mgrid[:600, :500]
    inside = (x < 300) & (y > 60)
    image = np.where(inside, 90 + (y * x) % 50, 0).astype(np.uint8)
    speck = Speck(row=301.0, column=101.0, area_px=4, peak=0.9)
    laid = LyingLeft(image, Affine())
    found = plain_regions([speck], 100, laid, surroundings_of(image), 50)
    whole = plain_regions([], 100, laid, surroundings_of(image), 50)
    assert len(whole) == len(found) + 1 > 8
    assert all(each.shape == (100, 100) and each.max() == 255 for each in found)
    assert len(plain_regions([speck], 100, laid, surroundings_of(image), 4)) == 4
    assert plain_regions([speck], 700, laid, surroundings_of(image), 4) == []
