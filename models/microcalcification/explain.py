"""Why a classifier scores a region as it does: Grad-CAM, and Shapley values by DeepLIFT.

Both only need gradients of the score by maps and pixels, never by weights, so they work on
classifiers whose weights are frozen, where the tool that the authors used finds no layer.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.errors import ModelError
from models.exam import Mammogram
from models.geometry import Affine
from models.microcalcification.classifier import INPUT_PX, region_input, score
from models.microcalcification.laying import lie_left
from models.microcalcification.network_classifiers import RoiClassifier
from models.microcalcification.regions import plain_regions, region_of
from models.microcalcification.results import CalcificationView, Explanation
from models.microcalcification.roi import surroundings_of
from models.results import CellMap

BACKGROUNDS = 8
# Scores of one region on two devices differ by less.
_SAME_SCORE = 1e-3

Begin = Callable[[int, int], None]
"""Called before each comparison with how many are done, of how many; may raise to stop."""


def explain(
    mammogram: Mammogram,
    view: CalcificationView,
    cluster: int,
    classifier: RoiClassifier,
    begin: Begin,
) -> Explanation:
    """Explain the score of one cluster of a view.

    Parameters
    ----------
    cluster : its place in `view.clusters`.
    classifier : from `load_classifier`; on its own device.

    Raises
    ------
    NotApplicableError : the image is no standard view, or the cluster has no region.
    ModelError : the classifier gives the region another score than the cluster has, so that what
        it says would explain another number.
    """
    laid = lie_left(mammogram)
    around = surroundings_of(laid.image)
    region, box = region_of(view.clusters[cluster], laid, around)
    again = score(classifier, region, str(_device_of(classifier)))
    said = view.clusters[cluster].score
    if said is None or abs(again - said) > _SAME_SCORE:
        raise ModelError(
            "The classifier does not give this cluster the score that is shown: the image or the "
            "weights are others than those that it comes from."
        )
    others = plain_regions(view.specks, max(region.shape), laid, around, BACKGROUNDS)
    to_source = Affine.shift(box.row, box.column).then(laid.to_source)
    cells = grad_cam(classifier, region)
    values = shapley_values(classifier, region, others, begin) if others else None
    return Explanation(
        _frozen(region_input(region)[0, 0].contiguous()),
        again,
        CellMap(cells, _stretched(box.height, box.width, cells.shape, to_source), mammogram.shape),
        values,
        len(others),
        _stretched(box.height, box.width, (INPUT_PX, INPUT_PX), to_source),
    )


def grad_cam(classifier: RoiClassifier, region: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grad-CAM (Selvaraju et al. 2017) of the logit, on the last maps larger than 1 × 1.

    Those are what the reference's automatic choice takes: after the last block of ResNet18, and
    after the pooling of VGG16.

    Parameters
    ----------
    region : ndarray, shape (h, w), uint8.

    Returns
    -------
    ndarray, shape (7, 7), float32, read-only, from 0 to 1, or all 0 where all are alike.
    """
    with torch.no_grad():
        maps = classifier.maps(region_input(region).to(_device_of(classifier)))
    with torch.enable_grad():
        maps.requires_grad_(True)
        (gradient,) = torch.autograd.grad(classifier.head(maps).sum(), maps)
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    cam = (weights * maps.detach()).sum(dim=1)[0].relu_()
    lowest, highest = cam.min(), cam.max()
    cam = torch.zeros_like(cam) if lowest == highest else (cam - lowest) / (highest - lowest)
    return _frozen(cam)


def shapley_values(
    classifier: RoiClassifier,
    region: NDArray[np.uint8],
    others: Sequence[NDArray[np.uint8]],
    begin: Begin,
) -> NDArray[np.float32]:
    """Approximate Shapley values of the pixels: the mean of DeepLIFT over regions to compare with.

    That mean is what DeepSHAP is (Lundberg and Lee 2017), taken one comparison at a time, so that
    memory does not grow with them. The three channels are equal, and what they add is summed, so
    that all pixels together add the difference of the logits; the reference shows the first
    channel alone.

    Parameters
    ----------
    others : regions to compare with, at least one, each uint8.

    Returns
    -------
    ndarray, shape (224, 224), float32, read-only.
    """
    if not others:
        raise ValueError("Shapley values need something to compare with")
    from captum.attr import DeepLift

    device = _device_of(classifier)
    image = region_input(region).to(device)
    method = DeepLift(classifier)
    total = torch.zeros(INPUT_PX, INPUT_PX)
    for done, other in enumerate(others):
        begin(done, len(others))
        with torch.enable_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that it sets hooks, and takes them away
            given = method.attribute(image, region_input(other).to(device), target=0)
        total += given.detach().sum(dim=(0, 1)).cpu()
    return _frozen(total / len(others))


def _device_of(classifier: RoiClassifier) -> torch.device:
    return next(classifier.parameters()).device


def _stretched(height: int, width: int, cells: tuple[int, ...], to_source: Affine) -> Affine:
    """From cells that fill a region to source pixels."""
    return Affine.scaling(height / cells[0], width / cells[1]).then(to_source)


def _frozen(cells: Tensor) -> NDArray[np.float32]:
    values: NDArray[np.float32] = cells.cpu().numpy()
    values.flags.writeable = False
    return values
